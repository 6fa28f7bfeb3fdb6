package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.Test;

class UdpSourcesTest {
    private static final InetSocketAddress ONE = new InetSocketAddress("127.0.0.5", 0);
    private static final InetSocketAddress TWO = new InetSocketAddress("127.0.0.6", 0);

    private final List<String> seen = new CopyOnWriteArrayList<>();

    private Receiver noting(String name) {
        return (data, length, from) -> seen.add(name + " received " + data[0]);
    }

    @Test
    void eachSendsFromItsAddressAndHearsWhatComesToIt() throws IOException {
        try (var far = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
                var loop = new UdpSources(List.of(ONE, TWO), System::nanoTime)) {
            far.setSoTimeout(10_000);
            Wire second = loop.wires().get(1);
            second.at(
                    System.nanoTime(),
                    () -> second.send(new byte[] {7}, new InetSocketAddress("127.0.0.1", far.getLocalPort())));
            loop.start(List.of(noting("one"), noting("two")));
            var packet = new DatagramPacket(new byte[10], 10);
            far.receive(packet);
            assertThat(packet.getSocketAddress()).isEqualTo(second.local());
            assertThat(packet.getAddress().getHostAddress()).isEqualTo("127.0.0.6");
            packet.setData(new byte[] {8});
            far.send(packet);
            packet.setSocketAddress(loop.wires().get(0).local());
            packet.setData(new byte[] {9});
            far.send(packet);
            await().until(() -> seen.size() == 2);
            assertThat(seen).containsExactlyInAnyOrder("two received 8", "one received 9");
            assertThat(loop.sendErrors()).isZero();
        }
    }

    /** Nobody fetches what comes before the loop starts. */
    @Test
    void dropsOfAllSocketsAreAddedUp() throws IOException {
        var loop = new UdpSources(List.of(ONE, TWO), System::nanoTime);
        try (var far = new DatagramSocket()) {
            assumeTrue(loop.kernelDrops() != KernelDrops.UNKNOWN, "this kernel tells no drops");
            assertThat(loop.kernelDrops()).isZero();
            for (Wire wire : loop.wires()) {
                var packet = new DatagramPacket(new byte[60_000], 60_000, wire.local());
                while (KernelDrops.of(wire.local()) == 0) {
                    far.send(packet);
                }
            }
        } finally {
            loop.close();
        }
        assertThat(loop.kernelDrops()).isGreaterThanOrEqualTo(2);
    }

    @Test
    void anAddressThatIsTakenIsNamed() throws IOException {
        try (var taken = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))) {
            var address = (InetSocketAddress) taken.getLocalSocketAddress();
            assertThatThrownBy(() -> new UdpSources(List.of(ONE, address), System::nanoTime))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("cannot be bound");
        }
    }
}
