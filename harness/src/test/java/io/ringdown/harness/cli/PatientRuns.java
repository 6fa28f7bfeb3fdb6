package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.record.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Runs below a folder. An inconclusive one says that this machine was too busy, and nothing of the cluster: it is repeated, four times at
 * most.
 */
record PatientRuns(Path folder) {
    /** One way to live a run. */
    interface Life {
        void live() throws Exception;
    }

    Verdict run(Path plan, String... options) throws Exception {
        var words = new ArrayList<>(List.of("run", plan.toString(), "--runs", folder.toString()));
        words.addAll(List.of(options));
        return decided(() -> Ringdown.run(words));
    }

    Verdict decided(Life life) throws Exception {
        Verdict verdict = null;
        for (int attempt = 0; attempt < 5 && undecided(verdict); attempt++) {
            life.live();
            verdict = VerdictJson.read(Files.readString(last().verdict()));
        }
        return verdict;
    }

    private static boolean undecided(Verdict verdict) {
        return verdict == null || verdict.conclusion() == Conclusion.INCONCLUSIVE;
    }

    RunFolder last() throws Exception {
        List<RunFolder> runs = RunFolders.below(folder);
        assertThat(runs).as("runs: the plan may have been refused").isNotEmpty();
        return runs.get(runs.size() - 1);
    }
}
