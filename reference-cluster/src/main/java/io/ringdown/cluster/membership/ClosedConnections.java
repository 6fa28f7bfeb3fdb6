package io.ringdown.cluster.membership;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.View;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;

/**
 * Stands above the transport, which suspects a member as soon as a connection to it closes, and lets only true suspicions pass. Two members
 * that connect to each other at the same time close one of their two connections, too; a suspicion raised by that would exclude a member
 * that lives, at once or, remembered by one that is no coordinator yet, at the moment when it can be spared least. Whose neighbours on the
 * same machine are gone or die within moments, too, is suspected together with them: one view tells of a machine's death, not one after the
 * other.
 */
final class ClosedConnections extends Protocol {
    private static final int PATIENCE_MILLIS = 100;

    /**
     * A process that is killed closes its connections one after the other, and may be kept from going on with that for a while. Where
     * silence is no failure, nobody would suspect it again.
     */
    private static final int KNOCKS = 5;

    /** How much later than its neighbour a process may be seen to die by the same cause; for all neighbours together. */
    private static final int NEIGHBOURS_PATIENCE_MILLIS = 20;

    private final int neighboursPatienceMillis;
    private volatile List<Address> members = List.of();
    private volatile Consumer<Address> listener = gone -> {};

    ClosedConnections() {
        this(NEIGHBOURS_PATIENCE_MILLIS);
    }

    ClosedConnections(int neighboursPatienceMillis) {
        this.neighboursPatienceMillis = neighboursPatienceMillis;
    }

    /** Names whom to tell, before any view does, of each member that is gone. */
    void whenGone(Consumer<Address> listener) {
        this.listener = listener;
    }

    @Override
    public Object down(Event event) {
        if (event.type() == Event.VIEW_CHANGE) {
            View view = event.arg();
            members = view.getMembers();
        }
        return down_prot.down(event);
    }

    @Override
    public Object up(Event event) {
        if (event.type() != Event.SUSPECT) {
            return up_prot.up(event);
        }
        Collection<Address> suspects = event.arg();
        var gone = new ArrayList<Address>();
        suspects.stream().filter(this::isGoneAtLast).forEach(gone::add);
        if (gone.isEmpty()) {
            return null;
        }
        gone.forEach(listener);
        List<Address> neighbours = neighboursGone(gone);
        neighbours.forEach(listener);
        gone.addAll(neighbours);
        return up_prot.up(new Event(Event.SUSPECT, gone));
    }

    private boolean isGoneAtLast(Address suspect) {
        for (int knock = 0; knock < KNOCKS; knock++) {
            if (isGone(location(suspect), PATIENCE_MILLIS)) {
                return true;
            }
        }
        return false;
    }

    private List<Address> neighboursGone(List<Address> gone) {
        List<InetAddress> machines = gone.stream()
                .map(this::location)
                .filter(Objects::nonNull)
                .map(IpAddress::getIpAddress)
                .toList();
        long deadline = System.nanoTime() + neighboursPatienceMillis * 1_000_000L;
        return members.stream()
                .filter(member -> !gone.contains(member))
                .filter(member -> {
                    IpAddress address = location(member);
                    long left = (deadline - System.nanoTime()) / 1_000_000;
                    return address != null
                            && machines.contains(address.getIpAddress())
                            && isGone(address, (int) Math.max(1, left));
                })
                .toList();
    }

    /** Null if unknown. */
    private IpAddress location(Address member) {
        Object address = down_prot.down(new Event(Event.GET_PHYSICAL_ADDRESS, member));
        return address instanceof IpAddress known ? known : null;
    }

    /** Who is dead, or dying, refuses a connection or closes it; who lives accepts it and waits to hear whose it is. */
    private static boolean isGone(IpAddress address, int patienceMillis) {
        if (address == null) {
            return true;
        }
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address.getIpAddress(), address.getPort()), PATIENCE_MILLIS);
            socket.setSoTimeout(patienceMillis);
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
