package io.ringdown.judge;

import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.CallDetail;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.CallRole;
import io.ringdown.record.Caller;
import io.ringdown.record.ClockOffset;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.LoadHost;
import io.ringdown.record.MachineLoad;
import io.ringdown.record.Operation;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.Phase;
import io.ringdown.record.Provenance;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.Criteria;
import io.ringdown.record.ResolvedPlan.Demand;
import io.ringdown.record.ResolvedPlan.Workload;
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
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;

/**
 * A run told in a few words and written as a real run folder: the cluster of Figure 5, whose machine r1m1 is struck, with set-up probes and detection
 * probes about it. Times are milliseconds from the fault.
 */
final class RunStory {
    static final long STRIKE = 20_000_000_000L;
    private static final long BRACKET = 4_000_000;
    private static final List<String> MACHINE = List.of("r1m1-engine", "r1m1-replica");

    private final List<CallStory> calls = new ArrayList<>();
    private final List<FaultStory> furtherFaults = new ArrayList<>();
    private final List<RunEvent> extraEvents = new ArrayList<>();
    private final List<LoadHost> loadHosts = new ArrayList<>();
    private boolean realTime;
    private final List<MachineLoad> machine = new ArrayList<>();
    private final List<MachineLoad> elsewhere = new ArrayList<>();
    private long drops;
    private Topology topology = figure5("X-Ringdown-Node");
    private Demand demand = Demand.REQUIRE;
    private AvailabilityLevel level = AvailabilityLevel.AL4;
    private List<Phase> phases = List.of(Phase.P4);
    private boolean faulted = true;
    private boolean injected = true;
    private boolean proven = true;
    private Map<String, List<String>> stillOwned = Map.of();
    private List<String> silentAtTheEnd = List.of();
    private boolean snapshot = true;
    private boolean askedAtTheEnd = true;
    private boolean ended = true;
    private RunEvent.Ending ending = RunEvent.Ending.COMPLETED;
    private boolean healed = true;
    private boolean torn;
    private boolean sealed = true;
    private Long repairAt;
    private Long servingAt;
    private double late;
    private SelfChecks selfChecks = new SelfChecks(1_000_000, 9_000_000, 0, 0, false, 0, 0, 9_000_000, 0, 0);
    private double outageUntil;
    private boolean turnedAway;
    private double probesUntil = 8_000;
    private double gap = 60;
    private double answeredFrom;
    private double answeredUntil;
    private boolean detectionRedirected;
    private double noDetectionFrom;
    private double noDetectionUntil;
    private Long shuffle;
    private Map<String, List<String>> copies = Map.of();
    private List<String> struck = MACHINE;
    private FaultOrder.Terms terms;
    private FaultOrder.Kind kind = FaultOrder.Kind.SILENT;
    private String answering = "r2m2-engine";
    private int probeRate = 100;
    private double breakFrom = Double.MAX_VALUE;
    private double breakUntil = Double.MAX_VALUE;
    private int burst;
    private Caller.Transport transport = Caller.Transport.UDP;
    private Map<String, String> cluster = Map.of();
    /** By the number of their calls; of the others the callee saw what its caller did. Null: nobody is called. */
    private Map<Integer, List<LegStory>> legs;

    private ResolvedPlan.Sipp sipp;

    private boolean farSideTorn;
    /** Of all calls' call-detail records; null: none are written. */
    private List<CallDetail> details;

    /** Run nanos of an instant that is given in milliseconds from the fault. */
    static long instant(double millis) {
        return STRIKE + Math.round(millis * 1e6);
    }

    static RunStory struck() {
        return new RunStory();
    }

    static RunStory nullRun() {
        var story = new RunStory();
        story.faulted = false;
        story.demand = Demand.NONE;
        story.level = null;
        return story;
    }

    RunStory require(AvailabilityLevel least) {
        demand = Demand.REQUIRE;
        level = least;
        return this;
    }

    RunStory expect(AvailabilityLevel exactly) {
        demand = Demand.EXPECT;
        level = exactly;
        return this;
    }

    RunStory over(Phase... listed) {
        phases = List.of(listed);
        return this;
    }

