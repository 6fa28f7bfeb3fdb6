package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.faults.LinuxNetwork;
import io.ringdown.harness.hosts.Doctor;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Witness;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.RunFolder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The harness proves itself on clusters whose level is known beforehand, good ones and broken ones: real processes, real SIP, real faults.
 */
class KnownAnswersIT {
    /** In as much of T1 as with T1 and the heartbeats as they are by default. */
    private static final String SOON_MISSED = "heartbeat-timeout: 600ms, heartbeat-interval: 120ms";

    /** A run that reads as it should not is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @Test
    void transactionsStoredBeforeAnythingLeavesAreTransparent() throws Exception {
        // More than are asked for: a strike some milliseconds late finds a few of the fresh or idle calls in another
        // phase.
        Verdict verdict = run(new ShortPlan(
                "transactions", "depth: transactions", "200ms", "crash", "never", "2s", 160, "expect: AL4"));

        passes(verdict);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
        assertThat(verdict.witnesses().total()).isZero();
        assertThat(verdict.phases().stream().filter(phase -> phase.demanded())).allSatisfy(phase -> {
            assertThat(phase.held()).isGreaterThanOrEqualTo(140);
            assertThat(phase.exposed()).isGreaterThan(59);
        });
    }

    @Tag("long")
    @Test
    void aMachineThatFallsSilentIsNoticedByItsHeartbeats() throws Exception {
        String two = "machines-per-rack: 1, depth: transactions, " + SOON_MISSED;
        passes(run(new ShortPlan("silent", two, "300ms", "silent", "never", "2s", ShortPlan.FEW / 2, "expect: AL4")));
    }

    @Test
    void confirmedDialogsSurviveButTheirOpenTransactionsDoNot() throws Exception {
        Verdict verdict = run(new ShortPlan(
                // An open INVITE has no copy at this depth: only its owner's death exposes it, so more of them are
                // needed.
                "confirmed",
                "machines-per-rack: 1, depth: confirmed",
                "200ms",
                "crash",
                "never",
                "2s",
                170,
                "expect: AL3"));

        passes(verdict);
        assertThat(witnesses(verdict)).noneMatch(witness -> witness.fate() == Fate.LOST);
    }

    @ParameterizedTest
    @CsvSource({
        "none,              depth: none",
        "counter-reset,     mutant: counter-reset",
        "counter-frozen,    mutant: counter-frozen",
        "early-acknowledge, mutant: early-acknowledge",
    })
    void clustersThatForgetLoseCalls(String name, String cluster) throws Exception {
        Verdict verdict = run(ShortPlan.onTwoMachines(name, cluster, "100ms", "1s", "expect: AL2"));

        passes(verdict);
        assertThat(witnesses(verdict)).anyMatch(witness -> witness.fate() == Fate.LOST);
        if (name.startsWith("counter-")) {
            assertThat(witnesses(verdict))
                    .anyMatch(witness -> witness.sentence().contains("counter"));
        }
        checkingAgainGivesTheSameBytes();
    }

    /** One in 200 of the calls that an engine takes over: of the 750 that change hands here, three others take 200 at least. */
    @Test
    void oneLostCallInManyIsFound() throws Exception {
        Path plan = new ShortPlan(
                        "lose-calls",
                        "machines-per-rack: 1, mutant: lose-calls",
                        "100ms",
                        "crash",
                        "never",
                        "1s",
                        500,
                        "expect: AL2")
                .write(folder);
        Files.writeString(plan, Files.readString(plan).replace("workload: {", "workload: {phases: [P3, P4, P5], "));

        Verdict verdict = run(plan);

        passes(verdict);
        assertThat(witnesses(verdict)).anyMatch(witness -> witness.fate() == Fate.LOST);
    }

    /** The same clusters and the same demands with strangers' calls: one that loses calls, and at length a good one. */
    @Test
    void sippFindsWhatTheGeneratorFinds() throws Exception {
        sippFinds("mutant: counter-reset", "200ms", "expect: AL2");
    }

    @Tag("long")
    @Test
    void norDoesItFindWhatIsNotThere() throws Exception {
        sippFinds("depth: transactions", "250ms", "expect: AL4");
    }

    private void sippFinds(String cluster, String t1, String demand) throws Exception {
        needSipp();
        // SIPp and ten elements are too much for two processors.
        String two = "machines-per-rack: 1, " + cluster;
        Path plan = new ShortPlan("sipp", two, t1, "crash", "never", "2s", 120, demand).write(folder);
        Files.writeString(plan, Files.readString(plan).replace("workload: {", "workload: {driver: sipp, "));

        Verdict verdict = run(plan);

        passes(verdict);
        assertThat(verdict.headline()).endsWith("over P1-P6");
    }

