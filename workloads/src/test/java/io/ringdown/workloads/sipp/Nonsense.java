package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** Answers every request by a response that does not say which one it is for. */
final class Nonsense implements AutoCloseable {
    private final DatagramSocket socket =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final Thread answering = new Thread(this::answer, "nonsense");

    Nonsense() throws IOException {
        answering.setDaemon(true);
        answering.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void answer() {
        var packet = new DatagramPacket(new byte[65_536], 65_536);
        try {
            while (true) {
                packet.setLength(65_536);
                socket.receive(packet);
                String request = new String(packet.getData(), 0, packet.getLength(), US_ASCII);
                byte[] answer = request.replaceFirst(".*", "SIP/2.0 200 OK")
                        .replaceFirst("\r\nCSeq:.*", "")
                        .getBytes(US_ASCII);
                socket.send(new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
            }
        } catch (IOException e) {
            // closed
        }
    }

    @Override
    public void close() {
        socket.close();
    }
}
