package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.judge.Conclusion;
import io.ringdown.judge.Fate;
import io.ringdown.judge.Verdict;
import io.ringdown.record.LoadHost;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Known answers by two load hosts that share the calls, real processes, one of which is really killed. */
class LoadHostsIT {
    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void whatTwoSeeIsOneHistory() throws Exception {
        Path plan = shared(ShortPlan.onTwoMachines("two", "depth: transactions", "200ms", "2s", "expect: AL4"));
        Verdict verdict = new PatientRuns(folder).run(plan);

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
        assertThat(RecordedRun.read(last()).loadHosts())
                .hasSize(2)
                .allMatch(LoadHost::complete)
                .allSatisfy(host -> assertThat(host.after()).isNotNull());
        assertThat(Files.size(last().latencies())).isGreaterThan(1_000);
        checkingAgainGivesTheSameBytes();
    }

    /** Calls are released later than a second after the fault, and the counter has been seen to be wrong by then. */
    @Test
    void aKilledOneHidesNoWitness() throws Exception {
        Path plan = shared(ShortPlan.onTwoMachines("witness", "mutant: counter-reset", "200ms", "2s", "require: AL4"));
        Verdict verdict = new PatientRuns(folder).decided(() -> killOne(plan, "RECOVERY"));

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.FAIL);
        assertThat(verdict.witnesses().shown()).anyMatch(witness -> witness.fate() == Fate.LOST);
        assertThat(RecordedRun.read(last()).loadHosts())
                .extracting(LoadHost::complete)
                .containsExactly(true, false);
        checkingAgainGivesTheSameBytes();
    }

    /** Lives a run whose second load host is killed when its events tell of a moment. */
    private void killOne(Path plan, String moment) throws Exception {
        int before = RunFolders.below(folder).size();
        var living = CompletableFuture.runAsync(
                () -> Ringdown.run(List.of("run", plan.toString(), "--runs", folder.toString())));
        await().atMost(60, SECONDS)
                .until(() -> RunFolders.below(folder).size() > before
                        && Files.exists(last().provenance())
                        && Files.readString(last().events()).contains(moment));
        String own = last().loadHost("load-2").path().toAbsolutePath().toString();
        List<ProcessHandle> killed = ProcessHandle.current()
                .descendants()
                .filter(process -> commandLine(process).contains(own))
                .toList();
        assertThat(killed).isNotEmpty();
        killed.forEach(ProcessHandle::destroyForcibly);
        living.get(120, SECONDS);
    }

    /** Java tells no arguments of a command line longer than a page of memory. */
    private static String commandLine(ProcessHandle process) {
        try {
            return Files.readString(Path.of("/proc/" + process.pid() + "/cmdline"));
        } catch (IOException e) {
            return "";
        }
    }

    private Path shared(ShortPlan plan) throws Exception {
        Path file = plan.write(folder);
        return Files.writeString(file, Files.readString(file).replace("workload: {", "workload: {load-hosts: 2, "));
    }

    private void checkingAgainGivesTheSameBytes() throws Exception {
        byte[] verdict = Files.readAllBytes(last().verdict());

        Ringdown.run(List.of("check", last().path().toString()));

        assertThat(Files.readAllBytes(last().verdict())).isEqualTo(verdict);
    }

    private RunFolder last() throws Exception {
        return new PatientRuns(folder).last();
    }
}
