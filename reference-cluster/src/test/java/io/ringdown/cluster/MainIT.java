package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What an element's process says to a command line that will not do, and with which status it ends. */
class MainIT {
    @TempDir
    private Path folder;

    @Test
    void refusesWhatItIsNotToldRightly() throws Exception {
        refuses("no option '--elemnt'; nearest: --element", "--config", "x", "--elemnt", "a");
        refuses("--element: expected NAME after it", "--config", "x", "--element");
        refuses("expected options only, not 'more'", "--config", "x", "--element", "a", "more");
    }

    @Test
    void refusesAnElementAndAFileThatAreNotThere() throws Exception {
        Path none = folder.resolve("none.properties");
        refuses(none + ": ", "--config", none.toString(), "--element", "a");
        Path file = Files.writeString(folder.resolve("bad.properties"), "arrangment=occas\n");
        refuses(file + ": elements: missing", "--config", file.toString(), "--element", "a");
    }

    private static void refuses(String line, String... arguments) throws IOException, InterruptedException {
        var command = new ArrayList<>(
                List.of(RunningElements.java(), "-jar", RunningElements.jar().toString()));
        command.addAll(List.of(arguments));
        Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        assertThat(said).startsWith(line).hasLineCount(1);
        assertThat(process.waitFor()).isEqualTo(64);
    }
}
