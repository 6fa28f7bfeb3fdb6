package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.EngineSettings;
import io.ringdown.cluster.membership.Members;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;

/**
 * App processors that live and may yet give away sessions which are another one's now. Each tells the others when it has given all that it had to,
 * behind the sessions themselves. Needed only where an answer may be out before the stores have what it reveals, or there are none: else the stores
 * have it. For one thread.
 */
final class FormerOwners {
    private final ElementConfig self;
    private final Peers peers;
    private final boolean needed;
    /** Before each change that somebody has not caught up with. */
    private final List<Members> former = new ArrayList<>();

    private final Set<ElementConfig> awaited = new LinkedHashSet<>();
    /** Of the last change of owners. */
    private long epoch;

    FormerOwners(ElementConfig self, Peers peers, EngineSettings settings) {
        this.self = self;
        this.peers = peers;
        needed = !settings.storesFirst();
    }

    private List<ElementConfig> others(Members members) {
        return members.alive().stream()
                .filter(element -> element.processes() && !element.equals(self))
                .toList();
    }

    /** Sessions have other owners. */
    void ownersChanged(Members before, Members now) {
        if (needed) {
            epoch = now.epoch();
            former.add(before);
            awaited.clear();
            awaited.addAll(others(now));
            forgetIfTold();
        }
    }

    /** This processor has given what it had to, by what it knows. */
    void gaveAll(Members now) {
        if (needed) {
            byte[] told = new Wire.GaveAll(now.epoch()).bytes();
            others(now).forEach(other -> peers.send(other, told));
        }
    }

    /** Another one has. */
    void told(ElementConfig who, Wire.GaveAll all) {
        if (all.epoch() >= epoch) {
            awaited.remove(who);
            forgetIfTold();
        }
    }

    /** Those that are gone give nothing. */
    void membersChanged(Members now) {
        awaited.retainAll(now.alive());
        forgetIfTold();
    }

    private void forgetIfTold() {
        if (awaited.isEmpty()) {
            former.clear();
        }
    }

    /** Whether one of them may give a session to this processor. */
    boolean mayGive(String callId) {
        return former.stream().anyMatch(members -> mayGive(callId, members));
    }

    /** Who has just come to know the others knows nothing of who owned what before. */
    private boolean mayGive(String callId, Members members) {
        return others(members).isEmpty() || awaited.contains(members.ownerOf(callId, self.domain()));
    }
}
