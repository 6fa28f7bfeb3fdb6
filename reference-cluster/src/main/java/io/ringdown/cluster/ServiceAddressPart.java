package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.dispatcher.ProxyHeader;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.membership.StallWatch;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** An element that holds the service address while it is the active one of its kind. */
abstract class ServiceAddressPart extends Part {
    /** The service has nobody else to hold its address. */
    private static final long BIND_AGAIN_MICROS = 20_000;

    private final EventLoop loop;
    private final Set<InetSocketAddress> processors;

    ServiceAddressPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        StallWatch watch = stallWatch();
        processors = config.processors().stream().map(ElementConfig::sip).collect(Collectors.toUnmodifiableSet());
        EventLoop.Handler handler = handler();
        loop = new EventLoop(
                "dispatcher",
                (data, length, from) -> {
                    if (!outward(data, length, from)) {
                        handler.received(data, length, from);
                    }
                },
                watch::steady);
        loop.start();
    }

    /**
     * Sends what an app processor sends of its own: from the service address, so that whatever answers it comes to whoever holds that by
     * then. Whoever else sends such a header is not believed.
     */
    private boolean outward(byte[] data, int length, InetSocketAddress from) {
        Optional<ProxyHeader.Framed> framed = ProxyHeader.read(data, length).filter(any -> processors.contains(from));
        framed.ifPresent(own -> loop.send(own.datagram(), own.datagram().length, own.destination()));
        return framed.isPresent();
    }

    /** What takes the datagrams that come to the service address. */
    abstract EventLoop.Handler handler();

    /** Whether it takes TCP connections, too. */
    abstract boolean listens();

    final EventLoop loop() {
        return loop;
    }

    @Override
    void serve() {
        // the service address comes with the first view that makes this the active one
    }

    @Override
    void membersChanged(Members before, Members now) {
        boolean active = self.equals(now.activeDispatcher());
        if (active != self.equals(before.activeDispatcher())) {
            loop.execute(() -> holdServiceAddress(active));
        }
    }

    private void holdServiceAddress(boolean hold) {
        if (hold != self.equals(membership.members().activeDispatcher())) {
            // Another change has followed, whose own turn comes.
            return;
        }
        try {
            if (hold) {
                loop.bind(config.service());
                listen();
            } else {
                loop.unbind();
            }
            event(hold ? "address-taken" : "address-released", Map.of());
        } catch (IOException e) {
            System.err.println(e.getMessage());
            loop.at(loop.epochMicros() + BIND_AGAIN_MICROS, () -> holdServiceAddress(hold));
        }
    }

    /** Datagrams do not wait for it. */
    private void listen() {
        if (!listens() || !self.equals(membership.members().activeDispatcher())) {
            return;
        }
        try {
            loop.listen(config.service());
        } catch (IOException e) {
            System.err.println(e.getMessage());
            loop.at(loop.epochMicros() + BIND_AGAIN_MICROS, this::listen);
        }
    }

    @Override
    void message(ElementConfig sender, Wire message) {
        // what the others tell each other is of no interest here
    }

    @Override
    boolean synced() {
        return true;
    }

    @Override
    public void close() throws IOException {
        loop.close();
        super.close();
    }
}
