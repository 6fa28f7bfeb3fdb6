package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class UdpLoopTest {
    private static final String REAL_TIME = "1 1";
    private static final String USUAL = "0 0";

    private final List<String> seen = new CopyOnWriteArrayList<>();
    private UdpLoop loop;

    @BeforeEach
    void bind() throws IOException {
        loop = new UdpLoop(new InetSocketAddress("127.0.0.1", 0), System::nanoTime);
    }

    @AfterEach
    void close() throws IOException {
        loop.close();
    }

    @Test
    void firesInOrderOfInstantsAndThenOfSetting() {
        long now = System.nanoTime() + 100_000_000;
        loop.at(now + 2_000_000, () -> seen.add("later"));
        loop.at(now + 1_000_000, () -> seen.add("first"));
        loop.at(now + 1_000_000, () -> seen.add("second"));
        loop.at(now + 1_500_000, () -> seen.add("never")).cancel();
        loop.start((data, length, from) -> {});
        await().until(() -> seen.size() == 3);
        assertThat(seen).containsExactly("first", "second", "later");
    }

    @Test
    void inRealTimeItsThreadsGoBeforeOthers() throws Exception {
        try {
            loop.inRealTime();
        } catch (IOException e) {
            assumeTrue(false, e.getMessage());
        }
        loop.at(System.nanoTime(), () -> seen.add(scheduling()));
        loop.start((data, length, from) -> {});
        await().until(() -> seen.size() == 1);
        assertThat(seen).containsExactly(REAL_TIME);
        assertThat(scheduling()).as("of others").isEqualTo(USUAL);
    }

    /** Priority and policy of the thread that calls: proc(5), fields 40 and 41 of stat. */
    private static String scheduling() {
        try {
            String[] fields = Files.readString(Path.of("/proc/thread-self/stat"))
                    .replaceAll("^.*\\) ", "")
                    .split(" ");
            return fields[37] + " " + fields[38];
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** It is asked to end while it is busy, and then more comes than its socket holds. */
    @Test
    void whatTheKernelDropsUntilItHasEndedIsTold() throws Exception {
        assumeTrue(loop.kernelDrops() == 0, "the kernel does not tell what it drops");
        var busy = new CountDownLatch(1);
        var flooded = new CountDownLatch(1);
        loop.start((data, length, from) -> {
            busy.countDown();
            assertThatCode(() -> flooded.await(1, TimeUnit.SECONDS)).doesNotThrowAnyException();
        });
        var ending = new Thread(() -> assertThatCode(loop::close).doesNotThrowAnyException());
        try (var sender = new DatagramSocket()) {
            var large = new DatagramPacket(new byte[60_000], 60_000, loop.local());
            sender.send(large);
            busy.await();
            ending.start();
            await().until(() -> ending.getState() == Thread.State.TIMED_WAITING);
            for (int i = 0; i < 1_000; i++) {
                sender.send(large);
            }
        }
        flooded.countDown();
        ending.join();
        assertThat(loop.kernelDrops()).isPositive();
    }

    @Test
    void aTimerSetForThePastIsNoStall() {
        loop.at(System.nanoTime() - TimeUnit.HOURS.toNanos(1), () -> seen.add("now"));
        loop.start((data, length, from) -> {});
        await().until(() -> seen.size() == 1);
        assertThat(loop.longestStall()).isLessThan(TimeUnit.MINUTES.toNanos(1));
    }

    @Test
    void aBusyLoopTellsItsStall() {
        long now = System.nanoTime();
        loop.at(now, () -> {
            // From when the task runs, not from when it was set: the loop's thread may take its time to start.
            long begun = System.nanoTime();
            while (System.nanoTime() < begun + 50_000_000) {
                Thread.onSpinWait();
            }
        });
        loop.at(now + 1_000, () -> seen.add("late"));
        loop.start((data, length, from) -> {});
        await().until(() -> seen.size() == 1);
        assertThat(loop.longestStall()).isGreaterThan(40_000_000);
    }

    @Test
    void aDeadPeerIsSilenceAndNoError() throws IOException {
        var dead = new UdpLoop(new InetSocketAddress("127.0.0.1", 0), System::nanoTime);
        InetSocketAddress nobody = dead.local();
        dead.close();
        long now = System.nanoTime();
        for (int i = 0; i < 10; i++) {
            loop.at(now + i * 1_000_000L, () -> {
                loop.send(new byte[] {1}, nobody);
                seen.add("sent");
            });
        }
        loop.at(now + 12_000_000, () -> loop.send(new byte[] {2}, loop.local()));
        loop.start((data, length, from) -> seen.add("received " + data[0]));
        await().until(() -> seen.contains("received 2"));
        assertThat(loop.sendErrors()).isZero();
        assertThat(loop.failure()).isNull();
    }

    @Test
    void whatBreaksATaskEndsTheLoopAndIsTold() {
        loop.at(System.nanoTime(), () -> {
            throw new AssertionError("broken");
        });
        loop.start((data, length, from) -> {});
        await().until(() -> loop.failure() != null);
        assertThat(loop.failure()).hasMessage("broken");
    }

    @Test
    void tellsItsDropsAfterItsEndToo() throws IOException {
        loop.start((data, length, from) -> {});
        long open = loop.kernelDrops();
        loop.close();
        assertThat(loop.kernelDrops()).isEqualTo(open);
    }
}
