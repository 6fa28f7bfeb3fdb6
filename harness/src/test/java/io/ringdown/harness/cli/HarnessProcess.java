package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A harness that runs a plan in a process of its own, so that it can be killed; its runs and what it says are in a folder. */
final class HarnessProcess {
    private HarnessProcess() {}

    static Process start(Path folder, Path plan, String... options) throws IOException {
        var words = new ArrayList<>(List.of("run", plan.toString(), "--runs", folder.toString()));
        words.addAll(List.of(options));
        return started(folder, words);
    }

    /** One that only says what it would do. */
    static Process foretell(Path folder, Path plan, String... options) throws IOException {
        var words = new ArrayList<>(List.of("plan", plan.toString()));
        words.addAll(List.of(options));
        return started(folder, words);
    }

    private static Process started(Path folder, List<String> words) throws IOException {
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                // It lives for seconds: the second compiler costs more than it gives back.
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "-Dringdown.home=" + System.getProperty("ringdown.home"),
                "-cp",
                System.getProperty("java.class.path"),
                Ringdown.class.getName()));
        command.addAll(words);
        return new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said(folder).toFile())
                .start();
    }

    /** File of what it has said. */
    static Path said(Path folder) {
        return folder.resolve("harness.txt");
    }

    /** Its run, once that has an event with the given text in it. */
    static RunFolder awaitEvent(Path folder, String text) throws IOException {
        await().atMost(120, SECONDS).until(() -> {
            List<RunFolder> runs = RunFolders.below(folder);
            return !runs.isEmpty()
                    && Files.exists(runs.get(0).provenance())
                    && Files.readString(runs.get(0).events()).contains(text);
        });
        return RunFolders.below(folder).get(0);
    }
}
