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
            EventLoop loop = hold(
                    address,
                    listener -> listener.listen(address),
                    (data, length, from) -> dispatching.get(place).dispatcher().received(data, length, from));
            var dispatcher = new Dispatcher(
                    address,
                    Dispatcher.Routing.byCallId(),
                    membership::members,
                    Dispatcher.Sender.by(loop),
                    counters,
                    config.engine().t1Micros());
            dispatching.add(new Dispatching(dispatcher, loop));
        }
    }

    @Override
    void membersChanged(Members before, Members now) {
        dispatching.forEach(Dispatching::membersChanged);
        super.membersChanged(before, now);
    }

    @Override
    void gone(ElementConfig element) {
        dispatching.forEach(each -> each.gone(element));
    }

    @Override
    String metrics() {
        return counters.prometheus();
    }
}
