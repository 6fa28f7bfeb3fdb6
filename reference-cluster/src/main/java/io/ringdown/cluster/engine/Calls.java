package io.ringdown.cluster.engine;

import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.session.SessionReplicator;
import io.ringdown.cluster.session.StoredSession;
import io.ringdown.cluster.sip.SipMessage;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Function;

/**
 * The calls that an engine owns: those in its memory, those that it fetches from the stores when they are asked for, and those that it takes
 * over. Stores what changes before anybody hears of it, and keeps their appointments.
 *
 * @param <C> what the service keeps of a call
 */
final class Calls<C extends Call> {
    /** Owners in a row that may have died of a call before no other one tries. */
    private static final int MOST_ATTEMPTS = 2;

    /** Calls that are looked at without a look at the clock. */
    private static final int AT_ONCE = 500;

    private final EngineSettings settings;
    private final Engine.Surroundings world;
    private final EngineCounters counters;
    private final Admission admission;
    private final Storing<C> storing;
    private final Service<C> service;
    private final Map<String, C> calls = new HashMap<>();
    private final Map<String, List<Received>> fetching = new HashMap<>();
    /** How many questions to the stores are on their way, by Call-ID. */
    private final Map<String, Integer> asking = new HashMap<>();

    /** Sessions that came, of which the stores are asked whether they have gone further since. */
    private final Set<String> arriving = new HashSet<>();

    /** As this engine knew them when a store refused to take more of them from it: another engine may own them, which it will hear of. */
    private final Map<String, StoredSession> disputed = new HashMap<>();

    private final Overtakers overtakers = new Overtakers();
    private final Early early;

    private SessionReplicator replicator = SessionReplicator.none();
    private boolean replicated;
    private long takenOver;
    private final Set<String> lost = new HashSet<>();
    private long ownershipChangedAt = Long.MIN_VALUE / 2;

    Calls(
            EngineSettings settings,
            Engine.Surroundings world,
            EngineCounters counters,
            Admission admission,
            Function<Calls<C>, Service<C>> service) {
        this.settings = settings;
        this.world = world;
        this.counters = counters;
        this.admission = admission;
        this.service = service.apply(this);
        early = new Early(settings.t1Micros());
        storing = new Storing<>(settings, world, counters, this.service, this::arm, this::evictIfIdle);
    }

    void replicateBy(SessionReplicator by) {
        replicator = by;
        replicated = settings.depth() != Depth.NONE;
        storing.replicateBy(by);
    }

    EngineCounters counters() {
        return counters;
    }

    /** Call-IDs of those that have not ended. */
    List<String> owned() {
        return calls.values().stream()
                .filter(call -> !call.terminated() && !CallKey.isOfBindings(call.callId))
                .map(call -> call.callId)
                .toList();
    }

    void turnEnded() {
        replicator.flush();
        counters.owned = calls.size();
    }

    /** A message came; its call may have to be fetched first. */
    void received(SipMessage message, InetSocketAddress from) {
        String key = CallKey.of(message);
        List<Received> waiting = fetching.get(key);
        boolean refused =
                message.method().equals("ACK") && message.toTag().equals(Answers.statelessTag(message.callId()));
        if (calls.containsKey(key)) {
            handle(message, from);
        } else if (refused) {
            // Of a refusal, of which nothing is stored.
            return;
        } else if (disputed.containsKey(key)) {
            early.add(new Received(message, from), world.epochMicros());
        } else if (waiting != null) {
            waiting.add(new Received(message, from));
        } else if (mayBeGiven(key)) {
            overtakes(new Received(message, from));
        } else if (mayBeStored(message)) {
            fetch(key, new Received(message, from));
        } else {
            handle(message, from);
        }
    }

    /**
     * Whether a session may be on its way here, of which the stores need not know. Whoever does not wait for it begins a call a second time, tells
     * a caller that there is none, or forgets bindings that a client was told of.
     */
    private boolean mayBeGiven(String key) {
        return !settings.storesFirst()
                && replicator.owns(key)
                && world.epochMicros() < ownershipChangedAt + settings.t2Micros()
                && (replicator.mayBeGiven(key) || arriving.contains(key));
    }

