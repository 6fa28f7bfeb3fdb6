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
 * Commands that stop elements, or cut the power of machines. Neither they nor what they have made outlive their deadline, the next start of what they stop, or the harness: one that
 * is late would stop what was started again.
 */
final class BoundedCommands {
    private static final Logger LOG = LoggerFactory.getLogger(BoundedCommands.class);
    /** As long as a fault waits for its effect. */
    private static final Duration DEADLINE = Duration.ofSeconds(10);

    private final Ledger ledger;
    /** The last one of each element and machine. */
    private final Map<String, BoundedCommand> all = new ConcurrentHashMap<>();

    BoundedCommands(Ledger ledger) {
        this.ledger = ledger;
    }

    /**
     * Begins one, and waits for nothing.
     *
     * @param whose the element or machine that it stops
     * @param folder where it works; null: where the harness does
     * @param log what it prints is added there; null: nobody may read it
     * @throws IOException if it cannot be started; one line
     */
    void begin(String whose, List<String> command, Path folder, Path log) throws IOException {
        end(whose);
        String mark = UUID.randomUUID().toString();
        var undo = new Undo.KillMarked(whose + "'s stop command", Launch.MARK + "=" + mark);
        var begun = new BoundedCommand(undo, ledger.intend(undo));
        all.put(whose, begun);
        try {
            var words = new ArrayList<>(List.of("setsid"));
            words.addAll(command);
            var builder = new ProcessBuilder(words)
                    .directory(folder == null ? null : folder.toFile())
                    .redirectErrorStream(true)
                    .redirectInput(Redirect.from(new File("/dev/null")))
                    .redirectOutput(log == null ? Redirect.DISCARD : Redirect.appendTo(log.toFile()));
            builder.environment().put(Launch.MARK, mark);
            begun.watch(builder.start());
        } catch (IOException e) {
            throw new IOException("cannot stop " + whose + ": " + e.getMessage(), e);
        }
    }

    /**
     * Ends the one of an element or machine, if there is one; it is gone when this returns.
     *
     * @throws IOException if it is not; healing will try again
     */
    void end(String whose) throws IOException {
        BoundedCommand command = all.get(whose);
        if (command != null) {
            command.end();
        }
    }

    /** Ends all; healing will try again to end those that cannot be ended. */
    void endAll() {
        for (BoundedCommand command : all.values()) {
            try {
                command.end();
            } catch (IOException e) {
                LOG.warn("{}", e.getMessage());
            }
        }
    }

    private final class BoundedCommand {
        private final Undo undo;
        private final int step;
        private boolean over;

        BoundedCommand(Undo undo, int step) {
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