    /** Adds calls for which everything goes well. */
    RunStory transparent(int count, Phase phase, String owner) {
        for (int i = 0; i < count; i++) {
            call(phase).owner(owner).transparent();
        }
        return this;
    }

    /** Adds exposed calls for which everything goes well. */
    RunStory exposed(int count, Phase phase) {
        return transparent(count, phase, "r1m1-engine");
    }

    CallStory call(Phase phase) {
        return add(CallRole.POPULATION, phase, -1);
    }

    CallStory probe() {
        return add(CallRole.SETUP_PROBE, Phase.NONE, -1);
    }

    /** A burst of so many calls at t_f, of which those that are told were offered. */
    RunStory burst(int asked) {
        burst = asked;
        return this;
    }

    CallStory ofBurst() {
        return add(CallRole.BURST, Phase.NONE, -1);
    }

    /** A binding, or keep-alives outside of any call. */
    CallStory upkeep(CallRole role) {
        return add(role, Phase.NONE, -1);
    }

    RunStory byTcp() {
        transport = Caller.Transport.TCP;
        return this;
    }

    CallStory redial(CallStory of) {
        return add(CallRole.POPULATION, of.call().phase(), of.number());
    }

    private CallStory add(CallRole role, Phase phase, int redialOf) {
        var call = new CallStory(calls.size(), role, phase, redialOf);
        calls.add(call);
        return call;
    }

    /** Of a harness that was killed after the run's end. */
    RunStory unsealed() {
        sealed = false;
        return this;
    }

    RunStory unproven() {
        proven = false;
        return this;
    }

    RunStory neverInjected() {
        injected = false;
        return this;
    }

    RunStory blackBox() {
        snapshot = false;
        topology = figure5("");
        return this;
    }

    /** After the final probe an element still owns the sessions of these calls. */
    RunStory kind(FaultOrder.Kind what) {
        kind = what;
        return this;
    }

    RunStory kind(FaultOrder.Kind what, FaultOrder.Terms how) {
        terms = how;
        return kind(what);
    }

    RunStory stillOwned(String element, String... callIds) {
        stillOwned = Map.of(element, List.of(callIds));
        return this;
    }

    /** After the final probe these elements did not say what they own. */
    RunStory unansweredAtTheEnd(String... elements) {
        silentAtTheEnd = List.of(elements);
        return this;
    }

    /** Nobody was asked after the final probe what it owns. */
    RunStory notAskedAtTheEnd() {
        askedAtTheEnd = false;
        return this;
    }

    RunStory withoutSnapshot() {
        snapshot = false;
        return this;
    }

    RunStory killed() {
        ended = false;
        selfChecks = null;
        return this;
    }

    RunStory ending(RunEvent.Ending how) {
        ending = how;
        return this;
    }

    RunStory notHealed() {
        healed = false;
        return this;
    }

    RunStory torn() {
        torn = true;
        return this;
    }

    RunStory selfChecks(SelfChecks checks) {
        selfChecks = checks;
        return this;
    }

    RunStory event(RunEvent event) {
        extraEvents.add(event);
        return this;
    }

    RunStory realTime() {
        realTime = true;
        return this;
    }

    /**
     * The calls were dealt over two load hosts, whose clocks are known so well; what the second one recorded may lack its end, and where that is so the reason is
     * told.
     */
    RunStory loadHosts(double clockMillis, String ending) {
        long uncertainty = Math.round(clockMillis * 1e6);
        for (int index = 0; index < 2; index++) {
            loadHosts.add(new LoadHost(
                    "load-" + (index + 1),
                    "",
                    index,
                    2,
                    List.of("127.0.0.1:0"),
                    0,
                    new ClockOffset(0, 0, uncertainty),
                    List.of(),
                    new ClockOffset(instant(60_000), 0, uncertainty),
                    index == 0 ? "" : ending,
                    false,
                    selfChecks));
        }
        return this;
    }

