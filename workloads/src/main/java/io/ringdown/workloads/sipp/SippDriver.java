package io.ringdown.workloads.sipp;

import io.ringdown.record.CallRole;
import io.ringdown.record.Operation;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Sipp;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.workloads.Driver;
import io.ringdown.workloads.calls.GeneratorSettings;
import io.ringdown.workloads.calls.Lateness;
import io.ringdown.workloads.calls.Population;
import io.ringdown.workloads.calls.RecordingThread;
import io.ringdown.workloads.calls.Script;
import io.ringdown.workloads.sip.KernelDrops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;
import org.HdrHistogram.Histogram;

/**
 * SIPp as the caller: the standard workload, or a scenario of the user's own in the population's stead. Several processes, one a phase (and
 * more where the plan says so) and one a kind of probe, whose calls are merged by their records.
 */
public final class SippDriver implements Driver {
    private static final long SECOND = 1_000_000_000L;
    private static final long MOST_LATENESS = SECOND / 10;
    private static final long LAST_WORDS = 2 * SECOND;
    private static final long DETECTION_BEFORE = SECOND / 10;
    private static final long DETECTION_AFTER = 5 * SECOND;
    /** For the processes to start; the first request is due no earlier. */
    private static final long START = 2 * SECOND;

    private static final int MOMENT_MILLIS = 25;
    /** Calls are made so much faster than they are due, and wait for their instants. */
    private static final double AHEAD = 1.25;
    /** A load of which less has come about is not the plan's. */
    private static final double LEAST_OFFERED = 0.99;

