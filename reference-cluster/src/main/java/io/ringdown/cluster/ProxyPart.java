package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.dispatcher.DispatcherCounters;
import io.ringdown.cluster.dispatcher.DomainAffinity;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.membership.StallWatch;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.EventLoop;
import io.ringdown.cluster.sip.ProxyHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/** A SIP proxy (WAS, paper section 5.2) in its surroundings: requests come by way of a sprayer, responses go past it. */
final class ProxyPart extends Part {
    private final EventLoop loop;
    private final Dispatching dispatching;
    private final DispatcherCounters counters = new DispatcherCounters();

    ProxyPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        StallWatch watch = stallWatch();
        List<InetSocketAddress> services = config.services();
        loop = new EventLoop(
                "proxy",
                (data, length, from) -> {
                    // Sprayers send from a service address; whoever else sends such a header is not believed.
                    ProxyHeader.Framed framed = services.contains(from)
                            ? ProxyHeader.read(data, length).orElse(null)
                            : null;
                    if (framed == null) {
                        dispatcher().received(data, length, from);
                    } else {
                        dispatcher().received(framed.datagram(), framed.datagram().length, framed.source());
                    }
                },
                watch::steady);
        dispatching = new Dispatching(
                new Dispatcher(
                        self.sip(),
                        new DomainAffinity(config),
                        membership::members,
                        Dispatcher.Sender.by(loop),
                        counters),
                loop);
        loop.bind(self.sip());
        loop.listen(
                self.sip(), services.stream().map(InetSocketAddress::getAddress).toList());
    }

    private Dispatcher dispatcher() {
        return dispatching.dispatcher();
    }

    /** What came before it knew the others has waited in the socket: it could not have known whose call it was. */
    @Override
    void serve() {
        loop.start();
    }

    @Override
    void membersChanged(Members before, Members now) {
        dispatching.membersChanged();
    }

    @Override
    void gone(ElementConfig element) {
        dispatching.gone(element);
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
    String metrics() {
        return counters.prometheus();
    }

    @Override
    public void close() throws IOException {
        loop.close();
        super.close();
    }
}
