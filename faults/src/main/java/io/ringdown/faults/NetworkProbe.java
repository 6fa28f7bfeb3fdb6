package io.ringdown.faults;

import io.ringdown.record.FaultOrder.Direction;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.HashSet;
import java.util.Locale;

/**
 * Messages of the harness's own between an address inside a disturbance and one outside: datagrams, and a TCP connection that was
 * established before. Both addresses must be of this machine.
 */
final class NetworkProbe implements AutoCloseable {
    /** Packets on one machine arrive within microseconds; a quarter of a second is for a busy one. */
    private static final Duration ARRIVED = Duration.ofMillis(250);

    private static final int PACKET = 64;

    private final DatagramSocket inside;
    private final DatagramSocket outside;
    private final Socket near;
    private final Socket far;

    /** How it says something without a connection. */
    interface Sockets {
        DatagramSocket at(InetAddress address) throws IOException;
    }

    /** @throws IOException if an address is not of this machine */
    NetworkProbe(String inside, String outside) throws IOException {
        this(inside, outside, address -> new DatagramSocket(new InetSocketAddress(address, 0)));
    }

    NetworkProbe(String inside, String outside, Sockets sockets) throws IOException {
        this.inside = sockets.at(InetAddress.getByName(inside));
        this.outside = sockets.at(InetAddress.getByName(outside));
        try (var listener = new ServerSocket(0, 1, InetAddress.getByName(outside))) {
            listener.setSoTimeout((int) ARRIVED.toMillis());
            near = new Socket();
            near.bind(new InetSocketAddress(inside, 0));
            near.connect(listener.getLocalSocketAddress(), (int) ARRIVED.toMillis());
            far = listener.accept();
        } catch (IOException e) {
            close();
            throw e;
        }
        near.setTcpNoDelay(true);
        far.setTcpNoDelay(true);
    }

    /** Whether a datagram arrives, in one direction. */
    boolean datagramArrives(Direction way) throws IOException {
        return send(way, 1, Duration.ZERO).arrived > 0;
    }

    /** Whether a byte on the connection that was established before arrives. */
    boolean byteArrives(Direction way) throws IOException {
        Socket from = way == Direction.OUT ? near : far;
        Socket to = way == Direction.OUT ? far : near;
        from.getOutputStream().write(1);
        to.setSoTimeout((int) ARRIVED.toMillis());
        try {
            return to.getInputStream().read() >= 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }

    /**
     * What became of datagrams that were sent one by one.
     *
     * @param delay by how much later than ever they are to come
     */
    Fate send(Direction way, int count, Duration delay) throws IOException {
        DatagramSocket from = way == Direction.OUT ? inside : outside;
        DatagramSocket to = way == Direction.OUT ? outside : inside;
        var fate = new Fate();
        fate.sent = count;
        int series = (int) System.nanoTime();
        for (int number = 0; number < count; number++) {
            byte[] bytes = ByteBuffer.allocate(PACKET)
                    .putInt(series)
                    .putInt(number)
                    .putLong(System.nanoTime())
                    .array();
            from.send(new DatagramPacket(bytes, bytes.length, to.getLocalSocketAddress()));
            // What goes straight through has arrived already: this keeps the socket's buffer from overflowing.
            receive(to, series, Duration.ofMillis(1), fate, false);
        }
        if (count > 1 || fate.arrived == 0) {
            receive(to, series, ARRIVED.plus(delay), fate, true);
        }
        return fate;
    }

    private static void receive(DatagramSocket to, int series, Duration patience, Fate fate, boolean all)
            throws IOException {
        var packet = new DatagramPacket(new byte[PACKET], PACKET);
        to.setSoTimeout((int) patience.toMillis());
        while (true) {
            try {
                to.receive(packet);
            } catch (SocketTimeoutException e) {
                return;
            }
            ByteBuffer read = ByteBuffer.wrap(packet.getData());
            if (read.getInt() == series) {
                fate.count(read.getInt(), System.nanoTime() - read.getLong());
                if (!all || fate.sent == 1) {
                    return;
                }
            }
        }
    }

    /** What became of datagrams. */
    static final class Fate {
        int sent;
        int arrived;
        int twice;
        int overtaken;
        private long nanos;
        private int highest = -1;
        private final HashSet<Integer> numbers = new HashSet<>();

        private void count(int number, long took) {
            if (!numbers.add(number)) {
                twice++;
                return;
            }
            arrived++;
            nanos += took;
            if (number < highest) {
                overtaken++;
            }
            highest = Math.max(highest, number);
        }

        double seconds() {
            return arrived == 0 ? 0 : nanos / 1e9 / arrived;
        }

        double lost() {
            return (double) (sent - arrived) / sent;
        }

        @Override
        public String toString() {
            return String.format(
                    Locale.ROOT,
                    "%d of %d datagrams arrived, %d twice, %d overtaken, after %.2f ms",
                    arrived,
                    sent,
                    twice,
                    overtaken,
                    seconds() * 1e3);
        }
    }

    /** Whether the connection has not been ended. */
    boolean connected() {
        return !near.isClosed();
    }

    /** Ends the connection: what could not get through would be sent again and again, and look like what others say. */
    void disconnect() {
        for (Socket socket : new Socket[] {near, far}) {
            try {
                if (socket != null) {
                    // Reset rather than closed: nothing is to be sent again.
                    socket.setSoLinger(true, 0);
                    socket.close();
                }
            } catch (IOException e) {
                // it is of no more use
            }
        }
    }

    @Override
    public void close() {
        inside.close();
        outside.close();
        disconnect();
    }
}
