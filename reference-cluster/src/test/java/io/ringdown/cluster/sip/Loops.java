package io.ringdown.cluster.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;

/** Real event loops on real sockets. */
abstract class Loops {
    static final Duration PATIENCE = Duration.ofSeconds(20);

    private final List<EventLoop> loops = new ArrayList<>();

    /** A loop, what it heard, and which of its connections broke. */
    final class Running implements EventLoop.Handler {
        final List<String> heard = Collections.synchronizedList(new ArrayList<>());
        final List<InetSocketAddress> broken = Collections.synchronizedList(new ArrayList<>());
        final List<InetSocketAddress> heardFrom = Collections.synchronizedList(new ArrayList<>());
        final EventLoop loop;

        Running(ConnectionLimits limits) throws IOException {
            loop = new EventLoop("test", this, () -> true, limits);
            loops.add(loop);
        }

        Running() throws IOException {
            this(ConnectionLimits.usual());
        }

        @Override
        public void received(byte[] data, int length, InetSocketAddress from) {
            heard.add(new String(data, 0, length, ISO_8859_1));
            heardFrom.add(from);
        }

        @Override
        public void broken(InetSocketAddress peer) {
            broken.add(peer);
        }

        /** Runs something on the loop's thread and waits until it has. */
        <T> T on(Callable<T> task) {
            var answer = new CompletableFuture<T>();
            loop.execute(() -> {
                try {
                    answer.complete(task.call());
                } catch (Exception e) {
                    answer.completeExceptionally(e);
                }
            });
            return answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
        }

        void trunk(String text, InetSocketAddress peer) {
            byte[] bytes = text.getBytes(ISO_8859_1);
            on(() -> {
                loop.sendByTrunk(bytes, bytes.length, peer);
                return null;
            });
        }

        void answer(String text, InetSocketAddress address) {
            byte[] bytes = text.getBytes(ISO_8859_1);
            on(() -> {
                loop.answerByTrunk(bytes, bytes.length, address);
                return null;
            });
        }

        void awaitHeard(String... texts) {
            await().atMost(PATIENCE).until(() -> List.copyOf(heard).equals(List.of(texts)));
        }

        long figure(String name) {
            return loop.counters()
                    .prometheus()
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                    .sum();
        }

        void awaitFigure(String name, long value) {
            await().atMost(PATIENCE).until(() -> figure(name) == value);
        }
    }

    static String message(String method, int number) {
        return method + " sip:a@b SIP/2.0\r\nCSeq: " + number + " " + method + "\r\nContent-Length: 0\r\n\r\n";
    }

    @AfterEach
    void end() throws IOException {
        for (EventLoop loop : loops) {
            loop.close();
        }
    }
}