    private void overtakes(Received request) {
        if (overtakers.add(request)) {
            // A former owner that stands still must not keep everybody waiting.
            world.at(ownershipChangedAt + settings.t2Micros(), this::given);
        }
    }

    /** Former owners have given more, or all: who waited for that goes on. */
    void given() {
        for (Received one : overtakers.due()) {
            if (replicator.owns(CallKey.of(one.message()))) {
                received(one.message(), one.from());
            } else {
                early.add(one, world.epochMicros());
            }
        }
    }

    private void handle(SipMessage message, InetSocketAddress from) {
        C call = calls.get(CallKey.of(message));
        if (!message.isRequest()) {
            if (call != null) {
                service.response(call, message);
            }
        } else if (call != null) {
            service.within(call, message, from);
        } else {
            service.without(message, from);
        }
    }

    /** A first INVITE is looked up only while its earlier owner may have died on it; everything else belongs to something. */
    private boolean mayBeStored(SipMessage message) {
        boolean first = message.toTag().isEmpty() && message.method().equals("INVITE");
        return replicated && (!first || mayHaveChangedHands());
    }

    /** Whether a call that is still being set up may have had another owner. */
    private boolean mayHaveChangedHands() {
        return world.epochMicros() - ownershipChangedAt < settings.timeoutMicros();
    }

    private void fetch(String key, Received first) {
        var waiting = new ArrayList<Received>(2);
        waiting.add(first);
        fetching.put(key, waiting);
        counters.fetches.increment();
        ask(key, found -> {
            if (fetching.get(key) != waiting) {
                // It was taken over meanwhile, and its messages with it.
                return;
            }
            fetching.remove(key);
            if (!replicator.owns(key)) {
                // It went to another engine meanwhile, and so will the retransmissions; or it is about to come.
                waiting.forEach(one -> early.add(one, world.epochMicros()));
                return;
            }
            if (!calls.containsKey(key) && mayBeGiven(key)) {
                waiting.forEach(this::overtakes);
            } else if (found.isEmpty() || calls.containsKey(key)) {
                waiting.forEach(one -> handle(one.message(), one.from()));
            } else {
                // Until all stores have it, it may go to another engine and come back: then it is looked for again.
                goOnFrom(found.get(), () -> waiting.forEach(one -> received(one.message(), one.from())));
            }
        });
    }

    /** Asks the stores. What comes into this engine's hands meanwhile stays there: their answer may be older than it. */
    private void ask(String callId, Consumer<Optional<StoredSession>> found) {
        asking.merge(callId, 1, Integer::sum);
        replicator.get(callId, stored -> {
            asking.computeIfPresent(callId, (id, questions) -> questions == 1 ? null : questions - 1);
            found.accept(stored);
            evictIfIdle(calls.get(callId));
        });
    }

    /** Goes on with what a store has: nothing is said of what a former owner may have told only one of them before all have it. */
    private void goOnFrom(StoredSession found, Runnable handled) {
        if (mayHaveChangedHands()) {
            take(found, () -> {}, handled);
        } else {
            install(found, call -> {}, handled);
        }
    }

    /** Stores the call as {@link Storing#commit} says. */
    void commit(C call, Committing part, Depth needed, Runnable send) {
        storing.commit(call, part, needed, send);
    }

    /** Removes it from the stores. */
    void purge(C call) {
        storing.purge(call);
    }

    /** A new one, that a request begins. */
    void add(C call, SipMessage request) {
        call.begunBy = Call.branchHash(request);
        call.poison = settings.serving().poison() && Poison.in(request);
        call.attempts = settings.serving().guarded() ? 1 : 0;
        call.elsewhere = mayHaveChangedHands();
        calls.put(call.callId, call);
    }

    /** Counted, not drawn: so that a harness must find some wherever enough calls change hands. */
    private boolean loses(C call) {
        if (settings.mutant() != Mutant.LOSE_CALLS || !call.takenOver || call.terminated()) {
            return false;
        }
        // Each of its stores hands it over.
        if (!lost.contains(call.callId) && ++takenOver % settings.loseOneIn() == 0) {
            lost.add(call.callId);
            world.event("call-lost", Map.of("callId", call.callId));
            storing.purge(call);
        }
        return lost.contains(call.callId);
    }

