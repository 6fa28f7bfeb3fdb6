package io.ringdown.harness.hosts.ssh;

import com.jcraft.jsch.ChannelDirectTCPIP;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Proxy;
import com.jcraft.jsch.Session;
import com.jcraft.jsch.SocketFactory;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.Socket;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * A way through a jump (RFC 4254 section 7.2) that one connection goes. It begins within this process: a port of this machine would be open to everybody
 * on it.
 */
final class Tunnel implements Proxy {
    private final Arrivals arrivals = new Arrivals();
    private final Runnable whenClosed;
    private final AtomicBoolean closed = new AtomicBoolean();
    private ChannelDirectTCPIP channel;
    private OutputStream departures;

    /** @param whenClosed run once */
    Tunnel(Runnable whenClosed) {
        this.whenClosed = whenClosed;
    }

    /** @throws JSchException if there is no way; {@link #refusal} may tell why */
    void open(Session jump, SshServer to, Duration patience) throws JSchException {
        channel = Channels.open(jump, "direct-tcpip", ChannelDirectTCPIP.class);
        channel.setHost(to.address());
        channel.setPort(to.port());
        channel.setOutputStream(arrivals);
        try {
            departures = channel.getOutputStream();
        } catch (IOException e) {
            throw new JSchException(e.getMessage(), e);
        }
        channel.connect(Math.toIntExact(patience.toMillis()));
        if (!channel.isConnected()) {
            throw new JSchException(Channels.DOWN);
        }
    }

    /** The jump's reason for not opening it (RFC 4254 section 5.1); -1: it gave none. */
    int refusal() {
        return channel == null ? -1 : channel.getExitStatus();
    }

    @Override
    public void connect(SocketFactory none, String host, int port, int timeout) {
        // it is open
    }

    @Override
    public InputStream getInputStream() {
        return arrivals.reader();
    }

    @Override
    public OutputStream getOutputStream() {
        return departures;
    }

    /** JSch sets its deadlines on a socket, and takes one for none where there is no socket. */
    @Override
    public Socket getSocket() {
        return new Socket() {
            @Override
            public void setSoTimeout(int millis) {
                arrivals.setPatience(millis);
            }
        };
    }

    @Override
    public void close() {
        if (!closed.getAndSet(true)) {
            if (channel != null) {
                channel.disconnect();
            }
            arrivals.close();
            whenClosed.run();
        }
    }
}
