package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.networknt.schema.Error;
import com.networknt.schema.InputFormat;
import com.networknt.schema.Schema;
import com.networknt.schema.SchemaRegistry;
import com.networknt.schema.SpecificationVersion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Phase;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.TimeZone;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class VerdictJsonTest {
    @TempDir
    Path folder;

    private static List<RunStory> stories() {
        RunStory lost = RunStory.struck().gap(1_200).exposed(300, Phase.P4);
        lost.call(Phase.P4).established().info(3_000).gets(481, 3_001);
        RunStory killed = RunStory.struck().killed().torn().exposed(20, Phase.P4);
        RunStory al1 = RunStory.struck()
                .expect(AvailabilityLevel.AL1)
                .single()
                .outageUntil(70_500)
                .probesUntil(75_000)
                .repairedAt(70_000, 70_800)
                .exposed(5, Phase.P4);
        return List.of(
                lost,
                RunStory.struck()
                        .then(FaultStory.at(2_500, "r2m2-engine").repairedAt(5_000, 5_500))
                        .exposed(20, Phase.P4),
                killed,
                al1,
                RunStory.struck().neverInjected(),
                RunStory.nullRun().exposed(299, Phase.P4),
                RunStory.struck().exposed(299, Phase.P4));
    }

    @Test
    void followsItsSchema() throws IOException {
        for (RunStory story : stories()) {
            String json = VerdictJson.write(story.judge(folder));
            assertThat(errors(json)).as(json).isEmpty();
        }
        assertThat(errors("{}")).isNotEmpty();
    }

    /** What the schema has against a verdict. */
    static List<Error> errors(String json) throws IOException {
        try (InputStream text = Verdict.class.getResourceAsStream("verdict.schema.json")) {
            Schema schema = SchemaRegistry.withDefaultDialect(SpecificationVersion.DRAFT_2020_12)
                    .getSchema(new String(text.readAllBytes(), StandardCharsets.UTF_8), InputFormat.JSON);
            return schema.validate(json, InputFormat.JSON);
        }
    }

    @Test
    void isReadBackAsItWasWritten() throws IOException {
        for (RunStory story : stories()) {
            String json = VerdictJson.write(story.judge(folder));
            assertThat(VerdictJson.write(VerdictJson.read(json))).isEqualTo(json);
        }
    }

    @Test
    void theSameFolderGivesTheSameBytesWhereverItIsJudged() throws IOException {
        RecordedRun run = stories().get(0).read(folder);
        String here = VerdictJson.write(Judge.judge(run));
        Locale locale = Locale.getDefault();
        TimeZone zone = TimeZone.getDefault();
        try {
            Locale.setDefault(Locale.forLanguageTag("ar-EG"));
            TimeZone.setDefault(TimeZone.getTimeZone("Pacific/Auckland"));
            RecordedRun again = RecordedRun.read(RunFolder.open(run.folder().path()));
            assertThat(VerdictJson.write(Judge.judge(again))).isEqualTo(here);
        } finally {
            Locale.setDefault(locale);
            TimeZone.setDefault(zone);
        }
    }

    @Test
    void anythingElseIsRefusedInOneLine() {
        assertThatThrownBy(() -> VerdictJson.read("{\"format\": 1, \"surprise\": 2}"))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("not a verdict of format " + Verdict.FORMAT)
                .hasMessageNotContaining("\n");
    }
}