    /** Others take a share of this machine's two processors between two instants, and next to nothing besides. */
    RunStory crowded(double from, double until, double share) {
        for (double at = -4_000; at < probesUntil; at += 250) {
            long others = at >= from && at < until ? Math.round(2 * 250e6 * share) : 1_000_000;
            machine.add(new MachineLoad(instant(at), instant(at + 250), 2, 100_000_000, others, drops, drops));
        }
        return this;
    }

    /** The same of the machine of the second load host. */
    RunStory crowdedElsewhere(double from, double until, double share) {
        for (double at = -4_000; at < probesUntil; at += 250) {
            long others = at >= from && at < until ? Math.round(2 * 250e6 * share) : 1_000_000;
            elsewhere.add(new MachineLoad(instant(at), instant(at + 250), 2, 100_000_000, others, 0, 0));
        }
        return this;
    }

    /** The kernel drops so many datagrams on this host's sockets in each quarter of a second. */
    RunStory hostDrops(long each) {
        drops = each;
        return crowded(0, 0, 0);
    }

    /** The elements that the fault hits. */
    RunStory striking(String... elements) {
        struck = List.of(elements);
        return this;
    }

    /** Another fault, later than the first. */
    RunStory then(FaultStory fault) {
        furtherFaults.add(fault);
        return this;
    }

    RunStory copies(Map<String, List<String>> holders) {
        copies = holders;
        return this;
    }

    /** Set-up probes fail until then. */
    RunStory outageUntil(double millis) {
        outageUntil = millis;
        return this;
    }

    /** Set-up probes get 503 during the outage, and not nothing. */
    RunStory turnedAway() {
        turnedAway = true;
        return this;
    }

    RunStory probesUntil(double millis) {
        probesUntil = millis;
        return this;
    }

    /** No short call comes between these instants, though as many as ever on the mean. */
    RunStory unprobed(double from, double until) {
        breakFrom = from;
        breakUntil = until;
        return this;
    }

    RunStory probeRate(int perSecond) {
        probeRate = perSecond;
        return this;
    }

    /** D. */
    RunStory gap(double millis) {
        gap = millis;
        return this;
    }

    /** D is over in between: every detection probe is answered between these instants. */
    RunStory withoutGap(double from, double until) {
        answeredFrom = from;
        answeredUntil = until;
        return this;
    }

    /** Who answers detection probes redirects them first. */
    RunStory detectionRedirected() {
        detectionRedirected = true;
        return this;
    }

    /** The generator sent no detection probe between these instants. */
    RunStory withoutDetection(double from, double until) {
        noDetectionFrom = from;
        noDetectionUntil = until;
        return this;
    }

    RunStory repairedAt(double asked, double serving) {
        repairAt = instant(asked);
        servingAt = instant(serving);
        return this;
    }

    /** Started again, without ever coming to serve. */
    RunStory repairedInVain(double asked) {
        repairAt = instant(asked);
        return this;
    }

    /** The plan wanted the fault that much earlier. */
    RunStory struckLate(double millis) {
        late = millis;
        return this;
    }

    RunStory single() {
        topology = new Topology(
                "single", "127.100.0.1:5060", "X-Ringdown-Node", List.of(new Rack("r1", List.of(machine("r1m1", -1)))));
        struck = List.of("r1m1-engine");
        answering = "r1m1-engine";
        return this;
    }

    /** One machine, which carries so many engines. */
    RunStory singleOfEngines(int each) {
        single();
        topology = withEngines(topology, each);
        answering = "r1m1-engine-2";
        return this;
    }

    /** Each dispatcher has a service address of its own. */
    RunStory activeActive() {
        topology = new Topology(
                topology.arrangement(),
                topology.serviceAddress() + ",127.100.1.1:5060",
                topology.nodeHeader(),
                topology.racks());
        return this;
    }

    /** What the cluster does with calls. */
    RunStory service(String name) {
        cluster = Map.of("service", name);
        return this;
    }

    /** The plan gave every machine a quota. */
    RunStory quota(String processors) {
        cluster = Map.of("quota", processors);
        return this;
    }

    /** Every machine's quota was read back, and was in force. */
    RunStory quotasRead(double at, double processors) {
        topology.machines().forEach(machine -> quotaRead(at, machine.name(), processors, true));
        return this;
    }

