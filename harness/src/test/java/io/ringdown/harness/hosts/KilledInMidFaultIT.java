package io.ringdown.harness.hosts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.record.FaultOrder.Kind;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Whatever faults are in force when the harness is killed: all that they have touched is soon as it was before. */
class KilledInMidFaultIT {
    @TempDir
    private Path folder;

    private StruckHarness harness;

    @AfterEach
    void end() throws Exception {
        if (harness != null) {
            harness.kill();
            // Before its ledger is deleted with the folder.
            heal();
        }
    }

    @Test
    void nothingOutlivesTheHarness() throws Exception {
        List<Kind> kinds = StruckHarness.kinds(Kind.RATE);
        List<String> before = HostState.of(folder);
        strike(kinds);
        assertThat(HostState.of(folder).toString()).contains(traces(kinds));

        harness.kill();

        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(HostState.of(folder)).isEqualTo(before));
        assertThat(heal().complete()).isTrue();
    }

    /** A device has one queue at a time. */
    @ParameterizedTest
    @EnumSource(
            value = Kind.class,
            names = {"DELAY", "DUPLICATE", "REORDER"})
    void noQueueOutlivesTheHarness(Kind kind) throws Exception {
        assumeTrue(StruckHarness.refusal(kind).isEmpty(), StruckHarness.refusal(kind));
        List<String> before = HostState.of(folder);
        strike(List.of(kind));

        harness.kill();

        await().atMost(10, SECONDS)
                .untilAsserted(() -> assertThat(HostState.of(folder)).isEqualTo(before));
    }

    /** Its keeper dies with it: then whoever heals by the ledger has all to do. */
    @Test
    void whatTheKeeperCannotUndoHealingDoes() throws Exception {
        List<Kind> kinds = StruckHarness.kinds(Kind.RATE);
        List<String> before = HostState.of(folder);
        strike(kinds);

        harness.killWithKeeper();

        assertThat(HostState.of(folder)).isNotEqualTo(before);
        Healer.Report healed = heal();
        assertThat(healed.complete()).as(healed.lines().toString()).isTrue();
        await().untilAsserted(() -> assertThat(HostState.of(folder)).isEqualTo(before));
    }

    private void strike(List<Kind> kinds) throws IOException {
        harness = StruckHarness.start(folder, null, kinds);
        harness.awaitStruck();
        assertThat(harness.refused()).isEmpty();
    }

    /** What is to be seen of faults while they are in force, so that its absence says something. */
    static String[] traces(List<Kind> kinds) {
        return kinds.stream()
                .map(kind -> switch (kind) {
                    case ISOLATE, LOSS -> "rule: -A RINGDOWN-";
                    case RATE -> "qdisc htb 7";
                    case CPU -> "kill -0 \"$PPID\"";
                    case MEMORY -> "dd if=/dev/zero";
                    case DISK -> "used.disk tmpfs";
                    case CLOCK -> "clock-engine.clock";
                    default -> "sleep";
                })
                .distinct()
                .toArray(String[]::new);
    }

    private Healer.Report heal() throws IOException {
        return Healer.heal(folder.resolve("ledger.jsonl"));
    }
}
