package io.ringdown.cluster;

import static org.awaitility.Awaitility.await;

import io.ringdown.cluster.sip.EventLoop;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;

/** A real socket whose datagrams come faster than they are handled. */
@Isolated("measures how long datagrams wait")
class BacklogIT {
    private static final Duration PATIENCE = Duration.ofSeconds(60);
    private static final InetSocketAddress OWN = new InetSocketAddress("127.62.5.1", 5061);
    private static final long EACH_NANOS = 5_000_000;

    private final AtomicReference<Backlog> backlog = new AtomicReference<>();

    private boolean behind(EventLoop loop) {
        var answer = new CompletableFuture<Boolean>();
        loop.execute(() -> answer.complete(backlog.get().getAsBoolean()));
        return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    }

    @Test
    void isNoticedWhileItLastsAndForgottenAfterwards() throws Exception {
        EventLoop.Handler slow = (data, length, from) -> {
            if (!backlog.get().took(data, length, from)) {
                LockSupport.parkNanos(EACH_NANOS);
            }
        };
        try (var loop = new EventLoop("slow", slow, () -> true);
                var caller = new DatagramSocket(0, InetAddress.getByName("127.62.9.1"))) {
            loop.bind(OWN);
            backlog.set(new Backlog(loop::epochMicros, 500_000, 400_000));
            backlog.get().watch(loop, OWN);
            loop.start();
            var datagram = new DatagramPacket(new byte[100], 100, OWN);
            await().atMost(PATIENCE).until(() -> {
                // The loop answers once each 64 datagrams: more come than it handles.
                for (int i = 0; i < 150; i++) {
                    caller.send(datagram);
                }
                return behind(loop);
            });
            await().atMost(PATIENCE).until(() -> !behind(loop));
        }
    }
}
