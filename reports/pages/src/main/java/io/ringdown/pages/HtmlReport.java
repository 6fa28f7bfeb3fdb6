package io.ringdown.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.samskivert.mustache.Mustache;
import io.ringdown.judge.Verdict;
import io.ringdown.record.RecordedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a run and its verdict as one self-contained HTML page: no script, nothing fetched, readable from a phone to paper. */
public final class HtmlReport {
    private HtmlReport() {}

    /**
     * Writes the page. The same run folder and verdict give the same bytes.
     *
     * @param report where to; links to the run folder's files are relative to its place
     * @throws IOException if the operations log cannot be read or the page not be written
     */
    public static void write(RecordedRun run, Verdict verdict, Path report) throws IOException {
        RunSeries series = RunSeries.of(run, verdict);
        ReportView view = new ReportWriter(run, verdict, series, report).view(resource("report.css"));
        String page = Mustache.compiler()
                .emptyStringIsFalse(true)
                .compile(resource("report.mustache"))
                .execute(view);
        Files.writeString(report, page);
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
