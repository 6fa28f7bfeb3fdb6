package io.ringdown.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;

/** A client on a socket of its own. */
final class UdpCaller extends RawCaller {
    private final DatagramSocket socket;
    private final InetSocketAddress service;

    UdpCaller(String callId, String from, String to) throws IOException {
        super("UDP", callId);
        socket = new DatagramSocket(0, InetAddress.getByName(from));
        socket.setSoTimeout(PATIENCE_MILLIS);
        service = new InetSocketAddress(InetAddress.getByName(to), 5060);
    }

    @Override
    void patience(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    @Override
    void send(String text) throws IOException {
        byte[] bytes = bytes(text);
        socket.send(new DatagramPacket(bytes, bytes.length, service));
    }

    @Override
    String receive() throws IOException {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        socket.receive(packet);
        return new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
    }

    @Override
    public void close() {
        socket.close();
    }
}
