package io.ringdown.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.RecordedRun;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ConsoleSummaryTest {
    private static final Path REPORT = Path.of("runs/1/report.html");

    @TempDir
    Path temp;

    @Test
    void levelReasonsWitnessesAndWhereToReadOn() throws IOException {
        RecordedRun run = SyntheticRun.complete(temp.resolve("run"), 3, true);
        String text = ConsoleSummary.text(SyntheticVerdict.fail(run), REPORT, false);
        assertThat(text)
                .contains("FAIL  AL2 over P1-P6 (AL4 required)", "machine r2m1 fell silent", "rerouted after 762 ms")
                .contains("- 118 calls were LOST", "LOST     P4  ", "… 113 more harmed calls", "report " + REPORT)
                .doesNotContain("\033");
        assertThat(text.lines().count()).isLessThanOrEqualTo(25);
    }

    @Test
    void aKilledRunSaysWhatIsKnown() throws IOException {
        RecordedRun run = SyntheticRun.killed(temp.resolve("run"));
        assertThat(ConsoleSummary.text(SyntheticVerdict.unknown(run), REPORT, false))
                .contains("INCONCLUSIVE", "never injected: machine r2m1", "The harness was killed");
    }

    @Test
    void colourOnlyWhereAskedForAndNoneFromAPeer() throws IOException {
        RecordedRun run = SyntheticRun.single(temp.resolve("run"), "id");
        String hostile = "\033[2Jgone\r\nhidden";
        assertThat(ConsoleSummary.text(SyntheticVerdict.witnessed(run, hostile), REPORT, false))
                .doesNotContain("\033", "\r");
        assertThat(ConsoleSummary.text(SyntheticVerdict.witnessed(run, "id"), REPORT, true))
                .contains("\033[31;1mFAIL\033[0m");
    }
}
