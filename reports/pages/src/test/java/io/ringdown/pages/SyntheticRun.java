package io.ringdown.pages;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.Provenance;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Random;

/** A run folder as a run of the reference cluster would leave it: calls held in every phase while one machine of four falls silent. */
final class SyntheticRun {
    static final long STRIKE = seconds(24);
    static final long REROUTING = seconds(0.762);
    static final List<Phase> PHASES = List.of(Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6);
    private static final String[] ENGINES = {"r1m1-engine", "r1m2-engine", "r2m1-engine", "r2m2-engine"};
    private static final String STRUCK = "r2m1";

    private final RunRecorder recorder;
    private final Random random = new Random(7);
    private final boolean losing;
    private int calls;

    private SyntheticRun(RunRecorder recorder, boolean losing) {
        this.recorder = recorder;
        this.losing = losing;
    }

    /** A run that ended by itself; {@code losing}: idle calls of the struck machine are gone. */
    static RecordedRun complete(Path path, int callsPerPhase, boolean losing) throws IOException {
        RunFolder folder = RunFolder.create(path);
        try (RunRecorder recorder = recorder(folder, plan(List.of(order())))) {
            recorder.event(new RunEvent.StageEntered(0, RunEvent.Stage.PROVISION));
            recorder.event(new RunEvent.StageEntered(seconds(3), RunEvent.Stage.FILL));
            recorder.event(new RunEvent.Strike(STRIKE));
            recorder.event(new RunEvent.FaultInjected(STRIKE + seconds(0.02), fault()));
            new SyntheticRun(recorder, losing).calls(callsPerPhase);
            recorder.event(new RunEvent.StageEntered(seconds(48), RunEvent.Stage.HEAL));
            recorder.event(new RunEvent.Healed(seconds(49), true, "nothing left behind"));
            recorder.event(new RunEvent.Ended(seconds(50), RunEvent.Ending.COMPLETED, ""));
            recorder.selfChecks(new SelfChecks(310_000, 2_100_000, 0, 0, false, 0, 0, 4_200_000, 0, 0));
        }
        RunRecorder.seal(folder);
        return RecordedRun.read(folder);
    }

    /** A run whose harness was killed before anything was recorded. */
    static RecordedRun killed(Path path) throws IOException {
        RunFolder folder = RunFolder.create(path);
        try (RunRecorder recorder = recorder(folder, plan(List.of(order())))) {
            recorder.event(new RunEvent.StageEntered(0, RunEvent.Stage.PROVISION));
        }
        return RecordedRun.read(folder);
    }

    /** A run with one call, whose Call-ID is given, and no fault. */
    static RecordedRun single(Path path, String callId) throws IOException {
        RunFolder folder = RunFolder.create(path);
        try (RunRecorder recorder = recorder(folder, plan(List.of()))) {
            recorder.event(new RunEvent.Strike(STRIKE));
            recorder.call(new Call(0, callId, CallRole.POPULATION, Phase.P4, true, -1));
            var run = new SyntheticRun(recorder, false);
            recorder.operation(run.op(0, Intent.SETUP, 0, STRIKE - seconds(2), 0, "<b>node</b>"));
        }
        return RecordedRun.read(folder);
    }

    static FaultOrder order() {
        return new FaultOrder(
                FaultOrder.Domain.MACHINE,
                FaultOrder.Kind.SILENT,
                List.of(STRUCK),
                List.of(STRUCK + "-engine", STRUCK + "-replica"),
                Duration.ZERO,
                null);
    }

    static InjectedFault fault() {
        return new InjectedFault(
                0,
                order(),
                STRIKE,
                STRIKE + seconds(0.004),
                Operation.NONE,
                true,
                List.of("r2m1-engine: state T (stopped), port silent", "r2m1-replica: state T (stopped)"));
    }

    static Topology topology() {
        return new Topology(
                "occas", "127.100.0.1:5060", "X-Ringdown-Node", List.of(rack(1, "127.1", 0), rack(2, "127.2", 0)));
    }

