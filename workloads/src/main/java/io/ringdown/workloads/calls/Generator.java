package io.ringdown.workloads.calls;

import io.ringdown.record.Arrivals;
import io.ringdown.record.CallRole;
import io.ringdown.record.Caller.Transport;
import io.ringdown.record.ResolvedPlan.Burst;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.TrialOrder;
import io.ringdown.workloads.Driver;
import io.ringdown.workloads.TrialLoad;
import io.ringdown.workloads.arrivals.ArrivalTimes;
import io.ringdown.workloads.sip.TcpLoop;
import io.ringdown.workloads.sip.UdpSources;
import io.ringdown.workloads.sip.Wire;
import io.ringdown.workloads.sip.WireLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import java.util.function.LongSupplier;
import java.util.stream.IntStream;
import org.HdrHistogram.Histogram;

/**
 * The built-in generator: one caller, or one at each of several addresses, on one thread, open loop. Fills every phase towards one instant, makes set-up probes all the while, detection
 * probes around the instant, and releases every call afterwards.
 */
public final class Generator implements Driver, TrialLoad {
    private static final long SECOND = 1_000_000_000L;
    private static final long MOST_LATENESS = SECOND / 10;
    /** For what has to be ready when the first session begins. */
    private static final long LEAD = SECOND / 20;

    /** What was given up may still be answered: four times T1, in seconds where that is the RFC's. */
    private static final double LAST_WORDS = 2;
    /** D begins at the strike; earlier, its probes would only take the time of the calls that are made ready for it. */
    private static final long DETECTION_BEFORE = SECOND / 10;

    private final GeneratorSettings settings;
    private final RunClock clock;
    private final WireLoop loop;
    private final Share share;
    private final List<UserAgent> agents = new ArrayList<>();
    private final Upkeep upkeep;
    private final Population population;
    private final SetUpProbes probes;
    private final RecordingThread recording;
    private volatile Lateness lateness = new Lateness(Long.MAX_VALUE / 2);
    private volatile DetectionProbes detection;
    private volatile Offered offered = Offered.NOTHING;
    private final List<Sessions> bursts = new CopyOnWriteArrayList<>();
    private final AtomicInteger open = new AtomicInteger();
    /** Of the next call, whoever of the agents makes it. */
    private final AtomicInteger numbers = new AtomicInteger();

