package io.ringdown.harness.hosts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** What commands of elements print of their logs, put into the run folder: so much of it, for so long, and nothing that only the environment of the harness knows. */
final class ElementLogs {
    private static final int BETWEEN_LOOKS_MILLIS = 10;

    private final Path output;
    private final Duration patience;
    private final long most;

    /** @param output where the logs go, {@code NAME.logs} each */
    ElementLogs(Path output) {
        this(output, Duration.ofSeconds(10), 16 << 20);
    }

    ElementLogs(Path output, Duration patience, long most) {
        this.output = output;
        this.patience = patience;
        this.most = most;
    }

    /**
     * Asks all of them at once.
     *
     * @param elements those whose logs a command prints, by name
     * @return a line for each that did not give all
     */
    List<String> fetch(Map<String, TreeStart> elements) throws InterruptedException {
        var incomplete = new ArrayList<String>();
        var asked = new TreeMap<String, ElementCommand>();
        elements.forEach((element, how) -> {
            try {
                asked.put(element, ElementCommand.startWithoutSecrets(how.logs(), how.folder(), file(element)));
            } catch (IOException e) {
                incomplete.add(element + ": " + e.getMessage());
            }
        });
        long giveUp = System.nanoTime() + patience.toNanos();
        for (Map.Entry<String, ElementCommand> each : asked.entrySet()) {
            String element = each.getKey();
            try {
                String why = await(each.getValue(), file(element), giveUp);
                if (!why.isEmpty()) {
                    incomplete.add(element + ": " + why);
                    cut(file(element), why);
                }
            } catch (IOException e) {
                incomplete.add(element + ": " + e.getMessage());
            }
        }
        return incomplete;
    }

    /** Ends it, however it ended; says why there may be more, if there may. */
    private String await(ElementCommand asked, Path file, long giveUp) throws IOException, InterruptedException {
        try (ElementCommand command = asked) {
            while (true) {
                boolean ended = command.hasEnded();
                if (Files.size(file) > most) {
                    return "cut after " + most + " bytes";
                }
                if (ended) {
                    return command.succeeds(Duration.ZERO) ? "" : "the command for its logs has failed";
                }
                if (System.nanoTime() > giveUp) {
                    return "the command for its logs has not ended within " + patience.toMillis() + " ms";
                }
                Thread.sleep(BETWEEN_LOOKS_MILLIS);
            }
        }
    }

    private void cut(Path file, String why) throws IOException {
        try (FileChannel open = FileChannel.open(file, StandardOpenOption.WRITE)) {
            open.truncate(most);
        }
        Files.writeString(file, "\n[ringdown: " + why + "]\n", StandardCharsets.UTF_8, StandardOpenOption.APPEND);
    }

    private Path file(String element) {
        return output.resolve(element + ".logs");
    }
}
