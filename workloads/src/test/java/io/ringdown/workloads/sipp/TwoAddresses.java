package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** A callee at two addresses that accepts everything at either; the second falls silent at its first INFO. */
final class TwoAddresses implements AutoCloseable {
    private final DatagramSocket first = socket();
    private final DatagramSocket second = socket();
    private volatile boolean silent;

    TwoAddresses() throws IOException {
        for (DatagramSocket socket : List.of(first, second)) {
            var thread = new Thread(() -> answer(socket), "callee");
            thread.setDaemon(true);
            thread.start();
        }
    }

    private static DatagramSocket socket() throws IOException {
        return new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
    }

    List<InetSocketAddress> addresses() {
        return Stream.of(first, second)
                .map(socket -> (InetSocketAddress) socket.getLocalSocketAddress())
                .toList();
    }

    private void answer(DatagramSocket socket) {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            while (true) {
                packet.setLength(65_535);
                socket.receive(packet);
                String request = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
                silent |= socket == second && request.startsWith("INFO");
                if (!request.startsWith("ACK") && !(silent && socket == second)) {
                    byte[] response = response(request).getBytes(ISO_8859_1);
                    socket.send(new DatagramPacket(response, response.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException e) {
            // closed
        }
    }

    private static String response(String request) {
        return "SIP/2.0 200 OK\r\n"
                + request.lines()
                        .filter(line -> line.matches("(Via|From|To|Call-ID|CSeq): .*"))
                        .map(line -> line.startsWith("To:") && !line.contains(";tag=") ? line + ";tag=callee" : line)
                        .collect(Collectors.joining("\r\n"))
                + "\r\nContact: <sip:callee@127.0.0.1>\r\nContent-Length: 0\r\n\r\n";
    }

    @Override
    public void close() {
        first.close();
        second.close();
    }
}