    /**
     * Binds the generator's sockets.
     *
     * @throws IllegalArgumentException if no call could be held long enough; the message is one line for the plan's author
     */
    public Generator(GeneratorSettings settings, RunRecorder recorder, RunClock clock) throws IOException {
        this.settings = settings;
        this.clock = clock;
        population = new Population(settings);
        loop = loop(settings, clock);
        if (settings.workload().caller().realTime()) {
            loop.inRealTime();
        }
        share = settings.share();
        numbers.set(share.index());
        String run = Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36)
                + (share.of() == 1 ? "" : "h" + share.index());
        for (Wire wire : loop.wires()) {
            String word = agents.isEmpty() ? run : run + "s" + agents.size();
            agents.add(new UserAgent(settings, wire, recorder, clock, word, () -> numbers.getAndAdd(share.of())));
        }
        probes = new SetUpProbes(agents);
        upkeep = new Upkeep(settings, agents);
        recording = new RecordingThread(recorder);
    }

    private static WireLoop loop(GeneratorSettings settings, RunClock clock) throws IOException {
        if (settings.workload().caller().transport() == Transport.TCP) {
            return new TcpLoop(
                    settings.sources(), settings.services(), settings.elements(), settings.t1(), clock::nanos);
        }
        return new UdpSources(settings.sources(), clock::nanos);
    }

    /**
     * Refuses calls that cannot be held as the criteria want it.
     *
     * @throws IllegalArgumentException with one line for the plan's author
     */
    public static void check(Workload workload) {
        Population.checkHolds(workload);
    }

    /** Nanoseconds that filling takes. */
    public static long timeToFill(Workload workload) {
        return Population.timeToFill(workload);
    }

    @Override
    public long timeToFill() {
        return timeToFill(settings.workload());
    }

    @Override
    public void start(long strike, long seed) {
        start(strike, seed, clock.nanos());
    }

    /**
     * Begins to call at an instant.
     *
     * @param begin run nanos, not long after now: where several generators share the calls, the same for all of them
     */
    public void start(long strike, long seed, long begin) {
        lateness = new Lateness(strike);
        agents.forEach(agent -> agent.measuredBy(lateness));
        Wire wire = agents.get(0).wire;
        List<Script> all = population.scripts(strike, new Random(seed));
        List<Script> scripts = IntStream.range(0, all.size())
                .filter(share::has)
                .mapToObj(all::get)
                .toList();
        open.set(scripts.size());
        var fresh = new Room(Math.max(1, population.freshAtOnce() / share.of()));
        for (int i = 0; i < scripts.size(); i++) {
            UserAgent agent = agents.get(i % agents.size());
            new PopulationCall(agent, scripts.get(i), fresh, open::decrementAndGet).begin();
        }
        upkeep.begin(begin);
        if (settings.workload().setupProbesPerSecond() > 0) {
            var arrivals =
                    ArrivalTimes.of(settings.workload().arrivals(), begin, seed).every(share.index(), share.of());
            long first = arrivals.next();
            wire.at(first, () -> probes.begin(first, arrivals));
        }
        if (settings.workload().detectionProbesPerSecond() > 0) {
            long interval = SECOND / settings.workload().detectionProbesPerSecond();
            detection = new DetectionProbes(agents, interval, strike + 5 * SECOND, share);
            long first = strike - DETECTION_BEFORE + share.index() * interval;
            wire.at(first, () -> detection.begin(first));
        }
        for (Burst burst : settings.workload().bursts()) {
            prepare(burst, strike);
        }
        recording.start();
        loop.start(agents);
    }

    private void prepare(Burst burst, long strike) {
        int mine = (int) IntStream.range(0, burst.calls()).filter(share::has).count();
        if (mine > 0) {
            var calls = new Sessions(agents, CallRole.BURST, mine, 0, 0);
            bursts.add(calls);
            var arrivals = ArrivalTimes.of(
                            new Arrivals.Constant(burst.perSecond()),
                            strike + burst.after().toNanos(),
                            0)
                    .every(share.index(), share.of());
            long first = arrivals.next();
            agents.get(0).wire.at(first, () -> calls.begin(first, arrivals));
        }
    }

    /** Offers what a trial of a capacity search is to offer, as soon as it can. */
    public void offer(TrialOrder order) {
        // Only then: it may take its time to make all of them ready.
        offer(order, () -> clock.nanos() + LEAD);
    }

    /**
     * Offers what a trial of a capacity search is to offer (RFC 7502 section 4.10), or its share of it. Several generators that share it are told the same, and
     * offer together what one would.
     *
     * @param begin run nanos at which the first of all sessions, or registrations, arrives
     */
    public void offer(TrialOrder order, long begin) {
        offer(order, () -> begin);
    }

    private void offer(TrialOrder order, LongSupplier begin) {
        Capacity capacity = order.capacity();
        var arrivals = new Arrivals.Constant(order.rate());
        if (capacity.callType().registers()) {
            boolean renewed = capacity.callType() == CallType.RE_REGISTER;
            register(order.sessions(), arrivals, order.firstCall(), renewed, order.aside(), begin);
        } else {
            offer(order.sessions(), arrivals, capacity.hold(), capacity.threshold(), order.firstCall(), begin);
        }
    }

    /**
     * Offers sessions in place of a population, as soon as it can.
     *
     * @param number of sessions
     * @param arrivals when they are begun
     * @param hold how long each is held
     * @param threshold how long each may take to be established
     * @param firstCall number of the first one's call
     * @return instant at which the first is to begin
     */
    public long offer(int number, Arrivals arrivals, Duration hold, Duration threshold, int firstCall) {
        return offer(number, arrivals, hold, threshold, firstCall, () -> clock.nanos() + LEAD);
    }

    private long offer(
            int number, Arrivals arrivals, Duration hold, Duration threshold, int firstCall, LongSupplier begin) {
        int own = share.first(firstCall);
        int mine = share.count(firstCall, number);
        numbers.set(own);
        var sessions = new Sessions(agents, CallRole.SESSION, mine, hold.toNanos(), threshold.toNanos());
        offered = sessions;
        var times = ArrivalTimes.of(arrivals, begin.getAsLong(), firstCall).every(own - firstCall, share.of());
        long first = times.next();
        if (mine > 0) {
            agents.get(0).wire.at(first, () -> sessions.begin(first, times));
        }
        load();
        return first;
    }

    /** Registrations in place of sessions, each of a user of its own, whose bindings are removed afterwards (RFC 7502 sections 6.7 and 6.8). */
    private void register(
            int number, Arrivals arrivals, int firstCall, boolean renewed, int aside, LongSupplier begin) {
        numbers.set(share.first(firstCall));
        var registrations = new Registrations(agents, share, number, firstCall, arrivals, renewed, aside);
        offered = registrations;
        registrations.begin(begin.getAsLong());
        load();
    }

    /** Takes the next step of what is offered at an instant, once the one before is done: where several share it. */
    public void proceed(long at) {
        offered.proceed(at);
    }

    /** How many steps of what is offered are done. */
    public int stepsDone() {
        return offered.stepsDone();
    }

    private void load() {
        agents.forEach(agent -> agent.measuredBy(lateness));
        recording.start();
        loop.sendTogether();
        loop.start(agents);
    }

    @Override
    public int endedSessions() {
        return offered.ended();
    }

    @Override
    public long offeredFrom() {
        return offered.began();
    }

    @Override
    public boolean offeredAll() {
        return offered.over();
    }

    @Override
    public int leftBehind() {
        return offered.left();
    }

    @Override
    public int openCalls() {
        return open.get();
    }

    /** Set-up and detection probes, calls of bursts, REGISTERs and keep-alives that have begun and not ended. */
    @Override
    public int openProbes() {
        return probes.open()
                + upkeep.open()
                + (detection == null ? 0 : detection.open())
                + bursts.stream().mapToInt(Sessions::open).sum();
    }

    /** Set-up probes that succeeded so far. */
    public int setUpSuccesses() {
        return probes.successes();
    }

    /** Set-up probes that failed so far. */
    public int setUpFailures() {
        return probes.failures();
    }

    @Override
    public int probeSuccessesInARow() {
        return probes.successesInARow();
    }

    @Override
    public Throwable failure() {
        return loop.failure() != null ? loop.failure() : recording.failure();
    }

    @Override
    public void stopProbing() {
        probes.stop();
        upkeep.stop();
        bursts.forEach(Sessions::stop);
        if (detection != null) {
            detection.stop();
        }
    }

    @Override
    public SelfChecks selfChecks() {
        Histogram otherwise = lateness.otherwise();
        Histogram aboutStrike = lateness.aboutStrike();
        return new SelfChecks(
                otherwise.getValueAtPercentile(99),
                otherwise.getMaxValue(),
                aboutStrike.getValueAtPercentile(99),
                aboutStrike.getMaxValue(),
                lateness.saturates(Math.min(MOST_LATENESS, settings.t1())) || failure() != null,
                loop.kernelDrops(),
                loop.sendErrors(),
                loop.longestStall(),
                agents.stream().mapToLong(UserAgent::malformed).sum(),
                0);
    }

    /** How late scripted requests left, in milliseconds, at a percentile. */
    double latenessMillis(double percentile) {
        return lateness.otherwise().getValueAtPercentile(percentile) / 1e6;
    }

    /** The last transactions get a moment to end by themselves. */
    @Override
    public void close() throws IOException {
        stopProbing();
        long until = clock.nanos() + settings.scaled(LAST_WORDS);
        while (agents.stream().anyMatch(agent -> agent.open() > 0) && loop.failure() == null && clock.nanos() < until) {
            LockSupport.parkNanos(SECOND / 1_000);
        }
        loop.close();
        agents.forEach(UserAgent::close);
        recording.close();
    }
}
