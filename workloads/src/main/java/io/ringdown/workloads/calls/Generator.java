package io.ringdown.workloads.calls;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import java.io.IOException;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The built-in generator: one caller, open loop. Fills every phase towards one instant, makes set-up probes all the while, detection
 * probes around the instant, and releases every call afterwards.
 */
public final class Generator implements AutoCloseable {
    private static final long LATE_NANOS = 100_000_000;

    private final GeneratorSettings settings;
    private final RunRecorder recorder;
    private final RunClock clock;
    private final UserAgent agent;
    private final Population population;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger openProbes = new AtomicInteger();
    private final AtomicInteger setUpSuccesses = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger probeSuccessesInARow = new AtomicInteger();
    private volatile boolean probing = true;
    private volatile boolean closing;

    /** Binds the generator's socket. */
    public Generator(GeneratorSettings settings, RunRecorder recorder, RunClock clock) throws IOException {
        this.settings = settings;
        this.recorder = recorder;
        this.clock = clock;
        agent = new UserAgent(settings, recorder, clock);
        population = new Population(settings);
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
        List<Script> scripts = population.scripts(strike, new Random(seed));
        open.set(scripts.size());
        scripts.forEach(script -> new PopulationCall(agent, script, open::decrementAndGet).begin());
        long interval = 1_000_000_000L / settings.workload().setupProbesPerSecond();
        agent.loop.at(clock.nanos(), () -> probe(clock.nanos(), interval));
        if (settings.workload().detectionProbesPerSecond() > 0) {
            detect(strike);
        }
        agent.loop.at(clock.nanos(), this::flush);
        agent.loop.start();
    }

    private void flush() {
        recorder.flush();
        agent.loop.at(clock.nanos() + 100_000_000, this::flush);
    }

    private void probe(long intended, long interval) {
        if (!probing) {
            return;
        }
        agent.loop.at(intended + interval, () -> probe(intended + interval, interval));
        openProbes.incrementAndGet();
        Dialog dialog = agent.newDialog();
        recorder.call(new Call(dialog.call, dialog.callId, CallRole.SETUP_PROBE, Phase.NONE, false, -1));
        var setUp = new Attempt(
                dialog, Intent.SETUP, 0, AttemptKind.FIRST, ++dialog.cseq, intended, Operation.NONE, Operation.NONE);
        setUp.ended = ended -> {
            if (ended.outcome != Outcome.OK) {
                failures.incrementAndGet();
                probeSuccessesInARow.set(0);
                openProbes.decrementAndGet();
                agent.forget(dialog);
                return;
            }
            setUpSuccesses.incrementAndGet();
            probeSuccessesInARow.incrementAndGet();
            var bye = new Attempt(
                    dialog,
                    Intent.RELEASE,
                    1,
                    AttemptKind.FIRST,
                    ++dialog.cseq,
                    clock.nanos(),
                    Operation.NONE,
                    Operation.NONE);
            bye.ended = released -> {
                openProbes.decrementAndGet();
                agent.forget(dialog);
            };
            agent.attempt(bye);
        };
        agent.attempt(setUp);
        agent.loop.at(intended + settings.scaled(4), () -> {
            if (!setUp.over() && setUp.answeredProvisionally()) {
                agent.cancel(setUp, 2);
            }
        });
    }

    private void detect(long strike) {
        Dialog stream = agent.newDialog();
        recorder.call(new Call(stream.call, stream.callId, CallRole.DETECTION_PROBE, Phase.NONE, false, -1));
        long interval = 1_000_000_000L / settings.workload().detectionProbesPerSecond();
        long from = strike - 1_000_000_000L;
        long until = strike + 5_000_000_000L;
        agent.loop.at(from, () -> detect(stream, from, interval, until));
    }

    private void detect(Dialog stream, long intended, long interval, long until) {
        if (intended > until || closing) {
            return;
        }
        agent.loop.at(intended + interval, () -> detect(stream, intended + interval, interval, until));
        // A Call-ID of its own, so that probes reach every engine.
        var probe =
                new Dialog(stream.call, stream.intents + "-d-" + stream.callId, stream.fromTag, stream.remoteTarget);
        var options = new Attempt(
                probe,
                Intent.OPTIONS,
                stream.intents++,
                AttemptKind.FIRST,
                1,
                intended,
                Operation.NONE,
                Operation.NONE);
        options.retransmits = false;
        options.ended = ended -> {};
        agent.attempt(options);
    }

    /** Calls of the population that have not ended. */
    public int openCalls() {
        return open.get();
    }

    /** Set-up probes that have begun and not ended. */
    public int openProbes() {
        return openProbes.get();
    }

    /** Set-up probes that succeeded so far. */
    public int setUpSuccesses() {
        return setUpSuccesses.get();
    }

    /** Set-up probes that failed so far. */
    public int setUpFailures() {
        return failures.get();
    }

    /** Set-up probes that ended well since the last one that did not. */
    public int probeSuccessesInARow() {
        return probeSuccessesInARow.get();
    }

    /** What ended the generator against its will, or null. */
    public Throwable failure() {
        return agent.loop.failure();
    }

    /** Makes no further probes. */
    public void stopProbing() {
        probing = false;
    }

    /** Whether the generator can be believed, so far. */
    public SelfChecks selfChecks() {
        var lateness = agent.loop.lateness();
        long p99 = lateness.getValueAtPercentile(99);
        return new SelfChecks(
                p99,
                lateness.getMaxValue(),
                p99 > LATE_NANOS || agent.loop.failure() != null,
                Math.max(0, agent.loop.kernelDrops()),
                agent.loop.sendErrors(),
                lateness.getMaxValue(),
                agent.malformed());
    }

    /** Ends all calls where they are; what is open is recorded as indeterminate. */
    @Override
    public void close() throws IOException {
        closing = true;
        probing = false;
        agent.close();
        recorder.flush();
    }
}
