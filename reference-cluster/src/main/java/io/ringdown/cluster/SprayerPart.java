package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.dispatcher.Sprayer;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicReference;

/** An IP sprayer (WAS, paper section 5.2) in its surroundings. */
final class SprayerPart extends ServiceAddressPart {
    private final Sprayer sprayer = new Sprayer();

    SprayerPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        for (InetSocketAddress address : config.services()) {
            var loop = new AtomicReference<EventLoop>();
            // Without TCP: connections would have to be passed on as a whole.
            loop.set(hold(
                    address, false, (data, length, from) -> sprayer.received(data, length, from, loop.get()::send)));
        }
    }

    @Override
    void membersChanged(Members before, Members now) {
        sprayer.sprayOver(now.alive().stream()
                .filter(element -> element.role() == Role.PROXY)
                .map(ElementConfig::sip)
                .toList());
        super.membersChanged(before, now);
    }

    @Override
    void gone(ElementConfig element) {
        sprayer.without(element.sip());
    }

    @Override
    String metrics() {
        return sprayer.prometheus();
    }
}
