package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.ssh.Sshd;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.record.LoadHost;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunFolder;
import io.ringdown.record.TrialShare;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.ResourceLock;

/** Two load hosts, each behind a real {@code sshd} of its own, that call a cluster on this machine. The second one's clock is not this machine's. */
@ResourceLock(Sshd.OF_RUNS)
class LoadHostsElsewhereIT {
    private static final int AHEAD_SECONDS = 1_000;

    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    private Sshd left;
    private Sshd right;
    private Path there;
    private Path inventory;
    private Process harness;

    @BeforeEach
    void hosts() throws Exception {
        Files.createDirectory(runs());
        left = Sshd.start(Files.createDirectory(folder.resolve("left")), "127.40.1.1");
        right = Sshd.ahead(Files.createDirectory(folder.resolve("right")), AHEAD_SECONDS, "127.40.1.2");
        there = Sshd.kept(Sshd.OF_RUNS);
        inventory = Sshd.inventory(folder.resolve("inventory.yaml"), there, "4s", left, right);
    }

    @AfterEach
    void end() {
        if (harness != null) {
            harness.destroyForcibly();
        }
        Stream.of(left, right).filter(sshd -> sshd != null).forEach(Sshd::close);
    }

    @Tag("long")
    @Test
    void whatTwoSeeIsOneHistoryWhateverTheirClocksShow() throws Exception {
        Path plan = calledFromBoth(ShortPlan.onTwoMachines("two", "depth: transactions", "200ms", "2s", "expect: AL4"));
        Verdict verdict = new PatientRuns(runs()).run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
        twoSawIt();
    }

    /** One callee here, where the calls of both end; it keeps their holds, and speaks up, at instants that each tells by its own clock. */
    @Test
    void callsThatAreRelayedAreTransparentAtBothEndsWhateverTheirClocksShow() throws Exception {
        Path plan = calledFromBoth(ShortPlan.onTwoMachines("relayed", "service: b2bua", "200ms", "2s", "expect: AL4"));
        Files.writeString(plan, Files.readString(plan).replace("workload: {", "workload: {callee: {operates: 15%}, "));
        Verdict verdict = new PatientRuns(runs()).run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
        assertThat(last().farSide()).isNotEmptyFile();
        twoSawIt();
    }

    /** A rate that rises to no other: the search ends with the eleventh success. What each recorded is here before the next trial begins. */
    @Tag("long")
    @Test
    void aSearchIsSharedWhateverTheirClocksShow() throws Exception {
        Path plan = Files.writeString(
                folder.resolve("search.yaml"),
                "name: search\nkind: capacity\ncluster: {arrangement: single, network: 8}\nsearch: {load-hosts: [127.40.1.1,"
                        + " 127.40.1.2], sessions: 2, start-rate: 9, establishment-threshold: 100ms, warm-up: 1s, rest: 0s}\n"
                        + "require: 9/s\n");
        Verdict verdict = new PatientRuns(runs()).run(plan, "--hosts", inventory.toString());

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).startsWith("Capacity ").endsWith("9 sessions/s of invite-bye");
        RecordedRun run = RecordedRun.read(last());
        assertThat(run.loadHosts()).hasSize(2).allMatch(LoadHost::complete);
        assertThat(run.trials()).allSatisfy(trial -> {
            assertThat(trial.shares()).extracting(TrialShare::host).containsExactly("load-1", "load-2");
            assertThat(trial.shares())
                    .allMatch(share -> share.late() == 0 && share.missing().isEmpty());
        });
        TrialArrivals.areThoseOfOne(run);
        nothingIsLeft();
    }

    @Tag("long")
    @Test
    void oneThatIsCutOffTakesThePassAwayAndLeavesNothing() throws Exception {
        Path plan = calledFromBoth(ShortPlan.onTwoMachines("cut", "depth: transactions", "150ms", "2s", "expect: AL4"));
        var living = CompletableFuture.runAsync(() -> Ringdown.run(
                List.of("run", plan.toString(), "--hosts", inventory.toString(), "--runs", runs().toString())));
        HarnessProcess.awaitEvent(runs(), "RECOVERY");

        right.cut();

        living.get(120, SECONDS);
        Verdict verdict = VerdictJson.read(Files.readString(last().verdict()));
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons())
                .anyMatch(reason -> reason.contains(
                        "load-2 on 127.40.1.2 was not there to the end: its process ended, or the way to it"));
        assertThat(RecordedRun.read(last()).loadHosts())
                .extracting(LoadHost::complete)
                .containsExactly(true, false);
        assertThat(last().loadHost("load-2").operations())
                .as("as far as it got")
                .isNotEmptyFile();
        nothingIsLeft();
    }

    @Tag("long")
    @Tag("beside")
    @Test
    void aKilledHarnessLeavesNothingOnceItIsHealed() throws Exception {
        Path plan = calledFromBoth(ShortPlan.toBeKilled("machines-per-rack: 1, depth: transactions", "crash"));
        harness = HarnessProcess.start(runs(), plan, "--hosts", inventory.toString());
        HarnessProcess.awaitEvent(runs(), "\"type\":\"strike\"");
        assertThat(Sshd.workingFrom(there)).anyMatch(line -> line.contains("LoadWorker"));

        harness.destroyForcibly().waitFor();

        await().atMost(30, SECONDS).until(() -> Sshd.workingFrom(there).isEmpty());
        assertThat(Ringdown.run(List.of("heal", last().path().toString()))).isEqualTo(Exit.PASS);
        assertThat(there.resolve("runs")).isEmptyDirectory();
        assertThat(last().loadHost("load-1").operations()).exists();
    }

    /** From beginning to end, each by its own clock; the verdict is of what both saw, and nothing is left of them. */
    private void twoSawIt() throws Exception {
        List<LoadHost> hosts = RecordedRun.read(last()).loadHosts();
        assertThat(hosts)
                .allMatch(LoadHost::complete)
                .allSatisfy(host -> assertThat(host.meanwhile()).hasSizeGreaterThan(5));
        assertThat(hosts).extracting(LoadHost::host).containsExactly("127.40.1.1", "127.40.1.2");
        assertThat(hosts).extracting(host -> host.sources().get(0)).containsExactly("127.108.0.2:0", "127.108.0.3:0");
        assertThat(hosts.get(0).before().nanos() / 1e9).isCloseTo(0, within(0.1));
        boolean root = System.getProperty("user.name").equals("root");
        assertThat(hosts.get(1).before().nanos() / 1e9).isCloseTo(root ? AHEAD_SECONDS : 0, within(0.1));
        assertThat(Files.size(last().latencies())).isGreaterThan(1_000);
        nothingIsLeft();
        byte[] bytes = Files.readAllBytes(last().verdict());
        Ringdown.run(List.of("check", last().path().toString()));
        assertThat(Files.readAllBytes(last().verdict())).isEqualTo(bytes);
    }

    private void nothingIsLeft() {
        // An agent waits a moment for its last answer to be taken.
        await().atMost(10, SECONDS).until(() -> Sshd.workingFrom(there).isEmpty());
        assertThat(there.resolve("runs")).isEmptyDirectory();
    }

    private Path calledFromBoth(ShortPlan plan) throws Exception {
        Path file = plan.write(folder);
        return Files.writeString(
                file,
                Files.readString(file).replace("workload: {", "workload: {load-hosts: [127.40.1.1, 127.40.1.2], "));
    }

    private Path runs() {
        return folder.resolve("kept");
    }

    private RunFolder last() throws Exception {
        return new PatientRuns(runs()).last();
    }
}
