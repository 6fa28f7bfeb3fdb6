package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.sun.management.ThreadMXBean;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.SelfChecks;
import java.io.IOException;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.ClosedChannelException;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;

/**
 * How many calls a second the generator makes against a callee that does next to nothing: {@code SECONDS RATE...}. A call is a set-up
 * and a release, five messages and two recorded operations. Beside the lateness it tells the processor time and the allocation of the
 * calls' thread, which other load on the machine does not disturb. Run with {@code -Xms1g -Xmx1g -XX:+UseParallelGC}.
 */
final class GeneratorBenchmark {
    private GeneratorBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        int seconds = Integer.parseInt(arguments[0]);
        System.out.println(
                "calls/s offered | made | lateness p50, p99, max (ms) | saturated | drops | CPU us and bytes a call");
        // The first round warms up.
        round(seconds, 1_000);
        for (int i = 1; i < arguments.length; i++) {
            round(seconds, Integer.parseInt(arguments[i]));
        }
        recording();
    }

    /** What the operations log and the latency log cost a call's thread. */
    private static void recording() throws IOException {
        var workload =
                new Workload(Duration.ofMillis(500), List.of(Phase.P4), 1, 1_000, 1, 0, Duration.ZERO, Duration.ZERO);
        var clock = RunClock.startingNow();
        var operation = new Operation(
                1,
                Intent.SETUP,
                0,
                AttemptKind.FIRST,
                1,
                1_000_000_000,
                1_000_100_000,
                1_000_200_000,
                1_000_300_000,
                1_000_400_000,
                1_000_500_000,
                Operation.NONE,
                Operation.NONE,
                Outcome.OK,
                200,
                0,
                "r1m1-engine",
                1,
                1,
                0,
                Operation.NONE);
        var run = new RecordedCalls(Files.createTempDirectory("benchmark").resolve("run"), clock, workload);
        try (run) {
            int count = 1_000_000;
            for (int round = 0; round < 3; round++) {
                long began = System.nanoTime();
                for (int i = 0; i < count; i++) {
                    run.recorder().operation(operation);
                }
                System.out.printf("recording an operation: %d ns%n", (System.nanoTime() - began) / count);
                run.recorder().flush();
            }
        }
    }

    private static void round(int seconds, int rate) throws IOException, InterruptedException {
        var workload = new Workload(
                Duration.ofMillis(500),
                List.of(Phase.P4),
                1,
                1_000,
                rate,
                0,
                Duration.ofSeconds(seconds),
                Duration.ZERO);
        var clock = RunClock.startingNow();
        var run = new RecordedCalls(Files.createTempDirectory("benchmark").resolve("run"), clock, workload);
        var threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        try (run;
                var callee = new EchoingCallee()) {
            var settings =
                    new GeneratorSettings(callee.address(), new InetSocketAddress("127.0.0.1", 0), workload, "X-Node");
            try (var generator = new Generator(settings, run.recorder(), clock)) {
                generator.start(clock.nanos() + seconds * 1_000_000_000L, 1);
                long thread = Arrays.stream(threads.getThreadInfo(threads.getAllThreadIds()))
                        .filter(info -> info != null && info.getThreadName().equals("calls"))
                        .mapToLong(info -> info.getThreadId())
                        .max()
                        .orElseThrow();
                Thread.sleep(seconds * 500L);
                int before = generator.setUpSuccesses();
                long cpu = threads.getThreadCpuTime(thread);
                long bytes = threads.getThreadAllocatedBytes(thread);
                long began = System.nanoTime();
                Thread.sleep(seconds * 500L);
                double calls = generator.setUpSuccesses() - before;
                SelfChecks checks = generator.selfChecks();
                System.out.printf(
                        "%6d | %6.0f | %.2f, %.2f, %.1f | %s | %d | %.1f us, %.0f B%n",
                        rate,
                        calls * 1e9 / (System.nanoTime() - began),
                        generator.latenessMillis(50),
                        checks.latenessP99Nanos() / 1e6,
                        checks.latenessMaxNanos() / 1e6,
                        checks.saturated(),
                        checks.kernelDrops(),
                        (threads.getThreadCpuTime(thread) - cpu) / 1e3 / calls,
                        (threads.getThreadAllocatedBytes(thread) - bytes) / calls);
            }
        }
    }

    /** Answers 200 to everything but ACK, by the request's own lines. */
    private static final class EchoingCallee implements AutoCloseable {
        private final DatagramChannel channel = DatagramChannel.open(StandardProtocolFamily.INET);

        EchoingCallee() throws IOException {
            channel.setOption(StandardSocketOptions.SO_RCVBUF, 8 << 20);
            channel.setOption(StandardSocketOptions.SO_SNDBUF, 8 << 20);
            channel.bind(new InetSocketAddress("127.0.0.1", 0));
            var thread = new Thread(this::run, "callee");
            thread.setDaemon(true);
            thread.start();
        }

        InetSocketAddress address() throws IOException {
            return (InetSocketAddress) channel.getLocalAddress();
        }

        private void run() {
            ByteBuffer buffer = ByteBuffer.allocateDirect(65_535);
            byte[] bytes = new byte[65_535];
            try {
                while (true) {
                    buffer.clear();
                    var from = channel.receive(buffer);
                    int length = buffer.flip().remaining();
                    buffer.get(bytes, 0, length);
                    if (bytes[0] != 'A') {
                        String text = new String(bytes, 0, length, ISO_8859_1);
                        // Via, Max-Forwards, From, To, Call-ID, CSeq: in the order in which the generator writes them.
                        int to = text.indexOf("\r\n", text.indexOf("\r\nTo: ") + 2);
                        int cseq = text.indexOf("\r\n", text.indexOf("\r\nCSeq: ") + 2);
                        String tag = bytes[0] == 'I' ? ";tag=callee" : "";
                        String response = "SIP/2.0 200 OK" + text.substring(text.indexOf("\r\n"), to) + tag
                                + text.substring(to, cseq) + "\r\nX-Node: callee\r\nContent-Length: 0\r\n\r\n";
                        buffer.clear().put(response.getBytes(ISO_8859_1)).flip();
                        channel.send(buffer, from);
                    }
                }
            } catch (ClosedChannelException e) {
                // closed
            } catch (IOException e) {
                throw new java.io.UncheckedIOException(e);
            }
        }

        @Override
        public void close() throws IOException {
            channel.close();
        }
    }
}