    private static Rack rack(int rack, String net, int partition) {
        String name = "r" + rack;
        return new Rack(
                name,
                List.of(
                        machine(name + "m1", net + ".1.1", partition),
                        machine(name + "m2", net + ".2.1", partition + 1),
                        new Machine(
                                name + "d",
                                net + ".200.1",
                                List.of(new Element(
                                        name + "d-dispatcher", "dispatcher", -1, net + ".200.1:5061", "")))));
    }

    private static Machine machine(String name, String address, int partition) {
        return new Machine(
                name,
                address,
                List.of(
                        new Element(name + "-engine", "engine", -1, address + ":5061", address + ":8060"),
                        new Element(name + "-replica", "replica", partition, "", address + ":8061")));
    }

    private static RunRecorder recorder(RunFolder folder, ResolvedPlan plan) throws IOException {
        var provenance = new Provenance(
                Provenance.FORMAT,
                "0.1.0",
                1_790_000_000_000_000L,
                "17.0.14",
                "Linux 6.1",
                2,
                List.of("ringdown", "run", plan.name(), "--seed", Long.toString(plan.seed())));
        return new RunRecorder(folder, new RunClock(0, 1_790_000_000_000_000L), provenance, plan, topology());
    }

    static ResolvedPlan plan(List<FaultOrder> faults) {
        return new ResolvedPlan(
                "machine-failure",
                "One machine falls silent, as in a power cut, while calls are held in every phase.",
                4_711,
                Map.of("arrangement", "occas", "racks", "2", "depth", "transactions", "commit", "before-send"),
                new ResolvedPlan.Workload(
                        Duration.ofMillis(500),
                        PHASES,
                        1_440,
                        700,
                        100,
                        1_000,
                        Duration.ofSeconds(10),
                        Duration.ofSeconds(10)),
                faults,
                new ResolvedPlan.Criteria(ResolvedPlan.Demand.REQUIRE, AvailabilityLevel.AL4, PHASES, 0.01));
    }

    private void calls(int perPhase) {
        for (int i = 0; i < perPhase; i++) {
            for (Phase phase : PHASES) {
                populate(phase, i, (double) i / perPhase);
            }
        }
        for (long at = seconds(4); at < seconds(46); at += seconds(0.01)) {
            int call = call(CallRole.SETUP_PROBE, Phase.NONE);
            String node = node(call, at);
            recorder.operation(op(call, Intent.SETUP, 0, at, 0, node));
            recorder.operation(op(call, Intent.RELEASE, 1, at + seconds(0.4), 0, node(call, at + seconds(0.4))));
        }
        int stream = call(CallRole.DETECTION_PROBE, Phase.NONE);
        for (long at = STRIKE - seconds(1.5); at < STRIKE + seconds(5); at += seconds(0.001)) {
            probe(stream, at);
        }
    }

    private void probe(int stream, long at) {
        boolean lost = at >= STRIKE && at < STRIKE + REROUTING && random.nextInt(4) == 0;
        recorder.operation(new Operation(
                stream,
                Intent.OPTIONS,
                0,
                AttemptKind.FIRST,
                1,
                at,
                at,
                Operation.NONE,
                Operation.NONE,
                lost ? Operation.NONE : at + latency(),
                Operation.NONE,
                Operation.NONE,
                Operation.NONE,
                lost ? Outcome.FAILED : Outcome.OK,
                lost ? 0 : 200,
                0,
                "",
                -1,
                -1,
                0,
                Operation.NONE));
    }

