package io.ringdown.cluster.sip;

import java.io.IOException;
import java.net.BindException;
import java.net.InetSocketAddress;
import java.net.SocketOption;
import java.net.StandardSocketOptions;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.util.Map;
import jdk.net.ExtendedSocketOptions;

/** How this cluster's TCP sockets are set. */
final class TcpSockets {
    /**
     * Of the kernel, for each direction, and as much is read at a time: what waits there nobody sees, so it should be little, and thousands of
     * connections should not have megabytes each.
     */
    static final int BUFFER = 64 << 10;

    private static final int WAITING = 1_024;

    /** A client whose machine is gone answers no probe: it is dropped after a minute (seconds, seconds, probes). */
    private static final Map<SocketOption<Integer>, Integer> ALIVE = Map.of(
            ExtendedSocketOptions.TCP_KEEPIDLE, 30,
            ExtendedSocketOptions.TCP_KEEPINTERVAL, 10,
            ExtendedSocketOptions.TCP_KEEPCOUNT, 3);

    private TcpSockets() {}

    /** A socket that listens. Another process may do so already and be frozen: new connections are shared with it. */
    static ServerSocketChannel listener(InetSocketAddress address) throws IOException {
        var listener = ServerSocketChannel.open();
        try {
            listener.setOption(StandardSocketOptions.SO_REUSEADDR, true);
            listener.setOption(StandardSocketOptions.SO_REUSEPORT, true);
            // Of those that it accepts; later it would be too late.
            listener.setOption(StandardSocketOptions.SO_RCVBUF, BUFFER);
            listener.bind(address, WAITING);
        } catch (BindException e) {
            listener.close();
            throw new BindException("TCP " + address + " cannot be bound: " + e.getMessage());
        }
        listener.configureBlocking(false);
        return listener;
    }

    /** Sets what all connections have in common. */
    static void prepare(SocketChannel channel) throws IOException {
        channel.configureBlocking(false);
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_SNDBUF, BUFFER);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        for (var option : ALIVE.entrySet()) {
            if (channel.supportedOptions().contains(option.getKey())) {
                channel.setOption(option.getKey(), option.getValue());
            }
        }
    }

    static void closeQuietly(SocketChannel channel) {
        try {
            if (channel != null) {
                channel.close();
            }
        } catch (IOException e) {
            // it is gone one way or the other
        }
    }
}
