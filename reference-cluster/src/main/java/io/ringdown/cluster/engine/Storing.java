package io.ringdown.cluster.engine;

import io.ringdown.cluster.session.SessionReplicator;
import io.ringdown.cluster.session.StoredSession;
import java.util.List;
import java.util.function.Consumer;

/**
 * Stores what changes of an engine's calls before anybody hears of it.
 *
 * @param <C> what the service keeps of a call
 */
final class Storing<C extends Call> {
    private final EngineSettings settings;
    private final Engine.Surroundings world;
    private final EngineCounters counters;
    private final Service<C> service;
    private final Consumer<C> arm;
    private final Consumer<C> idle;
    private SessionReplicator replicator = SessionReplicator.none();
    private boolean replicated;
    private long changes;

    /**
     * @param arm makes sure that a call is looked at when next something is due
     * @param idle told of a call whose last change has come to the stores behind the answer
     */
    Storing(
            EngineSettings settings,
            Engine.Surroundings world,
            EngineCounters counters,
            Service<C> service,
            Consumer<C> arm,
            Consumer<C> idle) {
        this.settings = settings;
        this.world = world;
        this.counters = counters;
        this.service = service;
        this.arm = arm;
        this.idle = idle;
    }

    void replicateBy(SessionReplicator by) {
        replicator = by;
        replicated = settings.depth() != Depth.NONE;
    }

    /** Stores the call if the depth covers what just happened, and lets the message leave when the settings allow. */
    void commit(C call, Committing part, Depth needed, Runnable send) {
        store(call, part, needed, () -> {
            if (call.poison && !call.terminated()) {
                world.halt();
            } else {
                call.attempts = 0;
                send.run();
            }
        });
    }

    /** As {@link #commit}, of a call that may kill nobody. */
    void store(C call, Committing part, Depth needed, Runnable send) {
        // Also where it is not stored: of what former owners give, the newest counts.
        call.version = nextVersion(call);
        if (!replicated || !settings.depth().covers(needed)) {
            send.run();
            return;
        }
        StoredSession stored = counted(encoded(call));
        if (settings.mutant() == Mutant.EARLY_ACKNOWLEDGE) {
            send.run();
            world.at(world.epochMicros() + settings.earlyAcknowledgeMicros(), () -> write(call, stored, () -> {}));
        } else if (settings.beforeSend()) {
            part.committing++;
            call.storing++;
            write(call, stored, () -> {
                stored(call);
                part.committing--;
                send.run();
                arm.accept(call);
            });
        } else {
            call.storing++;
            send.run();
            write(call, stored, () -> {
                stored(call);
                idle.accept(call);
            });
        }
    }

    private StoredSession counted(StoredSession stored) {
        counters.puts.increment();
        counters.putBytes.add(stored.state().length);
        return stored;
    }

    private StoredSession encoded(C call) {
        if (call.group == StoredSession.NOWHERE) {
            call.group = replicator.groupOf(call.callId);
        }
        return service.encode(call).in(call.group);
    }

    private void write(C call, StoredSession session, Runnable stored) {
        if (!call.elsewhere) {
            replicator.put(session, stored);
            return;
        }
        replicator.claim(session, () -> {
            call.elsewhere = false;
            stored.run();
        });
    }

    /** Above all versions of this call before: of this session, of a former owner, and of an earlier call by the same Call-ID. */
    private long nextVersion(C call) {
        return Math.max(call.version + 1, (replicator.epoch() << 32) + ++changes);
    }

    /**
     * Stores a call as its former owner knew it.
     *
     * @return false if the depth does not cover how far it has come: then nothing is stored
     */
    boolean storeWhole(C call, Runnable stored) {
        call.version = nextVersion(call);
        if (!replicated || !settings.depth().covers(service.depth(call))) {
            return false;
        }
        List<? extends Committing> known = List.copyOf(service.parts(call));
        known.forEach(part -> part.committing++);
        call.storing++;
        write(call, counted(encoded(call)), () -> {
            stored(call);
            known.forEach(part -> part.committing--);
            stored.run();
        });
        return true;
    }

    /** Removes it from the stores. */
    void purge(C call) {
        if (replicated && (call.elsewhere || call.group != StoredSession.NOWHERE)) {
            replicator.purge(call.callId, call.elsewhere ? StoredSession.NOWHERE : call.group, nextVersion(call));
        }
    }

    /** Runs a task once no change of the call is on its way to the stores. */
    static void onceStored(Call call, Runnable then) {
        if (call.storing == 0) {
            then.run();
        } else {
            call.onceStored.add(then);
        }
    }

    private static void stored(Call call) {
        if (--call.storing == 0) {
            List<Runnable> due = List.copyOf(call.onceStored);
            call.onceStored.clear();
            due.forEach(Runnable::run);
        }
    }
}
