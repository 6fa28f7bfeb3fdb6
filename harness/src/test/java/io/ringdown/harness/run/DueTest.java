package io.ringdown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DueTest {
    @Test
    void repairsMakeRoomForStrikesOfTheSameInstant() {
        FaultOrder later = order(Duration.ofMillis(5), null);
        FaultOrder repaired = order(Duration.ZERO, Duration.ofMillis(5));

        assertThat(Due.schedule(0, List.of(later, repaired)))
                .containsExactly(new Due(0, 1, false), new Due(5_000_000, 1, true), new Due(5_000_000, 0, false));
    }

    private static FaultOrder order(Duration after, Duration repairAfter) {
        return new FaultOrder(Domain.PROCESS, Kind.SILENT, List.of("a"), List.of("a"), after, repairAfter);
    }
}
