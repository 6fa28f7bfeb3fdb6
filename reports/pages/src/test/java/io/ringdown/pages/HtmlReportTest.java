package io.ringdown.pages;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.RecordedRun;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class HtmlReportTest {
    private static final String HOSTILE = "<script>alert('x')</script>\"&{{x}}";

    @TempDir
    Path temp;

    @Test
    void tellsTheVerdictFirst() throws IOException {
        RecordedRun run = SyntheticRun.complete(temp.resolve("run"), 60, true);
        String page = render(run, SyntheticVerdict.fail(run));
        assertThat(page)
                .contains("FAIL: machine-failure, AL2 over P1-P6")
                .contains("118 calls were LOST; AL4 is required.")
                .contains("machine r2m1 fell silent")
                .contains("ringdown run machine-failure --seed 4711")
                .contains("href=\"operations.log\"");
        assertThat(page.indexOf("118 calls were LOST")).isLessThan(page.indexOf("id=\"fault\""));
        assertThat(page).contains("class=\"wide\"", "class=\"narrow\"").doesNotContain("NaN", "Infinity", "{{");
    }

    @Test
    void theSameRunGivesTheSameBytes() throws IOException {
        RecordedRun run = SyntheticRun.complete(temp.resolve("run"), 60, true);
        Verdict verdict = SyntheticVerdict.fail(run);
        String once = render(run, verdict);
        assertThat(render(RecordedRun.read(run.folder()), verdict)).isEqualTo(once);
    }

    @Test
    void whatCameFromOutsideIsEscapedEverywhere() throws IOException {
        RecordedRun run = SyntheticRun.single(temp.resolve("run"), HOSTILE);
        String page = render(run, SyntheticVerdict.witnessed(run, HOSTILE));
        assertThat(page).doesNotContain("<script").doesNotContain("<b>node").contains("&lt;script&gt;");
    }

    @Test
    void nothingIsFetchedAndNothingRuns() throws IOException {
        RecordedRun run = SyntheticRun.complete(temp.resolve("run"), 20, false);
        String page = render(run, SyntheticVerdict.pass(run));
        assertThat(page)
                .contains("default-src 'none'")
                .doesNotContain("<script", "@import", "url(", "<img", "src=\"")
                .doesNotContainPattern("\\son\\w+=");
        assertThat(page.replace("http://www.w3.org/2000/svg", "")).doesNotContain("http://", "https://");
    }

    @Test
    void aRunKilledAtOnceStillReads() throws IOException {
        RecordedRun run = SyntheticRun.killed(temp.resolve("run"));
        String page = render(run, SyntheticVerdict.unknown(run));
        assertThat(page)
                .contains("INCONCLUSIVE", "The harness was killed before the fault was injected.")
                .contains("No operation was recorded.", "The run did not get as far as to inject it.")
                .contains("The harness ended before it could check itself.")
                .doesNotContain("NaN", "Infinity");
    }

    @Test
    void aFolderWithoutAnOperationsLogStillReads() throws IOException {
        RecordedRun run = SyntheticRun.killed(temp.resolve("run"));
        Files.delete(run.folder().operations());
        assertThat(render(run, SyntheticVerdict.unknown(run))).contains("The operations log is not whole");
    }

    @Test
    void theMetricsNameTheirSectionsAndWhatIsUndefined() throws IOException {
        RecordedRun run = SyntheticRun.complete(temp.resolve("run"), 20, true);
        assertThat(render(run, SyntheticVerdict.pass(run)))
                .contains("title=\"RFC 6076 section 4.3.1\"", "90 % (900 of 1,000, 2 unknown)", "undefined")
                .contains("9,100 sessions/s");
    }

    @Test
    void aSearchIsShownTrialByTrial() throws IOException {
        RecordedRun run = SyntheticRun.single(temp.resolve("run"), "call");
        String page = render(run, SyntheticVerdict.searched(run, HOSTILE, SyntheticVerdict.search(HOSTILE)));
        assertThat(page)
                .contains("id=\"search\"", "at least 110/s", "trial 3: 121/s", "class=\"trial-bad\"", "tells nothing")
                .contains("establishment threshold time", "RFC 7502 section 5.1")
                .doesNotContain("id=\"fates\"", "Availability levels", "<script");
    }

    @Test
    void aSearchForRegistrationsIsToldInItsOwnWords() throws IOException {
        RecordedRun run = SyntheticRun.single(temp.resolve("run"), "call");
        String page = render(run, SyntheticVerdict.searched(run, "words", SyntheticVerdict.search("re-register")));
        assertThat(page)
                .contains("RFC 7502 section 5.3", "<dt>re-registration rate</dt>", "at least 110 registrations/s")
                .contains("every registration succeeded", "total registrations attempted", "refreshed once, when all")
                .doesNotContain("media relay", "session duration", "<th scope=\"col\">sessions</th>");
    }

    @Test
    void linksAreRelativeToWhereTheReportLies() throws IOException {
        RecordedRun run = SyntheticRun.complete(temp.resolve("a run"), 5, false);
        Path report = temp.resolve("other.html");
        HtmlReport.begin(run, SyntheticVerdict.pass(run)).write(report);
        assertThat(Files.readString(report)).contains("href=\"a%20run/operations.log\"");
    }

    private String render(RecordedRun run, Verdict verdict) throws IOException {
        HtmlReport.begin(run, verdict).write(run.folder().report());
        return Files.readString(run.folder().report());
    }
}