    /** Whether a request may begin a call here. */
    boolean mayBegin(SipMessage request, InetSocketAddress from) {
        // Else no store would refuse it before the answer leaves.
        boolean refusedByStores = replicated && settings.beforeSend();
        return (refusedByStores || replicator.owns(CallKey.of(request))) && admission.admitted(request, from);
    }

    /** Refuses a request whose call is not known. What has just become another engine's will find that one when it comes again. */
    void unknown(SipMessage request, InetSocketAddress from) {
        if (replicator.owns(CallKey.of(request))) {
            admission.reply(request, from, 481);
        } else {
            early.add(new Received(request, from), world.epochMicros());
        }
    }

    /** Makes sure that the call is looked at when next something is due. */
    void arm(C call) {
        long due = service.due(call);
        if (due < call.armedAt) {
            call.armedAt = due;
            world.at(due, () -> wake(call, call.armedAt));
        }
    }

    private void wake(C call, long armedFor) {
        if (calls.get(call.callId) != call || armedFor > world.epochMicros()) {
            return;
        }
        call.armedAt = Transaction.NEVER;
        service.act(call, world.epochMicros());
        if (call.done()) {
            calls.remove(call.callId);
            storing.purge(call);
        } else {
            arm(call);
            evictIfUncached(call);
        }
    }

    void evictIfUncached(C call) {
        boolean told = !settings.beforeSend() && call.storing > 0;
        boolean awaited = call.moving || told || asking.containsKey(call.callId);
        if (!settings.cache() && replicated && !call.pending() && !awaited) {
            calls.remove(call.callId, call);
        }
    }

    private void evictIfIdle(C call) {
        if (call != null && call.storing == 0) {
            evictIfUncached(call);
        }
    }

    /**
     * Goes on with a stored call.
     *
     * @param then what is to be done with it
     * @param handled run afterwards, also where it is not gone on with
     */
    private void install(StoredSession stored, Consumer<C> then, Runnable handled) {
        C call = service.decode(stored);
        call.group = stored.group();
        call.goneOnFrom = stored.version();
        call.elsewhere = call.takenOver || mayHaveChangedHands();
        boolean unfinished = call.takenOver && call.pending() && !call.terminated();
        if (loses(call)) {
            handled.run();
        } else if (unfinished && settings.serving().guarded()) {
            guarded(call, then, handled);
        } else if (unfinished && call.poison) {
            world.halt();
        } else {
            goOn(call, then, handled);
        }
    }

    private void goOn(C call, Consumer<C> then, Runnable handled) {
        calls.put(call.callId, call);
        arm(call);
        then.accept(call);
        handled.run();
    }

    /**
     * Goes on with a call that its last owner was about when it died, unless the one before that was, too. That this one is about it now is
     * stored before anything else happens to it, and once more when it is survived.
     */
    private void guarded(C call, Consumer<C> then, Runnable handled) {
        if (call.attempts >= MOST_ATTEMPTS) {
            world.event("poison-refused", Map.of("callId", call.callId));
            call.poison = false;
            call.attempts = 0;
            goOn(call, service::refuse, handled);
            return;
        }
        call.attempts++;
        var waiting = new ArrayList<>(fetching.getOrDefault(call.callId, List.of()));
        fetching.put(call.callId, waiting);
        var step = new Committing() {};
        storing.commit(call, step, Depth.CONFIRMED, () -> {
            if (fetching.get(call.callId) == waiting) {
                fetching.remove(call.callId);
                goOn(call, then, handled);
                storing.store(call, step, Depth.CONFIRMED, () -> {});
                waiting.forEach(received -> handle(received.message(), received.from()));
            }
        });
    }

    void takeOver(List<StoredSession> stored) {
        int activated = 0;
        for (StoredSession one : stored) {
            C cached = calls.get(one.callId());
            if (!replicator.owns(one.callId()) || cached != null && cached.version >= one.version()) {
                continue;
            }
            // What waits for it in the meantime is handled once it is found there.
            install(one, call -> storeMoved(call, () -> {}), () -> {});
            if (calls.containsKey(one.callId())) {
                activated++;
            }
        }
        world.event("takeover-activated", Map.of("sessions", activated, "handed", stored.size()));
    }

