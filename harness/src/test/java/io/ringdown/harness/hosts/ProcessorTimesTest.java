package io.ringdown.harness.hosts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.record.MachineLoad;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class ProcessorTimesTest {
    private static final long HALF_A_SECOND = 500_000_000;

    /** User, system and stolen time, what a quota withheld, and nice time where the run is nice itself; neither idle time nor the kernel's for interrupts. */
    @Test
    void processesAndStolenTimeCount() throws Exception {
        List<String> stat = List.of(
                "cpu  100 20 3 1000 50 7 9 4 0 0", "cpu0 1 0 0 1 0 0 0 0 0 0", "cpu1 1 0 0 1 0 0 0 0 0 0", "ctxt 1");

        assertThat(ProcessorTimes.in(stat, false, 7, 5)).isEqualTo(new ProcessorTimes(2, 1_070_000_007L, 5));
        assertThat(ProcessorTimes.in(stat, true, 0, 5)).isEqualTo(new ProcessorTimes(2, 1_270_000_000L, 5));
        assertThatThrownBy(() -> ProcessorTimes.in(List.of("intr 0"), false, 0, 0))
                .isInstanceOf(IOException.class);
    }

    /** The same child, alive and dead: its time is not lost with it, so that a victim's death is no stranger's doing. */
    @Test
    void aChildsTimeIsOursWhileItLivesAndAfterwards() throws Exception {
        long before = ProcessorTimes.now(List.of()).own();
        Process busy = busy();
        try {
            ProcessIdentity child = LinuxProcesses.identify(busy.pid()).orElseThrow();
            await().atMost(30, SECONDS)
                    .until(() -> ProcessorTimes.now(List.of(child)).own() - before > HALF_A_SECOND);
            long living = ProcessorTimes.now(List.of(child)).own();
            busy.destroyForcibly().waitFor();

            assertThat(ProcessorTimes.now(List.of(child)).own()).isGreaterThanOrEqualTo(living);
            assertThat(ProcessorTimes.now(List.of()).own()).isGreaterThanOrEqualTo(living);
        } finally {
            busy.destroyForcibly();
        }
    }

    /** A busy process that the run does not own is a stranger. */
    @Test
    void whatIsNotOursIsOthers() throws Exception {
        var loads = new CopyOnWriteArrayList<MachineLoad>();
        Process busy = busy();
        try (MachineWatch watch = MachineWatch.start(List::of, RunClock.startingNow(), loads::add)) {
            await().atMost(30, SECONDS)
                    .until(() -> loads.stream().mapToLong(MachineLoad::others).sum() > HALF_A_SECOND);

            assertThat(watch.seen()).isNotEmpty().allSatisfy(load -> {
                assertThat(load.processors()).isPositive();
                assertThat(load.until()).isGreaterThan(load.from());
                assertThat(load.own()).isNotNegative();
            });
        } finally {
            busy.destroyForcibly();
        }
    }

    private static Process busy() throws IOException {
        return new ProcessBuilder("sh", "-c", "while :; do :; done").start();
    }
}
