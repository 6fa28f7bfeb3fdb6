package io.ringdown.workloads.calls;

import com.sun.management.ThreadMXBean;
import io.ringdown.record.Arrivals;
import io.ringdown.record.Call;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.Caller;
import io.ringdown.record.Caller.Transport;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.SelfChecks;
import io.ringdown.workloads.peer.AnsweringPeer;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.lang.management.GarbageCollectorMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.HdrHistogram.Histogram;

/**
 * What the generator does by itself, against the callee on a thread of its own in the same process. With the argument {@code real-time} both are scheduled so. Reads its orders from the standard input and answers each with a
 * line of {@code key=value}: {@code calls RATE SECONDS}, each a set-up and a release, six messages and two recorded operations;
 * {@code dialogs NUMBER}, that many held open; {@code probes RATE}, five seconds of them, each at an instant of its own. {@code
 * docs/benchmarks/side-by-side} gives the orders.
 */
final class GeneratorBenchmark {
    private static final long SECOND = 1_000_000_000L;
    private static final int MOST_WARM_UPS = 10;

    private static Caller caller = Caller.PLAIN;

    private GeneratorBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        if (List.of(arguments).contains("real-time")) {
            caller = new Caller(
                    Transport.UDP, 1, List.of(), false, null, null, null, null, List.of(), null, 1, List.of(), true);
        }
        warmUp();
        System.out.println("ready");
        var orders = new BufferedReader(new InputStreamReader(System.in));
        for (String line; (line = orders.readLine()) != null; ) {
            String[] order = line.split(" ");
            int number = Integer.parseInt(order[1]);
            System.out.println(
                    switch (order[0]) {
                        case "calls" -> calls(number, Integer.parseInt(order[2]));
                        case "dialogs" -> dialogs(number);
                        case "probes" -> probes(number);
                        default -> throw new IllegalArgumentException(line);
                    });
        }
    }

    /** Until hardly anything is compiled any more: a compiler takes a processor from what is measured. */
    private static void warmUp() throws IOException, InterruptedException {
        var compiler = ManagementFactory.getCompilationMXBean();
        long compiled = 0;
        for (int i = 0; i < MOST_WARM_UPS; i++) {
            calls(10_000, 3);
            long now = compiler.getTotalCompilationTime();
            if (i > 1 && now - compiled < 100) {
                return;
            }
            compiled = now;
        }
    }

    /** Counts what is recorded, as it is. */
    private static final class Counting implements OperationLogReader.Visitor {
        private final Histogram setUps = new Histogram(60 * SECOND, 3);
        private volatile int established;
        private volatile int released;
        private volatile int retransmissions;
        private volatile long last;

        @Override
        public void call(Call call) {
            // its operations tell
        }

        @Override
        public void operation(Operation operation) {
            retransmissions += operation.retransmissions();
            if (operation.outcome() == Outcome.OK && operation.intent() == Intent.SETUP) {
                established++;
                setUps.recordValue(operation.end() - operation.intended());
            } else if (operation.outcome() == Outcome.OK) {
                released++;
            }
            last = Math.max(last, operation.end());
        }

        @Override
        public void incident(Incident incident) {
            // none is expected, and the counts would tell
        }
    }

    private static Workload workload(int detectionProbes) {
        return new Workload(
                        Duration.ofMillis(500),
                        List.of(Phase.P4),
                        1,
                        1_000,
                        0,
                        detectionProbes,
                        Duration.ofSeconds(1),
                        Duration.ZERO)
                .by(caller);
    }

    private static String calls(int rate, int seconds) throws IOException, InterruptedException {
        var clock = RunClock.startingNow();
        Workload workload = workload(0);
        var run = new RecordedCalls(Files.createTempDirectory("benchmark").resolve("run"), clock, workload);
        int number = rate * seconds;
        var counted = new Counting();
        run.recorder().watch(counted);
        long collections = collecting();
        try (run;
                var callee = callee(clock, workload)) {
            var settings = new GeneratorSettings(callee.address(), new InetSocketAddress("127.0.0.1", 0), workload, "");
            long calleesThread = callsThread();
            try (var generator = new Generator(settings, run.recorder(), clock)) {
                long began = generator.offer(number, new Arrivals.Constant(rate), Duration.ZERO, Duration.ZERO, 0);
                long thread = callsThread();
                long until = began + (seconds + 10) * SECOND;
                while (generator.endedSessions() < number && clock.nanos() < until) {
                    Thread.sleep(10);
                }
                var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
                SelfChecks checks = generator.selfChecks();
                return String.format(
                        "made=%d of=%d seconds=%.2f retransmissions=%d drops=%d lateness_p50_ms=%.2f lateness_p99_ms=%.2f"
                                + " setup_p50_ms=%.2f setup_p99_ms=%.2f cpu_us=%.1f callee_cpu_us=%.1f bytes=%d callee_bytes=%d"
                                + " collecting_ms=%d",
                        counted.released,
                        number,
                        (counted.last - began) / 1e9,
                        counted.retransmissions,
                        checks.kernelDrops(),
                        generator.latenessMillis(50),
                        checks.latenessP99Nanos() / 1e6,
                        counted.setUps.getValueAtPercentile(50) / 1e6,
                        counted.setUps.getValueAtPercentile(99) / 1e6,
                        threads.getThreadCpuTime(thread) / 1e3 / number,
                        threads.getThreadCpuTime(calleesThread) / 1e3 / number,
                        threads.getThreadAllocatedBytes(thread) / number,
                        threads.getThreadAllocatedBytes(calleesThread) / number,
                        collecting() - collections);
            }
        }
    }

    private static Callee callee(RunClock clock, Workload workload) throws IOException {
        var callee = new Callee(
                new InetSocketAddress("127.0.0.1", 0), List.of(), List.of(), workload, "", CallRecorder.NOBODY, clock);
        callee.sendTogether();
        callee.start();
        return callee;
    }

    private static String dialogs(int number) throws IOException, InterruptedException {
        var clock = RunClock.startingNow();
        Workload workload = workload(0);
        var run = new RecordedCalls(Files.createTempDirectory("benchmark").resolve("run"), clock, workload);
        var counted = new Counting();
        run.recorder().watch(counted);
        long before = heapAfterCollection();
        try (run;
                var peer = new AnsweringPeer()) {
            var settings = new GeneratorSettings(peer.address(), new InetSocketAddress("127.0.0.1", 0), workload, "");
            try (var generator = new Generator(settings, run.recorder(), clock)) {
                generator.offer(number, new Arrivals.Constant(5_000), Duration.ofHours(1), Duration.ZERO, 0);
                long until = clock.nanos() + (number / 5_000 + 20) * SECOND;
                while (counted.established < number && clock.nanos() < until) {
                    Thread.sleep(10);
                }
                long with = heapAfterCollection() - before;
                return String.format("open=%d of=%d bytes_each=%d", counted.established, number, with / number);
            }
        }
    }

    private static String probes(int rate) throws IOException, InterruptedException {
        var clock = RunClock.startingNow();
        Workload workload = workload(rate);
        var run = new RecordedCalls(Files.createTempDirectory("benchmark").resolve("run"), clock, workload);
        try (run;
                var peer = new AnsweringPeer()) {
            var settings = new GeneratorSettings(peer.address(), new InetSocketAddress("127.0.0.1", 0), workload, "");
            try (var generator = new Generator(settings, run.recorder(), clock)) {
                long strike = clock.nanos() + Generator.timeToFill(workload) + SECOND;
                generator.start(strike, 1);
                while (clock.nanos() < strike + 5 * SECOND) {
                    Thread.sleep(10);
                }
                return String.format(
                        "lateness_p50_ms=%.3f lateness_p99_ms=%.3f lateness_max_ms=%.3f",
                        generator.latenessMillis(50), generator.latenessMillis(99), generator.latenessMillis(100));
            }
        }
    }

    private static long callsThread() {
        var threads = ManagementFactory.getThreadMXBean();
        return Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                .filter(info -> info != null && info.getThreadName().equals("calls"))
                .mapToLong(info -> info.getThreadId())
                .max()
                .orElseThrow();
    }

    private static long collecting() {
        return ManagementFactory.getGarbageCollectorMXBeans().stream()
                .mapToLong(GarbageCollectorMXBean::getCollectionTime)
                .sum();
    }

    private static long heapAfterCollection() {
        System.gc();
        return ManagementFactory.getMemoryMXBean().getHeapMemoryUsage().getUsed();
    }
}
