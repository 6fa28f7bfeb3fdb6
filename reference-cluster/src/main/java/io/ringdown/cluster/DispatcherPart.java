package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.dispatcher.DispatcherCounters;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** A dispatcher in its surroundings: one for each address that it may come to hold, since responses return by the same one. */
final class DispatcherPart extends ServiceAddressPart {
    private final DispatcherCounters counters = new DispatcherCounters();
    private final List<Dispatching> dispatching = new ArrayList<>();

    DispatcherPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        for (InetSocketAddress address : config.services()) {
            int place = dispatching.size();
            EventLoop loop = hold(address, listener -> listener.listen(address), new EventLoop.Handler() {
                @Override
                public void received(byte[] data, int length, InetSocketAddress from) {
                    dispatching.get(place).received(data, length, from);
                }

                @Override
                public void broken(InetSocketAddress peer) {
                    dispatching.get(place).dispatcher().broken(peer);
                }
            });
            var dispatcher = new Dispatcher(
                    address,
                    Dispatcher.Routing.byCallId(),
                    membership::members,
                    new ElementSender(loop, tcp()),
                    counters,
                    config.engine().t1Micros(),
                    config.engine().overloadMicros());
            dispatching.add(Dispatching.watched(dispatcher, loop, address, config));
        }
    }

    @Override
    void membersChanged(Members before, Members now) {
        // It opens the connections by which the others send.
        super.membersChanged(before, now);
        dispatching.forEach(Dispatching::membersChanged);
    }

    @Override
    void gone(ElementConfig element) {
        dispatching.forEach(each -> each.gone(element));
    }

    @Override
    String metrics() {
        return counters.prometheus() + connections();
    }
}
