package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;

/** A dispatcher in its surroundings. */
final class DispatcherPart extends ServiceAddressPart {
    private final Dispatching dispatching;

    DispatcherPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        dispatching = new Dispatching(
                new Dispatcher(
                        config.service(),
                        Dispatcher.Routing.byCallId(),
                        membership::members,
                        Dispatcher.Sender.by(loop())),
                loop());
    }

    @Override
    boolean listens() {
        return true;
    }

    @Override
    EventLoop.Handler handler() {
        // Nothing comes before the address is bound, and that is after the constructor.
        return (data, length, from) -> dispatching.dispatcher().received(data, length, from);
    }

    @Override
    void membersChanged(Members before, Members now) {
        dispatching.membersChanged();
        super.membersChanged(before, now);
    }

    @Override
    void gone(ElementConfig element) {
        dispatching.gone(element);
    }

    @Override
    String metrics() {
        return dispatching.dispatcher().prometheus();
    }
}
