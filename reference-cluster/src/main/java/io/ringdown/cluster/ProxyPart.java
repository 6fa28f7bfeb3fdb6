package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.dispatcher.DispatcherCounters;
import io.ringdown.cluster.dispatcher.DomainAffinity;
import io.ringdown.cluster.dispatcher.LeastLoaded;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.EventLoop;
import io.ringdown.cluster.sip.ProxyHeader;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** A SIP proxy (WAS, paper section 5.2) in its surroundings: requests come by way of a sprayer, responses go past it. */
final class ProxyPart extends Part {
    private final EventLoop loop;
    private final Dispatcher.Sender sender;
    private final Dispatching dispatching;
    private final DispatcherCounters counters = new DispatcherCounters();
    /** Null where new calls are spread evenly. */
    private final LeastLoaded leastLoaded;

    private final List<InetSocketAddress> services;
    private final List<InetSocketAddress> others;

    ProxyPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        loop = loop("proxy", new EventLoop.Handler() {
            @Override
            public void received(byte[] data, int length, InetSocketAddress from) {
                ProxyPart.this.received(data, length, from);
            }

            @Override
            public void broken(InetSocketAddress peer) {
                dispatcher().broken(peer);
            }
        });
        sender = new ElementSender(loop, tcp());
        leastLoaded = config.dispatch().leastLoaded() ? new LeastLoaded(config, self, System::nanoTime) : null;
        services = config.services();
        others = config.all(Role.PROXY).stream()
                .filter(proxy -> !proxy.equals(self))
                .map(ElementConfig::sip)
                .toList();
        Dispatcher.Routing routing = leastLoaded == null ? new DomainAffinity(config) : leastLoaded;
        var dispatcher = new Dispatcher(
                self.sip(),
                routing,
                membership::members,
                sender,
                counters,
                config.engine().t1Micros(),
                config.engine().overloadMicros());
        loop.bind(self.sip());
        loop.listen(
                self.sip(),
                Stream.concat(services.stream(), tcp() ? others.stream() : Stream.empty())
                        .map(InetSocketAddress::getAddress)
                        .toList(),
                others);
        dispatching = Dispatching.watched(dispatcher, loop, self.sip(), config);
    }

    /** Sprayers send from a service address; whoever else sends such a header, but another proxy, is not believed. */
    private void received(byte[] data, int length, InetSocketAddress from) {
        boolean passedOn = others.contains(from);
        ProxyHeader.Framed framed = services.contains(from) || passedOn
                ? ProxyHeader.read(data, length).orElse(null)
                : null;
        if (framed == null) {
            received(data, length, from, passedOn);
        } else {
            received(framed.datagram(), framed.datagram().length, framed.source(), passedOn);
        }
    }

    private void received(byte[] data, int length, InetSocketAddress from, boolean passedOn) {
        Optional<ElementConfig> chooser =
                leastLoaded == null || passedOn ? Optional.empty() : leastLoaded.chooser(members(), data, length);
        if (chooser.isPresent()) {
            byte[] framed = ProxyHeader.framed(data, length, from, chooser.get().sip());
            sender.send(framed, framed.length, chooser.get().sip());
        } else {
            dispatching.received(data, length, from);
        }
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
        if (tcp()) {
            List<InetSocketAddress> living = now.alive().stream()
                    .filter(element -> element.processes() || element.role() == Role.PROXY && !element.equals(self))
                    .map(ElementConfig::sip)
                    .toList();
            loop.execute(() -> loop.trunksTo(living));
        }
        dispatching.membersChanged();
    }

    @Override
    void gone(ElementConfig element) {
        dispatching.gone(element);
    }

    @Override
    void message(ElementConfig sender, Wire message) {
        // What else the others tell each other is of no interest here.
        if (message instanceof Wire.Load load && leastLoaded != null) {
            loop.execute(() -> leastLoaded.told(sender, load.sessions()));
        }
    }

    @Override
    boolean synced() {
        return true;
    }

    @Override
    String metrics() {
        return counters.prometheus() + loop.counters().prometheus();
    }

    @Override
    public void close() throws IOException {
        loop.close();
        super.close();
    }
}