    @Test
    void aClusterThatNeverFailsOverIsOutForGood() throws Exception {
        Verdict verdict =
                run(ShortPlan.onTwoMachines("no-failover", "mutant: no-failover", "75ms", "10s", "expect: AL1"));

        passes(verdict);
        assertThat(verdict.outage().state()).isEqualTo(SetUpOutage.State.NEVER_RESTORED);
    }

    @Test
    void oneNodeIsOutUntilItIsRepaired() throws Exception {
        Verdict verdict = run(new ShortPlan(
                "single", "arrangement: single", "50ms", "crash", "7s", "2s", ShortPlan.FEW / 2, "expect: AL1"));

        passes(verdict);
        assertThat(verdict.outage().state()).isEqualTo(SetUpOutage.State.UNTIL_REPAIR);
    }

    @Tag("long")
    @Test
    void containersThatBackEachOtherUpAreTransparent() throws Exception {
        Verdict verdict = run(ShortPlan.struck("was", "arrangement: was", "250ms", "crash", "expect: AL4"));

        passes(verdict);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
    }

    @Tag("long")
    @Test
    void copiesWithinARackDoNotSurviveIt() throws Exception {
        Path plan = ShortPlan.struck("rack-blind", "mutant: rack-blind", "250ms", "crash", "expect: AL2")
                .write(folder);
        Files.writeString(plan, Files.readString(plan).replace("machine: any", "rack: any"));

        Verdict verdict = run(plan);

        passes(verdict);
        assertThat(witnesses(verdict)).anyMatch(witness -> witness.fate() == Fate.LOST);
    }

    @Tag("long")
    @Test
    void serversThatCopyToABuddyAreTransparent() throws Exception {
        Verdict verdict = run(ShortPlan.struck("mss", "arrangement: mss", "250ms", "crash", "expect: AL4"));

        passes(verdict);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
    }

