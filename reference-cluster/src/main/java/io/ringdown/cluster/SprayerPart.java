package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.dispatcher.Sprayer;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** An IP sprayer (WAS, paper section 5.2) in its surroundings. */
final class SprayerPart extends ServiceAddressPart {
    private final Sprayer sprayer = new Sprayer();
    private final List<EventLoop> loops = new ArrayList<>();

    SprayerPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        for (InetSocketAddress address : config.services()) {
            int place = loops.size();
            loops.add(hold(
                    address,
                    loop -> loop.relay(address, sprayer::next),
                    (data, length, from) -> sprayer.received(data, length, from, loops.get(place)::send)));
        }
    }

    @Override
    void membersChanged(Members before, Members now) {
        sprayer.sprayOver(now.alive().stream()
                .filter(element -> element.role() == Role.PROXY)
                .map(ElementConfig::sip)
                .toList());
        endOthers();
        super.membersChanged(before, now);
    }

    @Override
    void gone(ElementConfig element) {
        sprayer.without(element.sip());
        endOthers();
    }

    /** Connections to a proxy that is gone, or frozen, serve nobody. */
    private void endOthers() {
        loops.forEach(loop -> loop.execute(() -> loop.relayOnlyTo(sprayer.living())));
    }

    @Override
    String metrics() {
        return sprayer.prometheus() + connections();
    }
}
