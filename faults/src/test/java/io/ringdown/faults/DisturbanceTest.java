package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.FaultOrder.Direction;
import io.ringdown.record.FaultOrder.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

class DisturbanceTest {
    private static final Disturbance CUT = new Disturbance(
            "r1m1",
            Kind.ISOLATE,
            List.of("127.1.1.1"),
            List.of(),
            "127.0.0.1",
            List.of("127.1.1.1:8060"),
            Direction.BOTH,
            0);

    @Test
    void theWayOfTheHarnessIsSpared() {
        assertThat(CUT.sparing("127.0.0.1 40000 127.1.1.1 2222").open())
                .containsExactly("127.1.1.1:8060", "127.1.1.1:2222");
        assertThat(CUT.sparing("127.0.0.1 40000 127.9.9.9 22"))
                .as("leads elsewhere")
                .isEqualTo(CUT);
        assertThat(CUT.sparing(null)).as("there is none").isEqualTo(CUT);
    }
}
