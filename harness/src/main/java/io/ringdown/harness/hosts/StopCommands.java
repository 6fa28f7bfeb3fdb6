package io.ringdown.harness.hosts;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Commands that ask elements to stop. Neither they nor what they have made outlive their deadline, their element's next start, or the harness: one that is late would stop
 * what was started again.
 */
final class StopCommands {
    private static final Logger LOG = LoggerFactory.getLogger(StopCommands.class);
    /** As long as a fault waits for its effect. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Ledger ledger;
    /** The last one of each element. */
    private final Map<String, StopCommand> begun = new ConcurrentHashMap<>();

    StopCommands(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Begins an element's, and waits for nothing.
     *
     * @param log what it prints is added there
     * @throws IOException if it cannot be started; one line
     */
    void begin(String element, TreeStart how, Path log) throws IOException {
        end(element);
        String mark = UUID.randomUUID().toString();
        var undo = new Undo.KillMarked(element + "'s stop command", LocalHost.MARK + "=" + mark);
        var command = new StopCommand(undo, ledger.intend(undo));
        begun.put(element, command);
        try {
            var words = new ArrayList<>(List.of("setsid"));
            words.addAll(how.stop());
            var builder = new ProcessBuilder(words)
                    .directory(how.folder() == null ? null : how.folder().toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .redirectOutput(Redirect.appendTo(log.toFile()));
            builder.environment().put(LocalHost.MARK, mark);
            command.watch(builder.start());
        } catch (IOException e) {
            throw new IOException("cannot stop " + element + ": " + e.getMessage(), e);
        }
    }

    /**
     * Ends an element's, if there is one; it is gone when this returns.
     *
     * @throws IOException if it is not; healing will try again
     */
    void end(String element) throws IOException {
        StopCommand command = begun.get(element);
        if (command != null) {
            command.end();
        }
    }

    /** Ends all; healing will try again to end those that cannot be ended. */
    void endAll() {
        for (StopCommand command : begun.values()) {
            try {
                command.end();
            } catch (IOException e) {
                LOG.warn("{}", e.getMessage());
            }
        }
    }

    private final class StopCommand {
        private final Undo undo;
        private final int step;
        private boolean over;

        StopCommand(Undo undo, int step) {
            this.undo = undo;
            this.step = step;
        }

        void watch(Process process) {
            var watch = new Thread(
                    () -> {
                        try {
                            process.waitFor(DEADLINE.toMillis(), TimeUnit.MILLISECONDS);
                            end();
                        } catch (InterruptedException | IOException e) {
                            // its step stays open, and healing ends it
                        }
                    },
                    "stop command");
            watch.setDaemon(true);
            watch.start();
        }

        /** It is known by its mark: what it has made is ended, too. */
        synchronized void end() throws IOException {
            if (!over) {
                ledger.done(step, Undoing.onThisMachine().undo(undo));
                over = true;
            }
        }
    }
}
