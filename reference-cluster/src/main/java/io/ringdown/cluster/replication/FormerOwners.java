package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.EngineSettings;
import io.ringdown.cluster.membership.Members;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.LongSupplier;

/**
 * App processors that live and may yet give away sessions which are another one's now. Each tells the others when it has given all that it had to,
 * behind the sessions themselves; what came until then is kept, since the newest of what several gave of one session counts. Nobody waits longer
 * than T2. Needed only where an answer may be out before the stores have all that it reveals, or there are none. For one thread.
 */
final class FormerOwners {
    private final ElementConfig self;
    private final Peers peers;
    private final LongSupplier nanos;
    private final boolean needed;
    private final long patienceNanos;
    /** Before each change that somebody has not caught up with. */
    private final List<Members> former = new ArrayList<>();

    private final Set<ElementConfig> awaited = new LinkedHashSet<>();
    private final List<Arrival> arrivals = new ArrayList<>();
    private Members members;
    /** Of the last change of owners. */
    private long epoch;

    private long deadline;

    /** Something of sessions that came from an element, be it this one. */
    private record Arrival(ElementConfig from, Wire message) {}

    FormerOwners(ElementConfig self, Peers peers, EngineSettings settings, LongSupplier nanos) {
        this.self = self;
        this.peers = peers;
        this.nanos = nanos;
        needed = !settings.storesFirst();
        patienceNanos = 1_000 * settings.t2Micros();
        members = peers.members();
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
            deadline = nanos.getAsLong() + patienceNanos;
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
        members = now;
        awaited.retainAll(now.alive());
        forgetIfTold();
    }

    private void forgetIfTold() {
        if (awaited.isEmpty()) {
            former.clear();
        }
    }

    private boolean awaiting() {
        return !awaited.isEmpty() && nanos.getAsLong() - deadline < 0;
    }

    /**
     * Whether a session may be given to this processor yet: by its former owner, or by one before that, of which that one has not taken it.
     */
    boolean mayGive(String callId) {
        return awaiting() && former.stream().anyMatch(members -> wasElsewhere(callId, members));
    }

    /** Who has just come to know the others knows nothing of who owned what before. */
    private boolean wasElsewhere(String callId, Members then) {
        ElementConfig owner = then.ownerOf(callId, self.domain());
        return others(then).isEmpty() || !self.equals(owner) && members.contains(owner);
    }

    /** Sessions have come, given away by a processor or handed over by a store. */
    void arrived(ElementConfig from, Wire message) {
        arrivals.add(new Arrival(from, message));
    }

    /**
     * Has what need not wait any longer taken, in the order in which it came.
     *
     * @return whether nothing is waited for any longer
     */
    boolean settle(BiConsumer<ElementConfig, Wire> taker) {
        if (awaiting()) {
            return false;
        }
        List<Arrival> due = List.copyOf(arrivals);
        arrivals.clear();
        var newest = new HashMap<String, Long>();
        for (Arrival one : due) {
            if (one.message() instanceof Wire.Moved moved) {
                moved.sessions().forEach(session -> newest.merge(session.callId(), session.version(), Math::max));
            }
        }
        due.forEach(one -> taker.accept(one.from(), newestOf(one.message(), newest)));
        return true;
    }

    private static Wire newestOf(Wire message, Map<String, Long> newest) {
        if (message instanceof Wire.Moved moved) {
            return new Wire.Moved(
                    moved.batch(),
                    moved.epoch(),
                    moved.sessions().stream()
                            .filter(session -> session.version() == newest.get(session.callId()))
                            .toList());
        }
        return message;
    }
}