    private void populate(Phase phase, int i, double share) {
        int call = call(CallRole.POPULATION, phase);
        boolean early = phase.compareTo(Phase.P3) > 0;
        long setUp = early ? seconds(5 + 8 * share) : seconds(15 + 8 * share);
        long held = STRIKE + seconds(2 + 4 * random.nextDouble());
        boolean holds = phase.compareTo(Phase.P3) <= 0;
        recorder.operation(op(call, Intent.SETUP, 0, setUp, holds ? held : 0, node(call, holds ? held : setUp)));
        boolean lost = losing && phase == Phase.P4 && owner(call) == 2 && i % 3 == 0;
        if (phase == Phase.P4F || phase == Phase.P4 && i % 2 == 0) {
            long info = phase == Phase.P4F ? STRIKE - seconds(0.46 * (1 - share)) : setUp + seconds(1);
            recorder.operation(op(call, Intent.INFO, 1, info, 0, node(call, info)));
            long later = STRIKE + seconds(phase == Phase.P4F ? 3 + 3 * share : 1.5 * share);
            recorder.operation(
                    lost ? gone(call, Intent.INFO, 2, later) : op(call, Intent.INFO, 2, later, 0, node(call, later)));
        }
        if (phase == Phase.P5) {
            Intent open = i % 2 == 0 ? Intent.MODIFY : Intent.INFO;
            recorder.operation(op(call, open, 1, seconds(15 + 8 * share), held, node(call, held)));
        }
        long bye = phase == Phase.P6 ? seconds(15 + 8 * share) : STRIKE + seconds(8 + 12 * share);
        recorder.operation(
                lost
                        ? gone(call, Intent.RELEASE, 3, bye)
                        : op(call, Intent.RELEASE, 3, bye, phase == Phase.P6 ? held : 0, node(call, bye)));
    }

    private int call(CallRole role, Phase phase) {
        recorder.call(new Call(calls, id(calls), role, phase, false, -1));
        return calls++;
    }

    static String id(int call) {
        return Integer.toHexString(call * 0x9E3779B1) + "-" + call + "@ringdown";
    }

    private static int owner(int call) {
        return Math.floorMod(call * 0x9E3779B1 >> 7, 4);
    }

    private String node(int call, long at) {
        int owner = owner(call);
        return ENGINES[owner == 2 && at >= STRIKE ? 3 - call % 2 * 2 : owner];
    }

    private Operation gone(int call, Intent intent, int index, long at) {
        return new Operation(
                call,
                intent,
                index,
                AttemptKind.FIRST,
                index + 1,
                at,
                at,
                Operation.NONE,
                Operation.NONE,
                at + latency(),
                Operation.NONE,
                Operation.NONE,
                Operation.NONE,
                Outcome.FAILED,
                481,
                0,
                "r2m2-engine",
                -1,
                -1,
                0,
                Operation.NONE);
    }

    private Operation op(int call, Intent intent, int index, long at, long held, String node) {
        boolean invite = intent == Intent.SETUP || intent == Intent.MODIFY;
        boolean delayed = owner(call) == 2 && at >= STRIKE && at < STRIKE + REROUTING;
        int again = 0;
        long wait = 0;
        while (delayed && at + wait < STRIKE + REROUTING) {
            wait += seconds(0.5) << again++;
        }
        long first = at + wait + latency();
        long end = Math.max(first + latency(), held + latency());
        return new Operation(
                call,
                intent,
                index,
                AttemptKind.FIRST,
                index + 1,
                at,
                at + 20_000,
                invite ? first : Operation.NONE,
                intent == Intent.SETUP ? first + 100_000 : Operation.NONE,
                end,
                invite ? end + 50_000 : Operation.NONE,
                Operation.NONE,
                held == 0 ? Operation.NONE : held,
                Outcome.OK,
                200,
                again,
                node,
                intent == Intent.INFO ? index : -1,
                intent == Intent.SETUP ? 1 : -1,
                0,
                Operation.NONE);
    }

    private long latency() {
        return (long) (350_000 * Math.exp(0.55 * random.nextGaussian())
                + (random.nextInt(200) == 0 ? 4_000_000 * random.nextDouble() : 0));
    }

    static long seconds(double seconds) {
        return Math.round(seconds * 1e9);
    }
}
