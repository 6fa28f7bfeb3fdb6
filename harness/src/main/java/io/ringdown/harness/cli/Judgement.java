package io.ringdown.harness.cli;

import io.ringdown.judge.Judge;
import io.ringdown.judge.Verdict;
import io.ringdown.judge.VerdictJson;
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
    private static final Logger LOG = LoggerFactory.getLogger(Judgement.class);

    private Judgement() {}

    /** Judges a run and writes verdict and reports into its folder. What cannot be written is told, and changes no verdict. */
    static Verdict pass(RunFolder folder) throws IOException {
        RecordedRun run = RecordedRun.read(folder);
        Verdict verdict = Judge.judge(run);
        try {
            Files.writeString(folder.verdict(), VerdictJson.write(verdict));
            JUnitReport.write(verdict, folder.junit());
            HtmlReport.write(run, verdict, folder.report());
        } catch (IOException | UncheckedIOException e) {
            LOG.warn("verdict and reports are not all in the folder: {}", Complaint.of(e));
        } catch (RuntimeException e) {
            LOG.error("the report cannot be written", e);
        }
        return verdict;
    }

    static void print(Verdict verdict, RunFolder folder, boolean json) {
        if (json) {
            System.out.print(VerdictJson.write(verdict));
        } else {
            System.out.println(ConsoleSummary.text(verdict, folder.report(), System.console() != null));
        }
    }
}
