package io.ringdown.judge;

import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import io.ringdown.record.RecordedRun;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * How long judging takes. Run with the test class path: {@code java -cp ... io.ringdown.judge.JudgingSpeed [CALLS]}. A call has four operations. Prints
 * where the run is, for {@code time ringdown check FOLDER}.
 */
final class JudgingSpeed {
    private JudgingSpeed() {}

    public static void main(String[] arguments) throws Exception {
        int calls = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 330_000;
        Path folder = Files.createTempDirectory("judging-speed");
        RunStory story = RunStory.struck();
        for (int i = 0; i < calls; i++) {
            CallStory call = story.call(Phase.P4F).owner(i % 4 == 0 ? "r1m1-engine" : "r2m2-engine");
            if (i % 1_000 == 0) {
                call.established().info(3_000).gets(481, 3_001);
            } else {
                call.transparent();
            }
        }
        RecordedRun run = story.read(folder);
        System.out.println(
                "the run's folder, for ringdown check: " + run.folder().path());
        for (int round = 0; round < 5; round++) {
            long from = System.nanoTime();
            Verdict verdict = Judge.judge(run);
            System.out.printf(
                    "%d operations judged in %.2f s%n", verdict.operations(), (System.nanoTime() - from) / 1e9);
        }
    }
}