    private final SippSettings settings;
    private final Sipp sipp;
    private final RunRecorder recorder;
    private final RunClock clock;
    private final Programs programs;
    private final RecordingThread recording;
    private final List<SippProcess> processes = new ArrayList<>();
    private final int[] numbers;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "sipp-logs");
        made.setDaemon(true);
        return made;
    });
    private Lateness lateness = new Lateness(Long.MAX_VALUE / 2);
    private volatile Counts counts = new Counts(0, 0, 0);
    private volatile Throwable failure;
    private boolean closed;
    /** Whether it had made what was due when it was closed. */
    private boolean offeredToTheEnd;

    /** What the run asks about, as of the last look at the logs. */
    private record Counts(int openCalls, int openProbes, int inARow) {}

    /**
     * A driver that has started nothing yet.
     *
     * @throws IllegalArgumentException if no call could be held long enough; the message is one line for the plan's author
     */
    public SippDriver(SippSettings settings, Programs programs, RunRecorder recorder, RunClock clock) {
        this.settings = settings;
        this.sipp = settings.workload().sipp();
        this.recorder = recorder;
        this.clock = clock;
        this.programs = programs;
        recording = new RecordingThread(recorder);
        numbers = new int[settings.services().size()];
        check(settings.workload());
    }

    /**
     * Refuses calls that cannot be held as the criteria want it.
     *
     * @throws IllegalArgumentException with one line for the plan's author
     */
    public static void check(Workload workload) {
        if (!workload.sipp().custom()) {
            Population.checkHolds(workload);
        }
    }

    /** Nanoseconds that filling takes. */
    public static long timeToFill(Workload workload) {
        return START + (workload.sipp().custom() ? workload.baseline().toNanos() : Population.timeToFill(workload));
    }

    @Override
    public long timeToFill() {
        return timeToFill(settings.workload());
    }

    @Override
    public void start(long strike, long seed) throws IOException {
        lateness = new Lateness(strike);
        // Instants count from a whole second: SIPp tells time by seconds and microseconds.
        long epochSecond = Math.floorDiv(clock.toEpochMicros(clock.nanos()), 1_000_000L) - 1;
        if (sipp.custom()) {
            own();
        } else {
            population(strike, seed, epochSecond);
        }
        Workload workload = settings.workload();
        long now = clock.nanos();
        int rate = workload.setupProbesPerSecond();
        if (rate > 0) {
            probes(CallRole.SETUP_PROBE, "set-up-probes", rate, now + START, Long.MAX_VALUE, epochSecond);
        }
        if (workload.detectionProbesPerSecond() > 0) {
            long first = strike - DETECTION_BEFORE;
            long until = strike + DETECTION_AFTER;
            int detection = workload.detectionProbesPerSecond();
            probes(CallRole.DETECTION_PROBE, "detection-probes", detection, first, until, epochSecond);
        }
        counts = counted();
        recording.start();
        thread.scheduleWithFixedDelay(this::look, MOMENT_MILLIS, MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void start(Part part, double rate, List<String> lines) throws IOException {
        long timeout = 64 * settings.workload().t1().toNanos();
        var book = new CallBook(part, recorder, clock, lateness, () -> nextNumber(part.service()), timeout);
        processes.add(new SippProcess(part, book, settings, programs, clock, rate, lines));
    }

    /** Calls are dealt over the service addresses by their numbers, in turn. */
    private int nextNumber(int service) {
        return numbers[service]++ * settings.services().size() + service;
    }

    private void own() throws IOException {
        int services = settings.services().size();
        for (int i = 0; i < sipp.processes(); i++) {
            int calls = sipp.calls() / sipp.processes() + (i < sipp.calls() % sipp.processes() ? 1 : 0);
            var part =
                    new Part("own-" + i, CallRole.POPULATION, Phase.NONE, i % services, calls, null, Unwritten.NOTHING);
            start(part, sipp.rate() / sipp.processes(), List.of());
        }
    }

    private void population(long strike, long seed, long epochSecond) throws IOException {
        var generator = new GeneratorSettings(
                settings.services(), new InetSocketAddress(settings.local(), 0), settings.workload(), "");
        Map<Phase, List<Script>> byPhase = new Population(generator)
                .scripts(strike, new Random(seed)).stream()
                        .collect(Collectors.groupingBy(
                                Script::phase, () -> new EnumMap<>(Phase.class), Collectors.toList()));
        for (Map.Entry<Phase, List<Script>> entry : byPhase.entrySet()) {
            entry.getValue().sort(Comparator.comparingLong(Script::setUp));
            int shares = settings.services().size() * sipp.processes();
            for (int share = 0; share < shares; share++) {
                populate(entry.getKey(), dealt(entry.getValue(), share, shares), share, shares, epochSecond);
            }
        }
    }

    private static List<Script> dealt(List<Script> scripts, int share, int shares) {
        var dealt = new ArrayList<Script>();
        for (int i = share; i < scripts.size(); i += shares) {
            dealt.add(scripts.get(i));
        }
        return dealt;
    }

    private void populate(Phase phase, List<Script> scripts, int share, int shares, long epochSecond)
            throws IOException {
        if (scripts.isEmpty()) {
            return;
        }
        int service = share % settings.services().size();
        String name = phase.name() + (shares > 1 ? "-" + share : "");
        String scenario =
                new Scenarios(settings, epochSecond, service, Part.retargets(settings, phase)).population(phase);
        var part = new Part(name, CallRole.POPULATION, phase, service, scripts.size(), scenario, new Written(scripts));
        List<String> lines =
                scripts.stream().map(script -> line(script, epochSecond)).toList();
        start(part, Math.max(200, settings.workload().fillRate() * AHEAD), lines);
    }

    private record Written(List<Script> scripts) implements Part.Plot {
        @Override
        public long begin(int number) {
            return scripts.get(number - 1).setUp();
        }

        @Override
        public Script script(int number) {
            return scripts.get(number - 1);
        }
    }

    /** @param interval nanoseconds between the calls; 0: nobody knows when they are due */
    private record Unwritten(long first, double interval) implements Part.Plot {
        private static final Unwritten NOTHING = new Unwritten(Operation.NONE, 0);

        @Override
        public long begin(int number) {
            return interval == 0 ? Operation.NONE : first + Math.round((number - 1) * interval);
        }

        @Override
        public Script script(int number) {
            return null;
        }
    }

    /** The call's line of the injection file, as {@link Scenarios} names its fields. */
    private String line(Script script, long epochSecond) {
        var fields = new ArrayList<String>();
        fields.add(millis(script.setUp(), epochSecond));
        fields.add(millis(script.release(), epochSecond));
        fields.add(millis(script.operate(), epochSecond));
        fields.add(millis(script.bye(), epochSecond));
        fields.add(script.modify() ? "1" : "0");
        fields.add(millis(script.setUp() + settings.scaledMillis(60) * 1_000_000, epochSecond));
        fields.add(
                script.release() == Operation.NONE
                        ? "0"
                        : Long.toString(Math.floorDiv(clock.toEpochMicros(script.release()), 1_000L)));
        for (int i = 0; i < Steps.MOST_INFOS; i++) {
            fields.add(i < script.infos().size() ? millis(script.infos().get(i), epochSecond) : "0");
        }
        return String.join(";", fields);
    }

    private String millis(long instant, long epochSecond) {
        return instant == Operation.NONE
                ? "0"
                : String.format(Locale.ROOT, "%.3f", (clock.toEpochMicros(instant) - epochSecond * 1_000_000) / 1e3);
    }

    private void probes(CallRole role, String name, double rate, long first, long until, long epochSecond)
            throws IOException {
        int services = settings.services().size();
        double interval = SECOND / rate;
        for (int service = 0; service < services; service++) {
            long own = first + Math.round(service * interval);
            double between = interval * services;
            int calls = until == Long.MAX_VALUE ? Integer.MAX_VALUE : (int) ((until - own) / between) + 1;
            var scenarios = new Scenarios(settings, epochSecond, service, Part.retargets(settings, Phase.NONE));
            double firstMillis = (clock.toEpochMicros(own) - epochSecond * 1_000_000) / 1e3;
            String scenario = role == CallRole.SETUP_PROBE
                    ? scenarios.setUpProbes(firstMillis, between / 1e6)
                    : scenarios.detectionProbes(firstMillis, between / 1e6);
            String process = name + (services > 1 ? "-" + service : "");
            start(
                    new Part(process, role, Phase.NONE, service, calls, scenario, new Unwritten(own, between)),
                    rate / services,
                    List.of());
        }
    }

    /** Reads the logs. Everything that changes is touched here only, until {@link #close}. */
    private synchronized void look() {
        if (closed || failure != null) {
            return;
        }
        try {
            for (SippProcess process : processes) {
                boolean ended = !process.alive();
                process.read(ended ? Long.MAX_VALUE : clock.toEpochMicros(clock.nanos()));
                String complaint = ended ? process.complaint() : null;
                if (complaint != null) {
                    failure = new IOException(complaint);
                }
            }
            counts = counted();
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private Counts counted() {
        int calls = 0;
        int probes = 0;
        int inARow = Integer.MAX_VALUE;
        for (SippProcess process : processes) {
            switch (process.part().role()) {
                case POPULATION -> calls += process.openCalls();
                case SETUP_PROBE -> {
                    probes += process.openProbes();
                    inARow = Math.min(inARow, process.book().inARow());
                }
                case DETECTION_PROBE -> probes += process.openProbes();
            }
        }
        return new Counts(
                calls,
                probes,
                inARow == Integer.MAX_VALUE ? 0 : inARow * settings.services().size());
    }

    @Override
    public int openCalls() {
        return counts.openCalls();
    }

    @Override
    public int openProbes() {
        return counts.openProbes();
    }

    @Override
    public int probeSuccessesInARow() {
        return counts.inARow();
    }

    /** Set-up probes that succeeded so far. */
    synchronized int setUpSuccesses() {
        return processes.stream()
                .mapToInt(process -> process.book().succeeded())
                .sum();
    }

    /** Set-up probes that failed so far. */
    synchronized int setUpFailures() {
        return processes.stream().mapToInt(process -> process.book().failed()).sum();
    }

    @Override
    public Throwable failure() {
        return failure != null ? failure : recording.failure();
    }

    @Override
    public synchronized void stopProbing() {
        processes.stream().filter(process -> process.part().endless()).forEach(SippProcess::quit);
    }

    @Override
    public synchronized SelfChecks selfChecks() {
        // As far as its logs go by now.
        look();
        Histogram otherwise = lateness.otherwise();
        Histogram aboutStrike = lateness.aboutStrike();
        boolean stalled = processes.stream().anyMatch(SippProcess::stalled);
        return new SelfChecks(
                otherwise.getValueAtPercentile(99),
                otherwise.getMaxValue(),
                aboutStrike.getValueAtPercentile(99),
                aboutStrike.getMaxValue(),
                lateness.saturates(
                                Math.min(MOST_LATENESS, settings.workload().t1().toNanos()))
                        || stalled
                        || !(closed ? offeredToTheEnd : offered()),
                drops(),
                processes.stream().mapToLong(SippProcess::sendErrors).sum(),
                0,
                processes.stream()
                        .mapToLong(
                                process -> process.nonsense() + process.book().strays())
                        .sum(),
                processes.stream().mapToLong(SippProcess::lostLines).sum());
    }

    private long drops() {
        long sum = 0;
        for (SippProcess process : processes) {
            if (process.drops() == KernelDrops.UNKNOWN) {
                return KernelDrops.UNKNOWN;
            }
            sum += process.drops();
        }
        return sum;
    }

    /** One that died is told as a failure, and what it had offered by then stands. */
    private boolean offered() {
        return processes.stream()
                .filter(process -> process.alive() || process.done())
                .allMatch(process -> process.made() >= LEAST_OFFERED * process.due() - 1);
    }

    /**
     * SIPp processes that calls still need get a moment for their last words, and so do those of a user's scenario, whose figures may be on
     * the disk before their messages are; then they are killed, and what they logged counts.
     */
    @Override
    public void close() throws IOException {
        stopProbing();
        long until = clock.nanos() + LAST_WORDS;
        while (failure == null && unfinished() && clock.nanos() < until) {
            LockSupport.parkNanos(SECOND / 100);
        }
        thread.shutdown();
        synchronized (this) {
            closed = true;
            offeredToTheEnd = offered();
            for (SippProcess process : processes) {
                process.close();
            }
        }
        recording.close();
    }

    private synchronized boolean unfinished() {
        return processes.stream()
                .anyMatch(process -> process.alive()
                        && (process.openCalls() > 0 || process.part().custom()));
    }
}
