package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.MILLISECONDS;
import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.VerdictJson;
import io.ringdown.record.LoadHost;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunFolder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.function.Consumer;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Known answers by two load hosts that share the calls, real processes, one of which is really killed. */
class LoadHostsIT {
    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Tag("long")
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

    /** The calls of both end at one callee, who is sent two BYEs for each. */
    @Tag("long")
    @Test
    void whatReachesTheCalleeTwiceIsAGhostWhoeverCalled() throws Exception {
        Path plan = shared(
                ShortPlan.onTwoMachines("twice", "service: b2bua, mutant: double-bye", "250ms", "2s", "require: AL4"));
        Verdict verdict = new PatientRuns(folder).run(plan);

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.FAIL);
        assertThat(verdict.witnesses().shown())
                .noneMatch(witness -> witness.fate() == Fate.LOST)
                .anyMatch(witness ->
                        witness.sentence().contains("2 BYEs of the call reached the callee") && witness.call() % 2 == 0)
                .anyMatch(witness -> witness.sentence().contains("2 BYEs of the call reached the callee")
                        && witness.call() % 2 == 1);
    }

    /** Calls are released later than a second after the fault, and the counter has been seen to be wrong by then. */
    @Tag("long")
    @Test
    void aKilledOneHidesNoWitness() throws Exception {
        Path plan = shared(ShortPlan.onTwoMachines("witness", "mutant: counter-reset", "150ms", "2s", "require: AL4"));
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

    /**
     * The second one is frozen in mid-trial, for longer than it may be late: that trial tells nothing, never that the cluster failed, and is made again. What both
     * offer together is what one would.
     */
    @Tag("long")
    @Test
    void aSearchIsSharedAndATrialOfWhichOneIsLateTellsNothing() throws Exception {
        Path plan = search("sessions: 2, start-rate: 9, establishment-threshold: 100ms", "require: 9/s");
        // A machine too busy to answer within 100 ms says nothing of the search.
        Verdict verdict = new PatientRuns(folder)
                .decided(() -> during(plan, this::hasCalled, second -> {
                    signal(second, "STOP");
                    await().pollDelay(700, MILLISECONDS).until(() -> true);
                    signal(second, "CONT");
                }));

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
        // On a machine that is too busy for the last of its trials the search ends with a bound, which is enough.
        assertThat(verdict.headline()).startsWith("Capacity ").endsWith("9 sessions/s of invite-bye");
        assertThat(verdict.capacity().trials())
                .filteredOn(trial -> trial.outcome() == Outcome.SUCCEEDED)
                .isNotEmpty()
                .allSatisfy(trial -> assertThat(trial.established()).isEqualTo(9));
        TrialArrivals.areThoseOfOne(RecordedRun.read(last()));
        assertThat(verdict.capacity().trials())
                .filteredOn(trial -> trial.outcome() == Outcome.UNCLEAR)
                .isNotEmpty()
                .anyMatch(trial -> trial.why().contains("load-2 "));
        assertThat(RecordedRun.read(last()).loadHosts()).hasSize(2).allMatch(LoadHost::complete);
        assertThat(Files.size(last().latencies())).isGreaterThan(1_000);
        checkingAgainGivesTheSameBytes();
    }

    /** None is refreshed before all are registered, and none removed before all are refreshed, whoever does it. */
    @Tag("long")
    @Test
    void aSearchForReRegistrationsIsSharedToo() throws Exception {
        Path plan = search(
                "call-type: re-register, sessions: 2, start-rate: 9, establishment-threshold: 100ms", "require: 9/s");
        Verdict verdict = new PatientRuns(folder).run(plan);

        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
        assertThat(verdict.headline()).startsWith("Re-registration rate ").endsWith("9 registrations/s");
        assertThat(verdict.capacity().trials())
                .allSatisfy(trial -> assertThat(trial.left()).isZero())
                .filteredOn(trial -> trial.outcome() == Outcome.SUCCEEDED)
                .allSatisfy(trial -> assertThat(trial.established()).isEqualTo(9));
        TrialArrivals.areThoseOfOne(RecordedRun.read(last()));
        checkingAgainGivesTheSameBytes();
    }

    /** What fails for want of its sessions is not the cluster's failure, and the run is not the one that the plan asked for. */
    @Test
    void aSearchEndsWithOneThatIsKilled() throws Exception {
        Path plan = search("sessions: 27, start-rate: 9, establishment-threshold: 100ms", "require: 1/s");
        during(plan, this::hasCalled, ProcessHandle::destroyForcibly);

        Verdict verdict = VerdictJson.read(Files.readString(last().verdict()));
        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.reasons())
                .contains("load-2 was not there to the end: its process ended")
                .anyMatch(reason -> reason.contains("only a lower bound"));
        assertThat(verdict.capacity().complete()).isFalse();
        assertThat(verdict.capacity().trials())
                .last()
                .satisfies(trial -> assertThat(trial.outcome()).isEqualTo(Outcome.UNCLEAR))
                .satisfies(trial ->
                        assertThat(trial.why()).contains("load-2 was not there to the end: its process ended"));
        checkingAgainGivesTheSameBytes();
    }

    private Path search(String search, String demand) throws Exception {
        return Files.writeString(
                folder.resolve("search.yaml"),
                "name: search\nkind: capacity\ncluster: {arrangement: single, network: 8}\nsearch: {load-hosts: 2, rest: 0s,"
                        + " warm-up: 0s, " + search + "}\n" + demand + "\n");
    }

    /** Of a search, in mid-trial: what it has recorded is on the disk a tenth of a second later. */
    private boolean hasCalled(RunFolder run) throws IOException {
        Path log = run.loadHost("load-2").operations();
        return Files.exists(log) && Files.size(log) > 20;
    }

    private static void signal(ProcessHandle process, String name) {
        try {
            new ProcessBuilder("kill", "-" + name, Long.toString(process.pid()))
                    .start()
                    .waitFor();
        } catch (IOException | InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    private interface Moment {
        boolean isThere(RunFolder run) throws IOException;
    }

    /** Lives a run whose second load host is killed when its events tell of a moment. */
    private void killOne(Path plan, String moment) throws Exception {
        during(plan, run -> Files.readString(run.events()).contains(moment), ProcessHandle::destroyForcibly);
    }

    /** Lives a run to whose second load host something is done at a moment. */
    private void during(Path plan, Moment moment, Consumer<ProcessHandle> what) throws Exception {
        int before = RunFolders.below(folder).size();
        var living = CompletableFuture.runAsync(
                () -> Ringdown.run(List.of("run", plan.toString(), "--runs", folder.toString())));
        await().atMost(60, SECONDS)
                .until(() -> RunFolders.below(folder).size() > before
                        && Files.exists(last().provenance())
                        && moment.isThere(last()));
        String own = last().loadHost("load-2").path().toAbsolutePath().toString();
        List<ProcessHandle> second = ProcessHandle.current()
                .descendants()
                .filter(process -> commandLine(process).contains(own))
                .toList();
        assertThat(second).isNotEmpty();
        second.forEach(what);
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
