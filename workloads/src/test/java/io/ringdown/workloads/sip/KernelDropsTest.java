package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelDropsTest {
    private static final List<String> TABLE = List.of(
            "   sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops            ",
            "  310: 0100007F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 48071 2 0000000000000000 17           ",
            "  311: 0101017F:13C4 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 48072 2 0000000000000000 5            ",
            "  312: 0100007F:1770 0100007F:13C4 01 00000000:00000000 00:00000000 00000000     0        0 48073 2 0000000000000000 99           ",
            "  313: 00000000:13C5 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 48074 2 0000000000000000 0            ");

    @Test
    void readsTheDropsColumnOfTheVerySocket() {
        assertThat(KernelDrops.in(TABLE, new InetSocketAddress("127.0.0.1", 5060)))
                .isEqualTo(17);
        assertThat(KernelDrops.in(TABLE, new InetSocketAddress("127.1.1.1", 5060)))
                .isEqualTo(5);
        assertThat(KernelDrops.in(TABLE, new InetSocketAddress("0.0.0.0", 5061)))
                .isZero();
    }

    @Test
    void tellsThatItDoesNotKnow() {
        assertThat(KernelDrops.in(TABLE, new InetSocketAddress("127.0.0.1", 5062)))
                .isEqualTo(KernelDrops.UNKNOWN);
        assertThat(KernelDrops.in(List.of(), new InetSocketAddress("127.0.0.1", 5060)))
                .isEqualTo(KernelDrops.UNKNOWN);
        assertThat(KernelDrops.in(List.of("1: 0100007F:13C4 nonsense"), new InetSocketAddress("127.0.0.1", 5060)))
                .isEqualTo(KernelDrops.UNKNOWN);
    }

    @Test
    void aLoopTellsOfDatagramsThatItDidNotFetchInTime() throws IOException {
        assumeThat(Path.of("/proc/net/udp")).isReadable();
        try (var idle = new UdpLoop(
                        new InetSocketAddress("127.0.0.1", 0), System::nanoTime, (data, length, from) -> {});
                var sender = new DatagramSocket()) {
            assertThat(idle.kernelDrops()).isZero();
            for (int i = 0; i < 20_000 && idle.kernelDrops() == 0; i += 100) {
                for (int j = 0; j < 100; j++) {
                    sender.send(new DatagramPacket(new byte[8_000], 8_000, idle.local()));
                }
            }
            assertThat(idle.kernelDrops()).isPositive();
        }
    }
}
