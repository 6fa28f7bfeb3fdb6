package io.ringdown.workloads.calls;

import io.ringdown.record.Arrivals;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.workloads.arrivals.ArrivalTimes;
import io.ringdown.workloads.sip.UdpLoop;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import org.HdrHistogram.Histogram;

/**
 * The built-in generator: one caller, open loop. Fills every phase towards one instant, makes set-up probes all the while, detection
 * probes around the instant, and releases every call afterwards.
 */
public final class Generator implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;
    private static final long MOST_LATENESS = SECOND / 10;
    /** For what has to be ready when the first session begins. */
    private static final long LEAD = SECOND / 20;

    private static final long LAST_WORDS = 2 * SECOND;
    /** D begins at the strike; earlier, its probes would only take the time of the calls that are made ready for it. */
    private static final long DETECTION_BEFORE = SECOND / 10;

    private final GeneratorSettings settings;
    private final RunClock clock;
    private final UdpLoop loop;
    private final UserAgent agent;
    private final Population population;
    private final SetUpProbes probes;
    private final RecordingThread recording;
    private volatile DetectionProbes detection;
    private volatile Sessions sessions;
    private final AtomicInteger open = new AtomicInteger();

    /**
     * Binds the generator's socket.
     *
     * @throws IllegalArgumentException if no call could be held long enough; the message is one line for the plan's author
     */
    public Generator(GeneratorSettings settings, RunRecorder recorder, RunClock clock) throws IOException {
        this.settings = settings;
        this.clock = clock;
        population = new Population(settings);
        loop = new UdpLoop(settings.local(), clock::nanos);
        String run = Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
        agent = new UserAgent(settings, loop, recorder, clock, run);
        probes = new SetUpProbes(agent);
        recording = new RecordingThread(recorder);
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

    /**
     * Begins to call.
     *
     * @param strike the instant at which every phase is to be full, at least {@link #timeToFill} away
     * @param seed what the scripts' random choices are drawn from
     */
    public void start(long strike, long seed) {
        agent.strikeAt(strike);
        List<Script> scripts = population.scripts(strike, new Random(seed));
        open.set(scripts.size());
        scripts.forEach(script -> new PopulationCall(agent, script, open::decrementAndGet).begin());
        if (settings.workload().setupProbesPerSecond() > 0) {
            var arrivals = ArrivalTimes.of(settings.workload().arrivals(), clock.nanos(), seed);
            long first = arrivals.next();
            loop.at(first, () -> probes.begin(first, arrivals));
        }
        if (settings.workload().detectionProbesPerSecond() > 0) {
            long interval = SECOND / settings.workload().detectionProbesPerSecond();
            detection = new DetectionProbes(agent, interval, strike + 5 * SECOND);
            long first = strike - DETECTION_BEFORE;
            loop.at(first, () -> detection.begin(first));
        }
        recording.start();
        loop.start(agent::received);
    }

    /**
     * Offers sessions in place of a population: one trial of a capacity search (RFC 7502 section 4.10).
     *
     * @param number of sessions
     * @param arrivals when they are begun
     * @param hold how long each is held
     * @param firstCall number of the first one's call
     * @return instant at which the first is to begin
     */
    public long offer(int number, Arrivals arrivals, Duration hold, int firstCall) {
        agent.numberFrom(firstCall);
        sessions = new Sessions(agent, number, hold.toNanos());
        var times = ArrivalTimes.of(arrivals, clock.nanos() + LEAD, firstCall);
        long first = times.next();
        loop.at(first, () -> sessions.begin(first, times));
        recording.start();
        loop.start(agent::received);
        return first;
    }

    /** Offered sessions that have ended. */
    public int endedSessions() {
        return sessions == null ? 0 : sessions.ended();
    }

    /** Calls of the population that have not ended. */
    public int openCalls() {
        return open.get();
    }

    /** Set-up and detection probes that have begun and not ended. */
    public int openProbes() {
        return probes.open() + (detection == null ? 0 : detection.open());
    }

    /** Set-up probes that succeeded so far. */
    public int setUpSuccesses() {
        return probes.successes();
    }

    /** Set-up probes that failed so far. */
    public int setUpFailures() {
        return probes.failures();
    }

    /** Set-up probes that ended well since the last one that did not. */
    public int probeSuccessesInARow() {
        return probes.successesInARow();
    }

    /** What ended the generator, or its recording, against its will; or null. */
    public Throwable failure() {
        return loop.failure() != null ? loop.failure() : recording.failure();
    }

    /** Makes no further probes. */
    public void stopProbing() {
        probes.stop();
        if (detection != null) {
            detection.stop();
        }
    }

    /** Whether the generator can be believed, so far. */
    public SelfChecks selfChecks() {
        Histogram all = agent.lateness().all();
        Histogram aboutStrike = agent.lateness().aboutStrike();
        long p99 = all.getValueAtPercentile(99);
        return new SelfChecks(
                p99,
                all.getMaxValue(),
                aboutStrike.getValueAtPercentile(99),
                aboutStrike.getMaxValue(),
                p99 > Math.min(MOST_LATENESS, settings.t1()) || failure() != null,
                loop.kernelDrops(),
                loop.sendErrors(),
                loop.longestStall(),
                agent.malformed());
    }

    /** How late scripted requests left, in milliseconds, at a percentile. */
    double latenessMillis(double percentile) {
        return agent.lateness().all().getValueAtPercentile(percentile) / 1e6;
    }

    /**
     * Ends all calls where they are; what is open is recorded as indeterminate. The last transactions get a moment to end by
     * themselves.
     */
    @Override
    public void close() throws IOException {
        stopProbing();
        long until = clock.nanos() + LAST_WORDS;
        while (agent.open() > 0 && loop.failure() == null && clock.nanos() < until) {
            LockSupport.parkNanos(SECOND / 1_000);
        }
        loop.close();
        agent.close();
        recording.close();
    }
}
