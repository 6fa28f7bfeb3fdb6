package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** A service address that an element holds while it is its turn, and the loop on which it receives there. */
final class HeldAddress implements AutoCloseable {
    /** The service has nobody else to hold its address. */
    private static final long BIND_AGAIN_MICROS = 20_000;

    /** The next holder, once it has bound the address too, gets all that comes; what came before is still to be passed on. */
    private static final long LET_GO_MICROS = 100_000;

    /** Has a loop take TCP connections. */
    interface Listening {
        void on(EventLoop loop) throws IOException;
    }

    private final ElementConfig self;
    private final InetSocketAddress address;
    private final EventLoop loop;
    private final Listening listening;
    private final Supplier<Members> members;
    private final BiConsumer<String, Map<String, Object>> events;

    /**
     * An address that is not held yet.
     *
     * @param listening takes the TCP connections to the address
     */
    HeldAddress(
            ElementConfig self,
            InetSocketAddress address,
            EventLoop loop,
            Listening listening,
            Supplier<Members> members,
            BiConsumer<String, Map<String, Object>> events) {
        this.self = self;
        this.address = address;
        this.loop = loop;
        this.listening = listening;
        this.members = members;
        this.events = events;
    }

    /** The set of live members changed. */
    void membersChanged(Members before, Members now) {
        boolean mine = self.equals(now.holderOf(address));
        if (mine == self.equals(before.holderOf(address))) {
            return;
        }
        if (mine) {
            loop.execute(() -> hold(true));
        } else {
            loop.execute(() -> loop.at(loop.epochMicros() + LET_GO_MICROS, () -> hold(false)));
        }
    }

    private boolean mine() {
        return self.equals(members.get().holderOf(address));
    }

    private void hold(boolean hold) {
        if (hold != mine()) {
            // Another change has followed, whose own turn comes.
            return;
        }
        try {
            if (hold) {
                loop.bind(address);
                listen();
            } else {
                loop.letGo();
            }
            String text = address.getAddress().getHostAddress() + ":" + address.getPort();
            events.accept(hold ? "address-taken" : "address-released", Map.of("address", text));
        } catch (IOException e) {
            System.err.println(e.getMessage());
            loop.at(loop.epochMicros() + BIND_AGAIN_MICROS, () -> hold(hold));
        }
    }

    /** Datagrams do not wait for it. */
    private void listen() {
        if (!mine()) {
            return;
        }
        try {
            listening.on(loop);
        } catch (IOException e) {
            System.err.println(e.getMessage());
            loop.at(loop.epochMicros() + BIND_AGAIN_MICROS, this::listen);
        }
    }

    @Override
    public void close() throws IOException {
        loop.close();
    }
}
