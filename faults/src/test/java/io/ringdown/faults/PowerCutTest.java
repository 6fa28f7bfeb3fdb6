package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.BrokenBarrierException;
import java.util.concurrent.CyclicBarrier;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PowerCutTest {
    @TempDir
    private Path folder;

    /** Each waits until all have begun. */
    @Test
    void machinesArePutOnAtTheSameTime() throws IOException {
        try (Ledger ledger = Ledger.create(folder.resolve("ledger.jsonl"))) {
            var cut = new PowerCut(new SlowPower(3), ledger);
            cut.intend(new TreeSet<>(Set.of("a", "b", "broken")));
            var told = new ArrayList<String>();

            assertThat(cut.on(told)).isFalse();

            assertThat(told).containsExactly("a: on", "b: on", "broken: not on");
            assertThat(ledger.open().values()).containsExactly(new Undo.PowerOn("broken", "mine.yaml"));
        }
    }

    private record SlowPower(CyclicBarrier begun) implements Power {
        SlowPower(int machines) {
            this(new CyclicBarrier(machines));
        }

        @Override
        public void off(String machine) {}

        @Override
        public String on(Undo.PowerOn undo) throws IOException {
            try {
                begun.await(5, TimeUnit.SECONDS);
            } catch (InterruptedException | BrokenBarrierException | TimeoutException e) {
                throw new IOException("alone", e);
            }
            if (undo.element().equals("broken")) {
                throw new IOException("broken: not on");
            }
            return undo.element() + ": on";
        }

        @Override
        public Undo.PowerOn restoring(String machine) {
            return new Undo.PowerOn(machine, "mine.yaml");
        }
    }
}