    /** Goes on with what a former owner gives away that is alive; it may come again until it is confirmed. */
    void moved(List<StoredSession> moved, Consumer<List<String>> stored) {
        var refused = new ArrayList<String>(0);
        int[] left = {1};
        int[] activated = {0};
        Runnable one = () -> {
            if (--left[0] == 0) {
                if (!moved.isEmpty()) {
                    world.event("takeover-activated", Map.of("sessions", activated[0], "handed", moved.size()));
                }
                stored.accept(refused);
            }
        };
        for (StoredSession given : moved) {
            if (!replicator.owns(given.callId())) {
                refused.add(given.callId());
            } else {
                left[0]++;
                arrived(given, () -> activated[0]++, one);
            }
        }
        one.run();
    }

    /**
     * Takes one, unless it has come before or gone further since: which an engine that does not have it in its hands learns from the stores.
     */
    private void arrived(StoredSession given, Runnable taken, Runnable stored) {
        C cached = calls.get(given.callId());
        if (cached != null && cached.version >= given.version()) {
            Storing.onceStored(cached, stored);
        } else if (cached != null || !replicated) {
            take(given, taken, stored);
        } else {
            arriving.add(given.callId());
            ask(given.callId(), found -> {
                arriving.remove(given.callId());
                if (!replicator.owns(given.callId())) {
                    // Whoever gave it gives it to its next owner.
                    return;
                }
                StoredSession newest =
                        found.filter(its -> its.version() > given.version()).orElse(given);
                if (calls.containsKey(given.callId())) {
                    arrived(newest, taken, stored);
                } else {
                    take(newest, taken, stored);
                }
                given();
            });
        }
    }

    private void take(StoredSession session, Runnable taken, Runnable stored) {
        boolean[] goesOn = {false};
        install(
                session,
                call -> {
                    goesOn[0] = true;
                    taken.run();
                    storeMoved(call, stored);
                },
                () -> {
                    if (!goesOn[0]) {
                        stored.run();
                    }
                });
    }

    /** What its former owner knew the stores may not: stored before anything that it says is said again. */
    private void storeMoved(C call, Runnable then) {
        call.moving = true;
        boolean stores = storing.storeWhole(call, () -> {
            service.resume(call);
            arm(call);
            then.run();
            call.moving = false;
            evictIfIdle(call);
        });
        if (!stores) {
            service.resume(call);
            then.run();
            call.moving = false;
        }
    }

    void ownershipChanged() {
        ownershipChangedAt = world.epochMicros();
        int dropped = 0;
        int seen = 0;
        var leaving = new ArrayList<StoredSession>();
        for (Iterator<C> each = calls.values().iterator(); each.hasNext(); ) {
            C call = each.next();
            if (!replicator.owns(call.callId)) {
                each.remove();
                dropped++;
                if (!replicated || call.pending() || call.storing > 0) {
                    leaving.add(service.whole(call).in(call.group));
                }
            }
            // With thousands of calls this takes longer than an element may stand still.
            if (++seen % AT_ONCE == 0) {
                if (!world.steady()) {
                    return;
                }
                giveAway(leaving);
            }
        }
        leaving.addAll(disputed.values());
        disputed.clear();
        giveAway(leaving);
        world.event("takeover-started", Map.of("handedBack", dropped));
        early.due(replicator::owns, ownershipChangedAt).forEach(one -> received(one.message(), one.from()));
    }

    private void giveAway(List<StoredSession> leaving) {
        replicator.giveAway(List.copyOf(leaving));
        leaving.clear();
    }

    void fenced(String callId, long version) {
        counters.fenced.increment();
        C call = calls.get(callId);
        if (call == null || call.goneOnFrom < version) {
            calls.remove(callId);
            fetching.remove(callId);
            if (call != null && !settings.storesFirst()) {
                dispute(service.whole(call).in(call.group));
            }
        }
    }

    /** Keeps what the stores do not have for its next owner, but not for ever: they have taken more of it from another one, perhaps. */
    private void dispute(StoredSession whole) {
        disputed.put(whole.callId(), whole);
        world.at(world.epochMicros() + settings.t1Micros(), () -> disputed.remove(whole.callId(), whole));
    }
}
