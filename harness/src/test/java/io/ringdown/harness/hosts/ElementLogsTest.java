package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElementLogsTest {
    private static final long MOST = 1_000;

    @TempDir
    private Path folder;

    @Test
    void keepsWhatCommandsPrint() throws Exception {
        assertThat(fetch(Map.of("a", List.of("sh", "-c", "echo told; echo trouble >&2"))))
                .isEmpty();
        assertThat(folder.resolve("a.logs")).hasContent("told\ntrouble");
    }

    @Test
    void theyKnowNothingThatOnlyTheEnvironmentOfTheHarnessTells() throws Exception {
        assertThat(System.getenv()).as("something to be hidden").hasSizeGreaterThan(5);
        assertThat(fetch(Map.of("a", List.of("env")))).isEmpty();
        assertThat(Files.readAllLines(folder.resolve("a.logs")))
                .isNotEmpty()
                .allMatch(line -> line.matches("(PATH|HOME|LANG|LC_ALL|TZ)=.*"));
    }

    @Test
    void saysWhatIsNotAll() throws Exception {
        var logs = fetch(Map.of(
                "endless", List.of("yes"),
                "failing", List.of("sh", "-c", "echo half; exit 1"),
                "late", List.of("sh", "-c", "echo early; exec sleep 300"),
                "none", List.of("no-such-program-at-all")));

        assertThat(logs).hasSize(4);
        assertThat(logs)
                .anyMatch(line -> line.equals("endless: cut after 1000 bytes"))
                .anyMatch(line -> line.equals("failing: the command for its logs has failed"))
                .anyMatch(line -> line.equals("late: the command for its logs has not ended within 500 ms"))
                .anyMatch(line -> line.startsWith("none: Cannot run program"));
        assertThat(folder.resolve("endless.logs"))
                .content()
                .hasSizeLessThan(1_100)
                .endsWith("bytes]\n");
        assertThat(folder.resolve("failing.logs"))
                .hasContent("half\n\n[ringdown: the command for its logs has failed]");
        assertThat(folder.resolve("late.logs")).content().startsWith("early\n");
    }

    private List<String> fetch(Map<String, List<String>> commands) throws InterruptedException {
        var elements = new TreeMap<String, TreeStart>();
        commands.forEach(
                (name, logs) -> elements.put(name, new TreeStart(List.of("true"), folder, null, List.of(), logs)));
        return new ElementLogs(folder, Duration.ofMillis(500), MOST).fetch(elements);
    }
}
