package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LedgerTest {
    private static final Undo A = new Undo.Kill("a", new ProcessIdentity(1, 11));
    private static final Undo B = new Undo.Resume("b", new ProcessIdentity(2, 12));
    private static final Undo D = new Undo.RemoveGroup("m", "/sys/fs/cgroup/cpu/ringdown-m");
    private static final Undo C = new Undo.KillMarked("c", "RINGDOWN_PROCESS=x");

    @TempDir
    Path folder;

    private Path path;
    private final List<Undo> undone = new ArrayList<>();

    @BeforeEach
    void name() {
        path = folder.resolve("ledger.jsonl");
    }

    @Test
    void healsLastInFirstOutFromAnotherProcessAndOnlyOnce() throws IOException {
        leave(D, A, B, C);
        try (Ledger ledger = Ledger.open(path)) {
            HealResult result = ledger.heal(this::undo);
            assertThat(result.complete()).isTrue();
            assertThat(result.done()).containsExactly("c undone", "b undone", "a undone", "m undone");
        }
        try (Ledger ledger = Ledger.open(path)) {
            assertThat(ledger.heal(this::undo).done()).isEmpty();
        }
        assertThat(undone).containsExactly(C, B, A, D);
    }

    @Test
    void aStepThatFailsStopsNoOtherAndIsTriedAgain() throws IOException {
        leave(A, B, C);
        try (Ledger ledger = Ledger.open(path)) {
            HealResult result = ledger.heal(undo -> {
                if (undo.equals(B)) {
                    throw new IOException("no permission");
                }
                return undo(undo);
            });
            assertThat(result.complete()).isFalse();
            assertThat(result.failed()).containsExactly("b: no permission");
        }
        assertThat(undone).containsExactly(C, A);
        try (Ledger ledger = Ledger.open(path)) {
            assertThat(ledger.heal(this::undo).complete()).isTrue();
        }
        assertThat(undone).containsExactly(C, A, B);
    }

    /** Each waits until all have begun, and what came before them until all have ended. */
    @Test
    void machinesThatAreElsewhereArePutOnAtTheSameTime() throws IOException {
        var host = new Undo.HealHost("m1", "hosts.yaml", "h1", "/tmp/r");
        leave(
                A,
                host,
                new Undo.HealHost("m2", "hosts.yaml", "h2", "/tmp/r"),
                new Undo.PowerOn("m1", "mine.yaml"),
                new Undo.PowerOn("m2", "mine.yaml"),
                new Undo.PowerOn("m3", "mine.yaml"),
                B);
        Map<Class<?>, CyclicBarrier> begun = Map.of(
                Undo.PowerOn.class, new CyclicBarrier(3),
                Undo.HealHost.class, new CyclicBarrier(2));
        try (Ledger ledger = Ledger.open(path)) {
            HealResult result = ledger.heal(undo -> {
                if (begun.containsKey(undo.getClass())) {
                    await(begun.get(undo.getClass()));
                }
                if (undo.equals(host)) {
                    throw new IOException("not reached");
                }
                return undo.element() + " undone";
            });
            assertThat(result.done())
                    .containsExactly("b undone", "m3 undone", "m2 undone", "m1 undone", "m2 undone", "a undone");
            assertThat(result.failed()).containsExactly("m1: not reached");
            assertThat(ledger.open().values()).containsExactly(host);
        }
    }

    /** An engine is another machine's perhaps, and starts them by itself perhaps not. */
    @Test
    void containersAreGivenBackWhateverHasBeenRebooted() throws IOException {
        var seen = new Undo.RestoreContainer("a", "unix:///e", null, "0123", new ProcessIdentity(7, 8), true);
        var other = new Undo.RestoreContainer("b", "tcp://192.0.2.1:2376", "/certs", "4567", null, false);
        leave(A, seen, other);
        List<Undo> undone = Collections.synchronizedList(new ArrayList<>());
        try (Ledger ledger = Ledger.open(path, "another boot")) {
            assertThat(ledger.heal(undo -> {
                                undone.add(undo);
                                return "undone";
                            })
                            .complete())
                    .isTrue();
        }
        assertThat(undone).containsExactlyInAnyOrder(seen, other);
    }

    private static void await(CyclicBarrier all) throws IOException {
        try {
            all.await(5, TimeUnit.SECONDS);
        } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
            throw new IOException("alone", e);
        }
    }

    /** Such as a command that has just ended by itself, and which an undo ends first. */
    @Test
    void anUndoMayWaitForAThreadThatWrites() throws IOException {
        try (Ledger ledger = Ledger.create(path)) {
            ledger.intend(A);
            int step = ledger.intend(B);
            ledger.intend(C);
            HealResult result = ledger.heal(undo -> {
                if (undo.equals(C)) {
                    CompletableFuture.runAsync(() -> done(ledger, step))
                            .orTimeout(10, TimeUnit.SECONDS)
                            .join();
                }
                return undo(undo);
            });
            assertThat(result.failed()).isEmpty();
            assertThat(ledger.open()).isEmpty();
        }
        assertThat(undone).as("B was done by the other thread").containsExactly(C, A);
    }

    @Test
    void passesOverATornLastLineAndWritesOn() throws IOException {
        leave(A, B);
        Files.writeString(path, "{\"line\":\"done\",\"st", StandardOpenOption.APPEND);
        try (Ledger ledger = Ledger.open(path)) {
            assertThat(ledger.open().values()).containsExactly(A, B);
            ledger.intend(C);
        }
        try (Ledger ledger = Ledger.open(path)) {
            assertThat(ledger.open().values()).containsExactly(A, B, C);
        }
    }

    @Test
    void readsWhatTheVersionBeforeWrote() throws IOException {
        Files.writeString(path, """
                {"line":"ledger","version":1,"boot":"this"}
                {"line":"intended","step":1,"intent":{"undo":"kill","element":"a","process":{"pid":1,"start":11}}}
                """);
        try (Ledger ledger = Ledger.open(path, "this")) {
            assertThat(ledger.open().values()).containsExactly(A);
        }
        Files.writeString(path, "{\"line\":\"ledger\",\"version\":11,\"boot\":\"this\"}\n");
        assertThatThrownBy(() -> Ledger.open(path))
                .hasMessageEndingWith("a ledger of version 11; this Ringdown reads up to 10");
    }

    @Test
    void survivesATornFirstLine() throws IOException {
        Files.writeString(path, "{\"line\":\"led");
        try (Ledger ledger = Ledger.open(path)) {
            ledger.intend(A);
        }
        try (Ledger ledger = Ledger.open(path)) {
            assertThat(ledger.open().values()).containsExactly(A);
        }
    }

    @Test
    void keepsTheBetterUndoOfAStep() throws IOException {
        try (Ledger ledger = Ledger.create(path)) {
            int step = ledger.intend(C);
            ledger.refine(step, A);
        }
        try (Ledger ledger = Ledger.open(path)) {
            assertThat(ledger.open().values()).containsExactly(A);
        }
    }

    @Test
    void touchesNothingAfterAReboot() throws IOException {
        leave(A, B);
        try (Ledger ledger = Ledger.open(path, "another boot")) {
            assertThat(ledger.heal(this::undo).complete()).isTrue();
            assertThat(ledger.open()).isEmpty();
        }
        assertThat(undone).isEmpty();
    }

    @Test
    void aDiskThatFillsUpInTheMiddleOfALineLeavesNoHalfOfIt() throws IOException {
        try (var disk = new SmallDisk(path);
                Ledger ledger = new Ledger(path, disk, "boot")) {
            ledger.intend(A);
            disk.left = 10;
            assertThatThrownBy(() -> ledger.intend(B)).hasMessage("No space left on device");
            disk.left = Integer.MAX_VALUE;
            ledger.intend(C);
        }
        try (Ledger ledger = Ledger.open(path, "boot")) {
            assertThat(ledger.open().values()).containsExactly(A, C);
        }
    }

    @Test
    void isNotHealedUnderALivingRun() throws IOException {
        try (Ledger running = Ledger.create(path)) {
            running.intend(A);
            assertThatThrownBy(() -> Ledger.open(path))
                    .isInstanceOf(LedgerInUseException.class)
                    .hasMessageContaining("in use");
        }
    }

    @Test
    void refusesWhatIsNoLedger() throws IOException {
        Files.writeString(path, "hello\n");
        assertThatThrownBy(() -> Ledger.open(path))
                .isInstanceOf(IOException.class)
                .hasMessage(path + ":1: not a line of a ledger");
        assertThat(path).hasContent("hello");
    }

    private void leave(Undo... undos) throws IOException {
        try (Ledger ledger = Ledger.create(path)) {
            for (Undo undo : undos) {
                ledger.intend(undo);
            }
        }
    }

    private static void done(Ledger ledger, int step) {
        try {
            ledger.done(step, "by another thread");
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private String undo(Undo undo) {
        undone.add(undo);
        return undo.element() + " undone";
    }
}
