package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

class HealthCheckTest {
    /** It is there, and does not serve. */
    @Test
    @Timeout(value = 30, unit = TimeUnit.SECONDS)
    void whoOnlyTriesIsNotWaitedForForEver() throws Exception {
        try (var socket = new DatagramSocket(new InetSocketAddress("127.0.0.1", 0))) {
            var trying = new Thread(() -> tryForEver(socket));
            trying.start();
            String sip = "127.0.0.1:" + socket.getLocalPort();

            assertThat(HealthCheck.answers(sip)).isFalse();
            assertThat(HealthCheck.isHeard(sip)).isTrue();
        }
    }

    private static void tryForEver(DatagramSocket socket) {
        byte[] trying = "SIP/2.0 100 Trying\r\n\r\n".getBytes(StandardCharsets.ISO_8859_1);
        try {
            var asked = new DatagramPacket(new byte[2_000], 2_000);
            socket.receive(asked);
            socket.setSoTimeout(1);
            while (true) {
                socket.send(new DatagramPacket(trying, trying.length, asked.getSocketAddress()));
                LockSupport.parkNanos(50_000_000);
                asked = next(socket, asked);
            }
        } catch (IOException e) {
            // it is over
        }
    }

    private static DatagramPacket next(DatagramSocket socket, DatagramPacket before) throws IOException {
        try {
            var asked = new DatagramPacket(new byte[2_000], 2_000);
            socket.receive(asked);
            return asked;
        } catch (java.net.SocketTimeoutException e) {
            return before;
        }
    }
}
