package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.StandardProtocolFamily;
import java.nio.channels.DatagramChannel;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

class BatchesTest {
    private final DatagramChannel channel = open();
    private final DatagramSocket one = socket();
    private final DatagramSocket other = socket();
    private int lost;
    private Batches batches;

    private static DatagramChannel open() {
        try {
            return DatagramChannel.open(StandardProtocolFamily.INET).bind(new InetSocketAddress("127.0.0.1", 0));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private static DatagramSocket socket() {
        try {
            var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
            socket.setSoTimeout(10_000);
            return socket;
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @BeforeEach
    void partition() throws IOException {
        SegmentSize size = SegmentSize.of((InetSocketAddress) channel.getLocalAddress());
        assumeTrue(size != null, "this kernel parts no datagrams (UDP_SEGMENT, Linux 4.18)");
        batches = new Batches(channel, size, number -> lost += number);
    }

    @AfterEach
    void close() throws IOException {
        channel.close();
        one.close();
        other.close();
    }

    private static byte[] datagram(int length, int number) {
        var data = new byte[length];
        Arrays.fill(data, (byte) number);
        return data;
    }

    private static InetSocketAddress address(DatagramSocket socket) {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private static List<String> received(DatagramSocket socket, int number) throws IOException {
        var seen = new ArrayList<String>();
        for (int i = 0; i < number; i++) {
            var packet = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(packet);
            byte last = packet.getData()[packet.getLength() - 1];
            seen.add(packet.getLength() + (packet.getData()[0] == last ? " of " + last : " torn"));
        }
        return seen;
    }

    @Test
    void arriveAsTheyWereWhateverWaitedWithThem() throws IOException {
        for (int i = 0; i < 20; i++) {
            batches.add(datagram(500, i), address(one));
            batches.add(datagram(300, i), address(other));
        }
        batches.add(datagram(700, 20), address(one));
        batches.flush();
        List<String> seen = received(one, 21);
        for (int i = 0; i < 20; i++) {
            assertThat(seen.get(i)).isEqualTo("500 of " + i);
        }
        assertThat(seen.get(20)).isEqualTo("700 of 20");
        assertThat(received(other, 20)).allMatch(each -> each.startsWith("300 of "));
        assertThat(lost).isZero();
    }

    @Test
    void aLongOneAloneIsNotPartedByWhatWentBefore() throws IOException {
        batches.add(datagram(100, 1), address(one));
        batches.add(datagram(100, 2), address(one));
        batches.flush();
        batches.add(datagram(60_000, 3), address(one));
        batches.add(datagram(60_000, 4), address(one));
        batches.flush();
        assertThat(received(one, 4)).containsExactly("100 of 1", "100 of 2", "60000 of 3", "60000 of 4");
    }

    @Test
    void manyKindsDoNotPileUp() throws IOException {
        for (int length = 1; length <= 30; length++) {
            batches.add(datagram(length, length), address(one));
        }
        batches.flush();
        List<String> seen = received(one, 30);
        for (int length = 1; length <= 30; length++) {
            assertThat(seen.get(length - 1)).isEqualTo(length + " of " + length);
        }
    }

    @Test
    void whatIsTooLongForADatagramIsLostAndCounted() {
        batches.add(new byte[65_508], address(one));
        batches.flush();
        assertThat(lost).isEqualTo(1);
    }

    @Test
    void aSocketThatIsNotThereHasNoSuchOption() throws IOException {
        InetSocketAddress gone = address(other);
        other.close();
        assertThat(SegmentSize.of(gone)).isNull();
    }
}
