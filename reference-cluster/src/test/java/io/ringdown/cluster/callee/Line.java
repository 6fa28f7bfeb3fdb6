package io.ringdown.cluster.callee;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.function.BiConsumer;

/** A socket of a user agent and the thread that reads it. */
public final class Line implements AutoCloseable {
    private static final int REPEAT_MILLIS = 100;

    private final DatagramSocket socket;
    private final Thread thread;

    /**
     * Opens it.
     *
     * @param received takes what comes, and who sent it
     * @param now and then called when nothing comes, or a tenth of a second has passed
     */
    public Line(String host, int port, BiConsumer<String, InetSocketAddress> received, Runnable now)
            throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName(host), port));
        socket.setSoTimeout(REPEAT_MILLIS);
        thread = new Thread(() -> read(received, now), "line " + host);
        thread.start();
    }

    private void read(BiConsumer<String, InetSocketAddress> received, Runnable now) {
        var packet = new DatagramPacket(new byte[8_000], 8_000);
        long next = 0;
        while (!socket.isClosed()) {
            try {
                packet.setLength(8_000);
                socket.receive(packet);
                received.accept(new String(packet.getData(), 0, packet.getLength(), ISO_8859_1), (InetSocketAddress)
                        packet.getSocketAddress());
            } catch (SocketTimeoutException e) {
                // nothing came
            } catch (IOException e) {
                return;
            }
            if (System.nanoTime() - next >= 0) {
                next = System.nanoTime() + REPEAT_MILLIS * 1_000_000L;
                now.run();
            }
        }
    }

    /** Where it is. */
    public InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    public void send(String text, InetSocketAddress to) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        } catch (IOException e) {
            // lost, as on the wire
        }
    }

    @Override
    public void close() {
        socket.close();
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }
}
