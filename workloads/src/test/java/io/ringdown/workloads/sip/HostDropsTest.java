package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class HostDropsTest {
    @Test
    void theCounterIsFoundByItsName() {
        assertThat(HostDrops.in(
                        List.of("Tcp: RcvbufErrors", "Tcp: 5", "Udp: InDatagrams NoPorts RcvbufErrors", "Udp: 7 0 42"),
                        "RcvbufErrors"))
                .isEqualTo(42);
    }

    @Test
    void whatIsNotToldIsUnknown() {
        assertThat(HostDrops.in(List.of(), "RcvbufErrors")).isEqualTo(HostDrops.UNKNOWN);
        assertThat(HostDrops.in(List.of("Udp: InDatagrams", "Udp: 7"), "RcvbufErrors"))
                .isEqualTo(HostDrops.UNKNOWN);
        assertThat(HostDrops.in(List.of("Udp: RcvbufErrors", "Udp: many"), "RcvbufErrors"))
                .isEqualTo(HostDrops.UNKNOWN);
        assertThat(HostDrops.between(3, HostDrops.UNKNOWN)).isEqualTo(HostDrops.UNKNOWN);
        assertThat(HostDrops.between(3, 5)).isEqualTo(2);
    }

    @Test
    void thisKernelTells() {
        if (Files.isReadable(Path.of("/proc/net/snmp"))) {
            assertThat(HostDrops.now()).isNotNegative();
        }
    }
}
