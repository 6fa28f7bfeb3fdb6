package io.ringdown.harness.calibration;

import io.ringdown.judge.TrialTally;
import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.record.Arrivals;
import io.ringdown.record.Calibration;
import io.ringdown.record.Provenance;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Criteria;
import io.ringdown.record.ResolvedPlan.Demand;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.Topology;
import io.ringdown.record.Trial;
import io.ringdown.workloads.calls.Generator;
import io.ringdown.workloads.calls.GeneratorSettings;
import io.ringdown.workloads.peer.AnsweringPeer;
import io.ringdown.workloads.peer.Peer;
import io.ringdown.workloads.sip.HostDrops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Measures the generator against a peer that only answers (RFC 7502 section 6.1), recording as it does in a run: trials of half a second, in which
 * every session must be established within 50 ms of its intended instant. The rate grows by half until a trial fails twice; what lies
 * between is halved three times. Some seconds in all: short enough to come before a run, and no search by the RFC's steps, which would take
 * minutes for a figure that serves as a caution.
 */
public final class Calibrating {
    private static final int WARM_UP_RATE = 1_000;
    private static final int WARM_UP_SESSIONS = 2_000;
    private static final int FIRST_RATE = 1_000;
    private static final int HIGHEST_RATE = 200_000;
    private static final int HALVINGS = 3;
    private static final int MOMENT_MILLIS = 5;
    /** A session that is not there by then was late long ago: none is to be begun later than after two seconds. */
    private static final long LONGEST = 4_000_000_000L;

    private final Capacity capacity = new Capacity(
            CallType.INVITE_BYE,
            2,
            FIRST_RATE,
            Duration.ZERO,
            Duration.ofMillis(50),
            Duration.ZERO,
            Duration.ZERO,
            null);
    private final Workload workload =
            new Workload(Duration.ofMillis(500), List.of(), 1, 1, 0, 0, Duration.ZERO, Duration.ZERO);
    private final RunClock clock = RunClock.startingNow();
    private final GeneratorSettings settings;
    private final RunRecorder recorder;
    private int trials;
    private int calls;
    private TrialResult best;

    private Calibrating(Peer peer, RunFolder folder) throws IOException {
        settings = new GeneratorSettings(peer.address(), new InetSocketAddress("127.0.0.1", 0), workload, "");
        var plan = new ResolvedPlan(
                "calibration",
                "",
                1,
                Map.of(),
                workload,
                List.of(),
                new Criteria(Demand.NONE, null, List.of(), 0.01),
                capacity);
        var provenance = new Provenance(Provenance.FORMAT, "", clock.toEpochMicros(0), "", "", 1, List.of());
        var topology = new Topology("peer", peer.address().toString(), "", List.of());
        recorder = new RunRecorder(folder, clock, provenance, plan, topology);
    }

    /**
     * Measures, now.
     *
     * @throws IOException if no socket can be bound, or nothing be recorded
     */
    public static Calibration measure() throws IOException, InterruptedException {
        Path temporary = Files.createTempDirectory("ringdown-calibration");
        try (var peer = new AnsweringPeer()) {
            var calibrating = new Calibrating(peer, RunFolder.create(temporary.resolve("trials")));
            try {
                return calibrating.run();
            } finally {
                calibrating.recorder.close();
            }
        } finally {
            delete(temporary);
        }
    }

    private Calibration run() throws IOException, InterruptedException {
        trial(WARM_UP_RATE, WARM_UP_SESSIONS);
        int fails = FIRST_RATE;
        while (fails < HIGHEST_RATE && carried(fails)) {
            fails += fails / 2;
        }
        for (int i = 0; i < HALVINGS && ceiling() > 0; i++) {
            int between = (ceiling() + fails) / 2;
            fails = carried(between) ? fails : between;
        }
        long half = ceiling() == 0
                ? 0
                : trial(ceiling() / 2, capacity.sessionsAt(ceiling() / 2)).lateness();
        return new Calibration(
                clock.toEpochMicros(clock.nanos()),
                machine(),
                ceiling(),
                best == null ? 0 : best.lateness() * 1_000,
                half * 1_000);
    }

    private int ceiling() {
        return best == null ? 0 : best.rate();
    }

    /** One that fails may have been disturbed: it is tried once more. */
    private boolean carried(int rate) throws IOException, InterruptedException {
        for (int i = 0; i < 2; i++) {
            TrialResult result = trial(rate, capacity.sessionsAt(rate));
            if (result.outcome() == Outcome.SUCCEEDED) {
                best = result;
                return true;
            }
        }
        return false;
    }

    private TrialResult trial(int rate, int sessions) throws IOException, InterruptedException {
        int first = calls;
        calls += sessions;
        var tally = new TrialTally(capacity, first, calls);
        recorder.watch(tally);
        long drops = HostDrops.now();
        var generator = new Generator(settings, recorder, clock);
        long began;
        try (generator) {
            began = generator.offer(sessions, new Arrivals.Constant(rate), Duration.ZERO, Duration.ZERO, first);
            long giveUp = clock.nanos() + LONGEST;
            while (generator.endedSessions() < sessions && clock.nanos() < giveUp && generator.failure() == null) {
                Thread.sleep(MOMENT_MILLIS);
            }
        }
        drops = HostDrops.between(drops, HostDrops.now());
        var trial = new Trial(
                trials++,
                false,
                rate,
                sessions,
                first,
                calls,
                began,
                clock.nanos(),
                generator.selfChecks(),
                drops,
                null,
                null,
                0,
                List.of());
        return tally.result(trial, workload);
    }

    /** Of what kind this machine is, as far as it bears on the generator. */
    public static String machine() {
        return System.getProperty("os.name") + " " + System.getProperty("os.version") + ", "
                + Runtime.getRuntime().availableProcessors() + " processors (" + processor() + "), Java "
                + Runtime.version();
    }

    private static String processor() {
        try {
            return Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                    .filter(line -> line.startsWith("model name"))
                    .map(line -> line.substring(line.indexOf(':') + 1).strip())
                    .findFirst()
                    .orElse(System.getProperty("os.arch"));
        } catch (IOException e) {
            return System.getProperty("os.arch");
        }
    }

    private static void delete(Path folder) throws IOException {
        try (var paths = Files.walk(folder)) {
            for (Path path : paths.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(path);
            }
        }
    }
}
