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
        HtmlReport.write(losing, SyntheticVerdict.fail(losing), losing.folder().report());
        RecordedRun clean = SyntheticRun.complete(folder.resolve("pass"), 600, false);
        HtmlReport.write(clean, SyntheticVerdict.pass(clean), clean.folder().report());
        RecordedRun killed = SyntheticRun.killed(folder.resolve("killed"));
        HtmlReport.write(
                killed, SyntheticVerdict.unknown(killed), killed.folder().report());
    }
}
