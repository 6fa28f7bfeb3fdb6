package io.ringdown.pages;

import io.ringdown.record.RecordedRun;
import java.io.IOException;
import java.nio.file.Path;

/** Writes example reports for people to look at: {@code RenderExamples FOLDER}, which must not exist. */
final class RenderExamples {
    private RenderExamples() {}

    public static void main(String[] args) throws IOException {
        Path folder = Path.of(args[0]);
        RecordedRun losing = SyntheticRun.complete(folder.resolve("fail"), 600, true);
        HtmlReport.begin(losing, SyntheticVerdict.fail(losing))
                .write(losing.folder().report());
        RecordedRun clean = SyntheticRun.complete(folder.resolve("pass"), 600, false);
        HtmlReport.begin(clean, SyntheticVerdict.pass(clean))
                .write(clean.folder().report());
        RecordedRun killed = SyntheticRun.killed(folder.resolve("killed"));
        HtmlReport.begin(killed, SyntheticVerdict.unknown(killed))
                .write(killed.folder().report());
    }
}
