package io.ringdown.harness.cli;

import io.ringdown.judge.Judge;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.pages.ConsoleSummary;
import io.ringdown.pages.HtmlReport;
import io.ringdown.pages.JUnitReport;
import io.ringdown.record.Complaint;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** From a run folder to its verdict and reports, by {@code run} and {@code check} alike. */
final class Judgement {
    private Judgement() {}

    /** Judges a run and writes verdict and reports into its folder. What cannot be written is told, and changes no verdict. */
    static Verdict pass(RunFolder folder) throws IOException {
        RecordedRun run = RecordedRun.read(folder);
        Verdict verdict = Judge.judge(run);
        HtmlReport page = HtmlReport.begin(run, verdict);
        try {
            Files.writeString(folder.verdict(), VerdictJson.write(verdict));
            JUnitReport.write(verdict, folder.junit());
            page.write(folder.report());
        } catch (IOException | UncheckedIOException e) {
            log().warn("verdict and reports are not all in the folder: {}", Complaint.of(e));
        } catch (RuntimeException e) {
            log().error("the report cannot be written", e);
        }
        return verdict;
    }

    /** Set up only where there is something to say: that takes a tenth of the time in which a million operations are judged. */
    private static Logger log() {
        return LoggerFactory.getLogger(Judgement.class);
    }

    static void print(Verdict verdict, RunFolder folder, boolean json) {
        if (json) {
            System.out.print(VerdictJson.write(verdict));
        } else {
            System.out.println(ConsoleSummary.text(verdict, folder.report(), System.console() != null));
        }
    }
}
