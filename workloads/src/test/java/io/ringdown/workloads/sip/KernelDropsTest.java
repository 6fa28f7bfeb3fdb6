package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.StandardSocketOptions;
import java.nio.ByteBuffer;
import java.nio.channels.DatagramChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;

class KernelDropsTest {
    private static final List<String> TABLE = List.of(
            "  sl  local_address rem_address   st tx_queue rx_queue tr tm->when retrnsmt   uid  timeout inode ref pointer drops",
            "  10: 0200007F:13CE 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 11 2 0000000000000000 5",
            "  11: 0100007F:13CE 00000000:0000 07 00000000:00000000 00:00000000 00000000     0        0 12 2 0000000000000000 7",
            "  12: 0100007F:0035 0100007F:13CE 01 00000000:00000000 00:00000000 00000000     0        0 13 2 0000000000000000 9");

    @Test
    void countsOnlyTheSocketOfThatAddress() {
        assertThat(KernelDrops.in(TABLE, new InetSocketAddress("127.0.0.1", 5070)))
                .isEqualTo(7);
        assertThat(KernelDrops.in(TABLE, new InetSocketAddress("127.0.0.2", 5070)))
                .isEqualTo(5);
    }

    @Test
    void whatTheTableDoesNotHoldIsUnknown() {
        assertThat(KernelDrops.in(TABLE, new InetSocketAddress("127.0.0.3", 5070)))
                .isEqualTo(KernelDrops.UNKNOWN);
        assertThat(KernelDrops.in(List.of(), new InetSocketAddress("127.0.0.1", 5070)))
                .isEqualTo(KernelDrops.UNKNOWN);
    }

    @Test
    void seesARealSocketOverflow() throws IOException {
        assumeTrue(Files.exists(Path.of("/proc/net/udp")), "no /proc/net/udp here");
        try (var full = DatagramChannel.open(java.net.StandardProtocolFamily.INET);
                var sender = DatagramChannel.open(java.net.StandardProtocolFamily.INET)) {
            full.setOption(StandardSocketOptions.SO_RCVBUF, 2_048);
            full.bind(new InetSocketAddress("127.0.0.1", 0));
            var address = (InetSocketAddress) full.getLocalAddress();
            assertThat(KernelDrops.of(address)).isZero();
            for (int i = 0; i < 50; i++) {
                sender.send(ByteBuffer.allocate(1_000), address);
            }
            assertThat(KernelDrops.of(address)).isBetween(30L, 50L);
        }
    }
}
