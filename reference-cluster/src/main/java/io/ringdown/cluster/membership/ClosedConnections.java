package io.ringdown.cluster.membership;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.Collection;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;

/**
 * Stands above the transport, which suspects a member as soon as a connection to it closes, and lets only true suspicions pass. Two members
 * that connect to each other at the same time close one of their two connections, too; a suspicion raised by that would exclude a member
 * that lives, at once or, remembered by one that is no coordinator yet, at the moment when it can be spared least.
 */
public final class ClosedConnections extends Protocol {
    private static final int PATIENCE_MILLIS = 100;

    @Override
    public Object up(Event event) {
        if (event.type() != Event.SUSPECT) {
            return up_prot.up(event);
        }
        Collection<Address> suspects = event.arg();
        List<Address> gone = suspects.stream().filter(this::isGone).toList();
        return gone.isEmpty() ? null : up_prot.up(new Event(Event.SUSPECT, gone));
    }

    /** Who is dead, or dying, refuses a connection or closes it; who lives accepts it and waits to hear whose it is. */
    private boolean isGone(Address suspect) {
        if (!(down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, suspect)) instanceof IpAddress address)) {
            return true;
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getIpAddress(), address.getPort()), PATIENCE_MILLIS);
            socket.setSoTimeout(PATIENCE_MILLIS);
            return read(socket);
        } catch (IOException e) {
            return true;
        }
    }

    private static boolean read(Socket socket) throws IOException {
        try {
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException e) {
            return false;
        }
    }
}