    /** Its processes live on, and find out only by their own silence: who was cut off may neither answer nor keep what it owned. */
    @Test
    void aMachineThatIsCutOffIsNoticedAsOneThatIsDead() throws Exception {
        String refusal = new LinuxNetwork().refusal(FaultOrder.Kind.ISOLATE);
        assumeTrue(refusal.isEmpty() || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")), refusal);

        Verdict verdict = run(new ShortPlan(
                "isolated",
                "arrangement: mss, machines-per-rack: 1, " + SOON_MISSED,
                "300ms",
                "isolate",
                "never",
                "2s",
                ShortPlan.FEW / 2,
                "expect: AL4"));

        passes(verdict);
        assertThat(verdict.faults().get(0).proof()).anyMatch(line -> line.contains("dropped"));
    }

    @Test
    void aClusterThatOnlySensesClosedConnectionsFailsAgainstSilence() throws Exception {
        String two = "machines-per-rack: 1, detection: close";
        var plan =
                new ShortPlan("close-silent", two, "75ms", "silent", "never", "2s", ShortPlan.FEW / 2, "require: AL4");
        Verdict verdict = run(plan);

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
    }

    @Tag("long")
    @Test
    void faultsKeepTheirPlaceWhateverTheirOrderInTime() throws Exception {
        Path plan = ShortPlan.struck("two", "depth: transactions", "200ms", "crash", "require: AL2")
                .write(folder);
        String faults =
                "  - {process: r2m2-replica, kind: crash, after: 500ms}\n  - {process: r1m1-replica, kind: crash}\n";
        Files.writeString(plan, Files.readString(plan).replaceFirst("  - .*\n", faults));

        Verdict verdict = run(plan);

        assertThat(verdict.faults())
                .extracting(fault -> fault.elements().get(0))
                .containsExactly("r2m2-replica", "r1m1-replica");
        assertThat(verdict.faults())
                .allSatisfy(fault -> assertThat(fault.proven()).isTrue());
    }

    /** By TCP the dispatcher's death takes the connections along: what was open is sent again on the next, which nobody may call transparent. */
    @Tag("long")
    @Test
    void connectionsThatDieWithTheirDispatcherCostRepeatsAndNoCall() throws Exception {
        Path plan = ShortPlan.onTwoMachines("tcp", "depth: transactions", "200ms", "2s", "expect: AL3")
                .write(folder);
        String text = Files.readString(plan)
                .replace("machine: any", "process: active-dispatcher")
                .replace("workload: {", "workload: {transport: tcp, sources: 2, ");
        Files.writeString(plan, text);

        Verdict verdict = run(plan);

        passes(verdict);
        assertThat(verdict.headline()).isEqualTo("AL3 over P1-P6 by TCP");
        assertThat(verdict.law()).isNull();
        assertThat(witnesses(verdict))
                .allMatch(witness -> witness.fate() == Fate.REPEATED)
                .anyMatch(witness -> witness.sentence().contains("lost its connection"));
    }

    /** Two legs, each with a user agent of its own, and the callee speaks up as well. */
    @Tag("long")
    @Test
    void callsThatAreRelayedAreTransparentAtBothEnds() throws Exception {
        relayed("b2bua");
    }

    @Tag("long")
    @Test
    void soAreThoseThatAProxyRelaysAndWritesDownOnce() throws Exception {
        relayed("proxy");
    }

    private void relayed(String service) throws Exception {
        Path plan = ShortPlan.onTwoMachines(service, "service: " + service, "250ms", "4s", "expect: AL4")
                .write(folder);
        Files.writeString(plan, Files.readString(plan).replace("workload: {", "workload: {callee: {operates: 15%}, "));

        Verdict verdict = run(plan);

        passes(verdict);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
        assertThat(verdict.witnesses().total()).isZero();
    }

    /** What only the callee sees. */
    @Test
    void aLegThatIsMadeTwiceIsAGhost() throws Exception {
        twice("duplicate-b-leg", "INVITEs");
    }

    @Tag("long")
    @Test
    void aByeThatIsSentTwiceIsAGhost() throws Exception {
        twice("double-bye", "BYEs");
    }

    private void twice(String mutant, String what) throws Exception {
        String cluster = "service: b2bua, mutant: " + mutant;
        Verdict verdict = run(ShortPlan.onTwoMachines(mutant, cluster, "150ms", "1s", "require: AL4"));

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(witnesses(verdict))
                .noneMatch(witness -> witness.fate() == Fate.LOST)
                .anyMatch(witness -> witness.fate() == Fate.GHOST
                        && witness.sentence().contains("2 " + what + " of the call reached the callee"));
    }

    /** A stranger at either end of a cluster that relays, and at both. */
    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"callee: {driver: sipp}", "driver: sipp", "driver: sipp, callee: {driver: sipp}"})
    void strangersFindRelayedCallsTransparent(String ends) throws Exception {
        Verdict verdict = strangers(ends, "depth: transactions", "expect: AL4");

        passes(verdict);
        assertThat(verdict.headline()).isEqualTo("AL4 over P1-P6");
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    callee: {driver: sipp} | duplicate-b-leg | 2 INVITEs of the call reached the callee
                    driver: sipp           | double-bye      | 2 BYEs of the call reached the callee
                    """)
    void strangersFindWhatReachesTheCalleeTwice(String ends, String mutant, String sentence) throws Exception {
        Verdict verdict = strangers(ends, "mutant: " + mutant, "require: AL4");

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(witnesses(verdict))
                .anyMatch(witness ->
                        witness.fate() == Fate.GHOST && witness.sentence().contains(sentence));
    }

    private Verdict strangers(String ends, String cluster, String demand) throws Exception {
        needSipp();
        Path plan = ShortPlan.onTwoMachines("strangers", "service: b2bua, " + cluster, "500ms", "4s", demand)
                .write(folder);
        // SIPp's processes and both legs of so many probes are too much for two processors.
        String text = Files.readString(plan)
                .replace("set-up-probes: 150, detection-probes: 250", "set-up-probes: 100, detection-probes: 100")
                .replace("workload: {", "workload: {" + ends + ", ");
        Files.writeString(plan, text);
        return run(plan);
    }

    private static void needSipp() {
        assumeTrue(
                Doctor.program("sipp").isPresent() || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")),
                "no sipp on the PATH: " + Doctor.SIPP_REMEDY);
    }

    private void checkingAgainGivesTheSameBytes() throws Exception {
        RunFolder last = last();
        byte[] verdict = Files.readAllBytes(last.verdict());
        byte[] report = Files.readAllBytes(last.report());

        Ringdown.run(List.of("check", last.path().toString()));

        assertThat(Files.readAllBytes(last.verdict())).isEqualTo(verdict);
        assertThat(Files.readAllBytes(last.report())).isEqualTo(report);
    }

    private static void passes(Verdict verdict) {
        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
    }

    private static List<Witness> witnesses(Verdict verdict) {
        return verdict.witnesses().shown();
    }

    private Verdict run(ShortPlan plan) throws Exception {
        return run(plan.write(folder));
    }

    private Verdict run(Path plan) throws Exception {
        return new PatientRuns(folder).run(plan);
    }

    private RunFolder last() throws Exception {
        return new PatientRuns(folder).last();
    }
}
