package io.ringdown.workloads.calls;

import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.workloads.Driver;
import io.ringdown.workloads.sip.UdpLoop;
import java.io.IOException;
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
public final class Generator implements Driver {
    private static final long SECOND = 1_000_000_000L;
    private static final long MOST_LATENESS = SECOND / 10;
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

    @Override
    public long timeToFill() {
        return timeToFill(settings.workload());
    }

    @Override
    public void start(long strike, long seed) {
        agent.strikeAt(strike);
        List<Script> scripts = population.scripts(strike, new Random(seed));
        open.set(scripts.size());
        scripts.forEach(script -> new PopulationCall(agent, script, open::decrementAndGet).begin());
        if (settings.workload().setupProbesPerSecond() > 0) {
            long interval = SECOND / settings.workload().setupProbesPerSecond();
            long first = clock.nanos();
            loop.at(first, () -> probes.begin(first, interval));
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

    @Override
    public int openCalls() {
        return open.get();
    }

    @Override
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
        if (detection != null) {
            detection.stop();
        }
    }

    @Override
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

    /** The last transactions get a moment to end by themselves. */
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
