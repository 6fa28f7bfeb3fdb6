package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.harness.hosts.StruckHarness;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Faults that do not strike anybody, or not for long, void their run: that all calls fared well says nothing then. */
@Tag("beside")
class WithoutEffectIT {
    private static final int NETWORK = 5;

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    /** One of the network, and one of what a machine has; the latter is proven, and then somebody else makes room again. */
    @Test
    void aRateThatIsNeverReachedAndADiskThatIsEmptiedVoidTheRun() throws Exception {
        Stream.of(Kind.RATE, Kind.DISK)
                .map(StruckHarness::refusal)
                .forEach(refusal -> assumeTrue(refusal.isEmpty(), refusal));
        Path plan = new ShortPlan(
                        "no-effect",
                        "machines-per-rack: 1, depth: transactions, disk: 16",
                        "100ms",
                        "rate",
                        "never",
                        "1s",
                        ShortPlan.FEW / 2,
                        "require: AL4\nmax-down: 2")
                .write(folder, NETWORK);
        Files.writeString(
                plan,
                Files.readString(plan)
                        .replaceFirst(
                                "  - .*\n",
                                "  - {machine: r1m1, kind: rate, rate: 10000000, repair-after: never}\n"
                                        + "  - {machine: r2m1, kind: disk, repair-after: never}\n"));
        CompletableFuture<Void> emptied = CompletableFuture.runAsync(this::makeRoom);

        int status = Ringdown.run(List.of("run", plan.toString(), "--runs", folder.toString()));

        emptied.join();
        assertThat(status).isEqualTo(Exit.INCONCLUSIVE);
        Verdict verdict = VerdictJson.read(
                Files.readString(RunFolders.below(folder).get(0).verdict()));
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons())
                .anyMatch(reason -> reason.matches("not proven: machine r1m1 was held to 10,000,000 kbit/s \\(no effect"
                        + " within 10000 ms: queueing discipline \\S+ passed [1-9]\\d* packets of r1m1, made wait 0 times"
                        + " and dropped 0\\)"))
                .anyMatch(reason ->
                        reason.matches("not proven: machine r2m1 had its file system filled \\(.*; no longer in"
                                + " effect: r2m1 has [1-9]\\d* of 16\\.0 MiB left in .*\\)"));
    }

    private void makeRoom() {
        try {
            RunFolder run = HarnessProcess.awaitEvent(folder, "\"kind\":\"DISK\"");
            Files.delete(run.elements().resolve("r2m1.disk/ringdown-full"));
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }
}
