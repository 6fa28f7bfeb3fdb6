package io.ringdown.pages;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.samskivert.mustache.Mustache;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Reading;
import io.ringdown.record.RecordedRun;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Writes a run and its verdict as one self-contained HTML page: no script, nothing fetched, readable from a phone to paper. */
public final class HtmlReport {
    private final RecordedRun run;
    private final Verdict verdict;
    private final Reading<RunSeries> series;

    private HtmlReport(RecordedRun run, Verdict verdict, Reading<RunSeries> series) {
        this.run = run;
        this.verdict = verdict;
        this.series = series;
    }

    /** Begins a page: gathers what its charts show, for which the operations are read again, while other reports are written. */
    public static HtmlReport begin(RecordedRun run, Verdict verdict) {
        return new HtmlReport(run, verdict, Reading.begin(() -> RunSeries.of(run, verdict)));
    }

    /**
     * Writes the page. The same run folder and verdict give the same bytes.
     *
     * @param report where to; links to the run folder's files are relative to its place
     * @throws IOException if the operations log cannot be read or the page not be written
     */
    public void write(Path report) throws IOException {
        ReportView view = new ReportWriter(run, verdict, series.end(), report).view(resource("report.css"));
        String page = Mustache.compiler()
                .emptyStringIsFalse(true)
                .withFormatter(HtmlReport::text)
                .compile(resource("report.mustache"))
                .execute(view);
        Files.writeString(report, page);
    }

    /** Asked of a section's values, too, whether they are empty: no record is, and to put one into words takes long. */
    private static String text(Object value) {
        return value instanceof Record ? "record" : String.valueOf(value);
    }

    private static String resource(String name) {
        try (InputStream in = HtmlReport.class.getResourceAsStream(name)) {
            return new String(in.readAllBytes(), UTF_8);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot read " + name, e);
        }
    }
}
