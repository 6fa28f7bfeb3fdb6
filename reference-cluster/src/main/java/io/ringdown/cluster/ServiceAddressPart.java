package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.ConnectionCounters;
import io.ringdown.cluster.sip.EventLoop;
import io.ringdown.cluster.sip.ProxyHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;

/** An element that holds a service address while it is its turn: that of all, or its own and those of others that are gone. */
abstract class ServiceAddressPart extends Part {
    private final List<HeldAddress> addresses = new ArrayList<>();
    private final List<EventLoop> loops = new ArrayList<>();

    private final Set<InetSocketAddress> processors;

    ServiceAddressPart(Surroundings surroundings) {
        super(surroundings);
        processors = config.processors().stream().map(ElementConfig::sip).collect(Collectors.toUnmodifiableSet());
    }

    /**
     * Prepares to hold an address. In the constructor; nothing comes before the address is bound, and that is after it.
     *
     * @param listening takes the TCP connections to the address
     * @return the loop on which {@code handler} takes what comes to it
     */
    final EventLoop hold(InetSocketAddress address, HeldAddress.Listening listening, EventLoop.Handler handler)
            throws IOException {
        var own = new AtomicReference<EventLoop>();
        EventLoop loop = loop("dispatcher", new EventLoop.Handler() {
            @Override
            public void received(byte[] data, int length, InetSocketAddress from) {
                if (!outward(own.get(), data, length, from)) {
                    handler.received(data, length, from);
                }
            }

            @Override
            public void broken(InetSocketAddress peer) {
                handler.broken(peer);
            }
        });
        own.set(loop);
        loops.add(loop);
        loop.start();
        addresses.add(new HeldAddress(self, address, loop, listening, membership::members, this::event));
        return loop;
    }

    /**
     * Sends what an app processor sends of its own: from the service address, so that whatever answers it comes to whoever holds that by
     * then. Whoever else sends such a header is not believed.
     */
    private boolean outward(EventLoop loop, byte[] data, int length, InetSocketAddress from) {
        Optional<ProxyHeader.Framed> framed = ProxyHeader.read(data, length).filter(any -> processors.contains(from));
        framed.ifPresent(own -> loop.send(own.datagram(), own.datagram().length, own.destination()));
        return framed.isPresent();
    }

    @Override
    final void serve() {
        // a service address comes with the first view that makes this its holder
    }

    @Override
    void membersChanged(Members before, Members now) {
        if (tcp()) {
            List<InetSocketAddress> living = now.alive().stream()
                    .filter(ElementConfig::processes)
                    .map(ElementConfig::sip)
                    .toList();
            loops.forEach(loop -> loop.execute(() -> loop.trunksTo(living)));
        }
        addresses.forEach(address -> address.membersChanged(before, now));
    }

    @Override
    final void message(ElementConfig sender, Wire message) {
        // what the others tell each other is of no interest here
    }

    @Override
    final boolean synced() {
        return true;
    }

    /** Figures of its connections in Prometheus' text format. */
    final String connections() {
        return ConnectionCounters.prometheus(
                loops.stream().map(EventLoop::counters).toList());
    }

    @Override
    public final void close() throws IOException {
        for (HeldAddress address : addresses) {
            address.close();
        }
        super.close();
    }
}