    RunStory quotaRead(double at, String machine, double processors, boolean held) {
        extraEvents.add(new RunEvent.QuotaRead(instant(at), machine, processors, held, "as read back"));
        return this;
    }

    /** The cluster relays the calls. */
    RunStory relayed() {
        legs = new HashMap<>();
        return this;
    }

    /** SIPp drives the calls. */
    RunStory bySipp() {
        sipp = new ResolvedPlan.Sipp(1);
        return this;
    }

    /** What the callee saw of a call. */
    RunStory seen(CallStory call, LegStory... by) {
        legs.put(call.number(), List.of(by));
        return this;
    }

    RunStory farSideTorn() {
        farSideTorn = true;
        return this;
    }

    /** Every call has one call-detail record, but for one call, which has another number of them. */
    RunStory recording(CallStory call, int times) {
        details = new ArrayList<>();
        calls.stream().filter(each -> each != call).forEach(this::detail);
        for (int i = 0; i < times; i++) {
            detail(call);
        }
        return this;
    }

    private void detail(CallStory call) {
        details.add(new CallDetail("r1m1-engine", call.callId()));
    }

    /** Writes the calls in another order. */
    RunStory shuffled(long seed) {
        shuffle = seed;
        return this;
    }

    Verdict judge(Path folder) {
        try {
            return Judge.judge(read(folder));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    RecordedRun read(Path folder) throws IOException {
        Path path = Files.createTempDirectory(folder, "run").resolve("run");
        var run = RunFolder.create(path);
        var clock = new RunClock(0, 1_700_000_000_000_000L);
        try (var recorder = new RunRecorder(run, clock, provenance(), plan(), topology)) {
            List<CallStory> probes = probes();
            write(run, recorder, probes);
            if (legs != null) {
                farSide(recorder.farSide(), probes);
            }
            if (details != null) {
                probes.forEach(this::detail);
                recorder.callDetails(details);
            }
            detection(recorder);
            events(recorder);
            if (snapshot) {
                recorder.owners(owners());
            }
            if (askedAtTheEnd) {
                recorder.owners(new OwnerSnapshot(
                        "final", instant(60_000), instant(60_010), stillOwned, Map.of(), silentAtTheEnd));
            }
            machine.forEach(recorder::machine);
            if (selfChecks != null) {
                recorder.selfChecks(selfChecks);
            }
        }
        if (torn) {
            tear(run.operations());
        }
        if (farSideTorn) {
            tear(run.farSide());
        }
        if (sealed) {
            RunRecorder.seal(run);
        }
        return RecordedRun.read(RunFolder.open(path));
    }

    private static void tear(Path log) throws IOException {
        byte[] whole = Files.readAllBytes(log);
        Files.write(log, Arrays.copyOf(whole, whole.length - 7));
    }

    private void farSide(CallRecorder recorder, List<CallStory> probes) {
        var all = new ArrayList<>(calls);
        all.addAll(probes);
        int number = 0;
        for (CallStory call : all) {
            for (LegStory leg : legs.getOrDefault(call.number(), List.of(LegStory.agreeing(call)))) {
                leg.write(recorder, number++);
            }
        }
    }

    private static Provenance provenance() {
        return new Provenance(
                Provenance.FORMAT,
                "0.1.0",
                1_700_000_000_000_000L,
                "17",
                "Linux",
                2,
                List.of("ringdown", "run", "story"));
    }

    private FaultOrder order() {
        Duration repair = repairAt == null ? null : Duration.ofNanos(repairAt - STRIKE);
        return new FaultOrder(FaultOrder.Domain.MACHINE, kind, List.of("r1m1"), struck, Duration.ZERO, repair, terms);
    }

    private List<FaultOrder> orders() {
        var orders = new ArrayList<FaultOrder>();
        if (faulted) {
            orders.add(order());
        }
        furtherFaults.forEach(fault -> orders.add(fault.order()));
        return orders;
    }

    private ResolvedPlan plan() {
        var workload = new Workload(
                        Duration.ofMillis(500),
                        phases,
                        1_440,
                        700,
                        probeRate,
                        1_000,
                        Duration.ofSeconds(5),
                        Duration.ofSeconds(8))
                .by(new Caller(
                        transport,
                        1,
                        List.of(),
                        false,
                        null,
                        null,
                        null,
                        null,
                        List.of(),
                        null,
                        Math.max(1, loadHosts.size()),
                        List.of(),
                        realTime))
                .by(sipp)
                .to(legs == null ? null : new ResolvedPlan.Callee("127.100.0.200:5060", 0.1, null))
                .and(
                        burst == 0
                                ? List.of()
                                : List.of(new ResolvedPlan.Burst(Duration.ZERO, Duration.ofSeconds(1), burst)));
        return new ResolvedPlan(
                "story", "told for a test", 1, cluster, workload, orders(), new Criteria(demand, level, phases, 0.01));
    }

    private List<CallStory> probes() {
        var probes = new ArrayList<CallStory>();
        double interval = 1_000.0 / probeRate;
        for (double at = -3_000; at < probesUntil; at += interval) {
            if (at >= breakFrom && at < breakUntil) {
                continue;
            }
            var probe = new CallStory(calls.size() + probes.size(), CallRole.SETUP_PROBE, Phase.NONE, -1);
            probes.add(probe);
            if (at >= 0 && at < outageUntil && turnedAway) {
                probe.invite(at).gets(503, at + 1);
            } else if (at >= 0 && at < outageUntil) {
                probe.invite(at).retransmitted(6).timesOut(at + 32_000);
            } else {
                probe.invite(at).setups(1).by(answering).ok(at + 1);
                probe.bye(at + 1).counter(0).by(answering).ok(at + 2);
            }
        }
        return probes;
    }

    private void write(RunFolder run, RunRecorder recorder, List<CallStory> probes) throws IOException {
        var all = new ArrayList<>(calls);
        all.addAll(probes);
        if (shuffle != null) {
            Collections.shuffle(all, new Random(shuffle));
        }
        for (LoadHost host : loadHosts) {
            RunFolder part = run.loadHost(host.name());
            Files.createDirectories(part.path());
            try (var own = RunRecorder.ofLoadHost(part, new RunClock(0, 1_700_000_000_000_000L))) {
                write(
                        own,
                        all.stream()
                                .filter(call -> call.number() % host.of() == host.index())
                                .toList());
                if (host.index() == 1) {
                    elsewhere.forEach(own::machine);
                }
            }
            if (!host.ending().isEmpty()) {
                byte[] whole = Files.readAllBytes(part.operations());
                Files.write(part.operations(), Arrays.copyOf(whole, whole.length - 7));
            }
            recorder.take(host);
        }
        if (loadHosts.isEmpty()) {
            write(recorder, all);
        }
    }

    private static void write(RunRecorder recorder, List<CallStory> all) {
        for (CallStory call : all) {
            recorder.call(call.call());
            call.operations().forEach(operation -> recorder.operation(operation.build(call.number())));
            call.incidents().forEach(recorder::incident);
        }
    }

    /** At 1 kHz; in the gap one in four goes to the dead machine. */
    private void detection(RunRecorder recorder) {
        int number = calls.size() + 100_000;
        var stream = new CallStory(number, CallRole.DETECTION_PROBE, Phase.NONE, -1);
        recorder.call(stream.call());
        for (int i = -500; i < 3_000; i++) {
            boolean answered = i >= answeredFrom && i < answeredUntil;
            boolean dead = faulted && !answered && i >= 0 && i < gap && (i % 4 == 0 || i == Math.round(gap) - 1);
            double at = i + 0.5;
            if (at > noDetectionFrom && at < noDetectionUntil) {
                continue;
            }
            var story = new OperationStory(stream, io.ringdown.record.Intent.OPTIONS, i + 500, 1, at);
            if (dead) {
                story.timesOut(at + 2_000);
            } else if (detectionRedirected) {
                story.by("r2d-dispatcher").gets(302, at + 0.1);
                var led = new OperationStory(stream, io.ringdown.record.Intent.OPTIONS, i + 500, 2, at + 0.1);
                led.as(io.ringdown.record.AttemptKind.FOLLOW_UP)
                        .by("r2m1-engine")
                        .ok(at + 0.2);
                recorder.operation(led.build(number));
            } else {
                story.by("r2m1-engine").ok(at + 0.2);
            }
            recorder.operation(story.build(number));
        }
    }

    private void events(RunRecorder recorder) {
        recorder.event(new RunEvent.Strike(instant(-late)));
        if (faulted && injected) {
            var fault = new InjectedFault(
                    0,
                    order(),
                    STRIKE,
                    STRIKE + BRACKET,
                    repairAt == null ? Operation.NONE : repairAt,
                    proven,
                    List.of(proven ? "r1m1-engine pid 1: state T" : "r1m1-engine pid 1: state S"));
            recorder.event(new RunEvent.FaultInjected(STRIKE + BRACKET, fault));
        }
        if (servingAt != null) {
            struck.forEach(element -> recorder.event(new RunEvent.Serving(servingAt, element)));
        }
        for (int i = 0; i < furtherFaults.size(); i++) {
            furtherFaults.get(i).events(i + 1).forEach(recorder::event);
        }
        extraEvents.forEach(recorder::event);
        recorder.event(new RunEvent.Healed(instant(90_000), healed, healed ? "" : "one step failed"));
        if (ended) {
            recorder.event(new RunEvent.Ended(instant(91_000), ending, ""));
        }
    }

    private OwnerSnapshot owners() {
        var owned = new HashMap<String, List<String>>();
        for (CallStory call : calls) {
            if (call.listed()) {
                owned.computeIfAbsent(call.owner(), none -> new ArrayList<>()).add(call.callId());
            }
        }
        return new OwnerSnapshot("before-fault", instant(-250), instant(-200), owned, copies, List.of());
    }

    private static Topology figure5(String nodeHeader) {
        var dispatcher1 = new Element("r1d-dispatcher", "dispatcher", -1, "127.1.200.1:5061", "");
        var dispatcher2 = new Element("r2d-dispatcher", "dispatcher", -1, "127.2.200.1:5061", "");
        return new Topology(
                "occas",
                "127.100.0.1:5060",
                nodeHeader,
                List.of(
                        new Rack(
                                "r1",
                                List.of(
                                        machine("r1m1", 0),
                                        machine("r1m2", 1),
                                        new Machine("r1d", "127.1.200.1", List.of(dispatcher1)))),
                        new Rack(
                                "r2",
                                List.of(
                                        machine("r2m1", 0),
                                        machine("r2m2", 1),
                                        new Machine("r2d", "127.2.200.1", List.of(dispatcher2))))));
    }

    /** Nobody names itself, and each machine carries so many engines: {@code r1m1-engine}, {@code r1m1-engine-2}. */
    RunStory blackBoxOfEngines(int each) {
        snapshot = false;
        topology = withEngines(figure5(""), each);
        return this;
    }

    private static Topology withEngines(Topology topology, int each) {
        List<Rack> racks = topology.racks().stream()
                .map(rack -> new Rack(
                        rack.name(),
                        rack.machines().stream()
                                .map(machine -> withEngines(machine, each))
                                .toList()))
                .toList();
        return new Topology("own", topology.serviceAddress(), topology.nodeHeader(), racks);
    }

    private static Machine withEngines(Machine machine, int each) {
        if (machine.elements().stream().noneMatch(Element::processes)) {
            return machine;
        }
        var elements = new ArrayList<>(machine.elements());
        for (int i = 2; i <= each; i++) {
            elements.add(new Element(machine.name() + "-engine-" + i, "engine", -1, "", ""));
        }
        return new Machine(machine.name(), machine.address(), elements);
    }

    private static Machine machine(String name, int partition) {
        var engine = new Element(name + "-engine", "engine", -1, "", "");
        var replica = new Element(name + "-replica", "replica", partition, "", "");
        return new Machine(name, "127.0.0.1", partition < 0 ? List.of(engine) : List.of(engine, replica));
    }
}
