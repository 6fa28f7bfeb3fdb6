package io.ringdown.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jgroups.Address;
import org.jgroups.Event;
import org.jgroups.View;
import org.jgroups.stack.IpAddress;
import org.jgroups.stack.Protocol;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

class ClosedConnectionsTest {
    private final List<Address> suspected = new ArrayList<>();
    private final Map<Address, IpAddress> addresses = new HashMap<>();
    /** Of a busy machine, on which the thread that lets an element die may be kept waiting. */
    private final ClosedConnections connections = new ClosedConnections(1_000);

    ClosedConnectionsTest() {
        connections.setUpProtocol(new Protocol() {
            @Override
            public Object up(Event event) {
                Collection<Address> members = event.arg();
                suspected.addAll(members);
                return null;
            }
        });
        connections.setDownProtocol(new Protocol() {
            @Override
            public Object down(Event event) {
                return event.type() == Event.GET_PHYSICAL_ADDRESS ? addresses.get((Address) event.arg()) : null;
            }
        });
    }

    private static ServerSocket listening() throws IOException {
        return new ServerSocket(0, 8, InetAddress.getLoopbackAddress());
    }

    private Address member(int rank, ServerSocket socket) {
        var member = new UUID(7, rank);
        addresses.put(member, new IpAddress(socket.getInetAddress(), socket.getLocalPort()));
        return member;
    }

    @Test
    void onlyWhoIsGoneIsSuspected() throws IOException {
        try (var listening = listening()) {
            Address alive = member(1, listening);
            ServerSocket closed = listening();
            Address dead = member(2, closed);
            closed.close();

            connections.up(new Event(Event.SUSPECT, List.of(alive, dead)));

            assertThat(suspected).containsExactly(dead);
        }
    }

    @Test
    void whoDiesSlowlyIsKnockedAtAgain() throws Exception {
        ServerSocket listening = listening();
        Address dying = member(1, listening);
        var death = new Thread(() -> {
            // Whoever knocks first waits in vain, as at a living one's; with the second the door is gone.
            try (listening) {
                Socket first = listening.accept();
                listening.accept().close();
                first.close();
            } catch (IOException e) {
                // the test has ended
            }
        });
        death.start();

        connections.up(new Event(Event.SUSPECT, List.of(dying)));

        assertThat(suspected).containsExactly(dying);
        death.join();
    }

    @Test
    void whoAcceptsAndClosesIsDying() throws Exception {
        try (var listening = listening()) {
            Address dying = member(1, listening);
            var accepting = new Thread(() -> {
                try {
                    listening.accept().close();
                } catch (IOException e) {
                    // the test has ended
                }
            });
            accepting.start();

            connections.up(new Event(Event.SUSPECT, List.of(dying)));

            assertThat(suspected).containsExactly(dying);
            accepting.join();
        }
    }

    @Test
    void aNeighbourThatDiesByTheSameCauseIsSuspectedTogether() throws Exception {
        try (var living = listening()) {
            ServerSocket closed = listening();
            Address dead = member(1, closed);
            closed.close();
            ServerSocket closing = listening();
            Address dying = member(2, closing);
            Address alive = member(3, living);
            connections.down(new Event(Event.VIEW_CHANGE, View.create(dead, 1, dead, dying, alive)));
            var death = new Thread(() -> {
                try (closing) {
                    closing.accept().close();
                } catch (IOException e) {
                    // the test has ended
                }
            });
            death.start();

            var told = new ArrayList<Address>();
            connections.whenGone(told::add);

            connections.up(new Event(Event.SUSPECT, List.of(dead)));

            assertThat(suspected).containsExactly(dead, dying);
            assertThat(told).containsExactly(dead, dying);
            death.join();
        }
    }

    @Test
    void anotherMachineIsNoNeighbour() throws IOException {
        ServerSocket closed = listening();
        Address dead = member(1, closed);
        closed.close();
        var elsewhere = new ServerSocket(0, 8, InetAddress.getByName("127.0.0.2"));
        Address other = member(2, elsewhere);
        elsewhere.close();
        connections.down(new Event(Event.VIEW_CHANGE, View.create(dead, 1, dead, other)));

        connections.up(new Event(Event.SUSPECT, List.of(dead)));

        assertThat(suspected).containsExactly(dead);
    }

    @Test
    void whoseAddressNobodyKnowsIsGone() {
        Address unknown = new UUID(7, 3);
        connections.up(new Event(Event.SUSPECT, List.of(unknown)));
        assertThat(suspected).containsExactly(unknown);
    }
}
