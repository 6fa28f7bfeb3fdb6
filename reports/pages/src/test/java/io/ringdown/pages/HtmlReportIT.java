package io.ringdown.pages;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.record.RecordedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The page in a real browser. */
class HtmlReportIT {
    @TempDir
    Path temp;

    @Test
    void aBrowserShowsTheVerdictWithoutComplaintsOrRequests() throws Exception {
        Path browser = browser();
        RecordedRun run = SyntheticRun.complete(temp.resolve("run"), 40, true);
        HtmlReport.begin(run, SyntheticVerdict.fail(run)).write(run.folder().report());
        Path netLog = temp.resolve("net.json");
        Path complaints = temp.resolve("complaints");
        Path dom = temp.resolve("dom.html");
        var command = new ArrayList<>(List.of(
                browser.toString(),
                "--headless",
                "--no-sandbox",
                "--disable-gpu",
                "--disable-quic",
                "--no-first-run",
                "--disable-background-networking",
                "--disable-component-update",
                "--disable-sync",
                "--user-data-dir=" + temp.resolve("profile"),
                "--enable-logging=stderr",
                "--log-net-log=" + netLog,
                "--dump-dom",
                run.folder().report().toUri().toString()));
        Process process = new ProcessBuilder(command)
                .redirectOutput(dom.toFile())
                .redirectError(complaints.toFile())
                .start();
        try {
            assertThat(process.waitFor(60, TimeUnit.SECONDS))
                    .as("browser ended")
                    .isTrue();
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        assertThat(Files.readString(dom)).contains("AL2 over P1-P6", "118 calls were LOST; AL4 is required.", "</svg>");
        assertThat(Files.readString(complaints)).doesNotContain("CONSOLE");
        assertThat(requestedByThePage(netLog)).as("requests of the page").isEmpty();
    }

    /** Web addresses that the browser asked for, but for those of its own services. */
    private static List<String> requestedByThePage(Path netLog) throws IOException {
        try (Stream<String> lines = Files.lines(netLog)) {
            return lines.filter(line -> line.contains("\"url\":\"http"))
                    .filter(line -> !line.contains("google"))
                    .toList();
        }
    }

    private static Path browser() {
        Optional<Path> found = Stream.of(System.getenv("PATH").split(":"))
                .flatMap(folder -> Stream.of("chromium", "chromium-browser", "google-chrome")
                        .map(Path.of(folder)::resolve))
                .filter(Files::isExecutable)
                .findFirst();
        if (found.isEmpty() && "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL"))) {
            throw new AssertionError("RINGDOWN_REQUIRE_REAL=1, but there is no chromium on the PATH");
        }
        assumeTrue(found.isPresent(), "no chromium on the PATH");
        return found.get();
    }
}
