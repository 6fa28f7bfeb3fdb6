package io.ringdown.workloads.calls;

import io.ringdown.record.Arrivals;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.workloads.peer.AnsweringPeer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/**
 * Calls before the calls that count, to a peer in the same process: the first of a new process find its code unread, and leave some tens of milliseconds
 * late.
 */
public final class Rehearsal {
    private static final int SESSIONS = 3_000;
    private static final int RATE = 2_500;
    private static final Duration T1 = Duration.ofMillis(500);
    private static final long LONGEST = 5_000_000_000L;
    private static final long MOMENT = 5_000_000;

    private Rehearsal() {}

    /**
     * Makes the calls; for a little more than a second.
     *
     * @param folder in which it records as a load host does; what it recorded is gone when it ends
     */
    public static void hold(Path folder) throws IOException {
        var clock = RunClock.startingNow();
        var own = new RunFolder(folder);
        Files.createDirectories(folder);
        var workload = new Workload(T1, List.of(), 1, RATE, 0, 0, Duration.ZERO, Duration.ZERO);
        try (var recorder = RunRecorder.ofLoadHost(own, clock);
                var peer = new AnsweringPeer()) {
            var from = new InetSocketAddress(peer.address().getAddress(), 0);
            var settings = new GeneratorSettings(peer.address(), from, workload, "");
            try (var generator = new Generator(settings, recorder, clock)) {
                long until = clock.nanos() + LONGEST;
                generator.offer(SESSIONS, new Arrivals.Constant(RATE), Duration.ZERO, Duration.ZERO, 0);
                while (generator.endedSessions() < SESSIONS && clock.nanos() < until && generator.failure() == null) {
                    LockSupport.parkNanos(MOMENT);
                }
            }
        } finally {
            Files.deleteIfExists(own.operations());
            Files.deleteIfExists(own.latencies());
            Files.deleteIfExists(own.machine());
            Files.deleteIfExists(folder);
        }
    }
}
