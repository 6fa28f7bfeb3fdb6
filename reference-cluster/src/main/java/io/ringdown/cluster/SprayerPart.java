package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.dispatcher.Sprayer;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;

/** An IP sprayer (WAS, paper section 5.2) in its surroundings. */
final class SprayerPart extends ServiceAddressPart {
    private final Sprayer sprayer = new Sprayer();

    SprayerPart(Surroundings surroundings) throws IOException {
        super(surroundings);
    }

    /** Connections would have to be passed on as a whole. */
    @Override
    boolean listens() {
        return false;
    }

    @Override
    EventLoop.Handler handler() {
        return (data, length, from) -> sprayer.received(data, length, from, loop()::send);
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
