package io.ringdown.workloads.calls;

import io.ringdown.record.Arrivals;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.workloads.arrivals.ArrivalTimes;
import io.ringdown.workloads.sip.Wire;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.LongConsumer;
import java.util.stream.IntStream;

/**
 * A number of users, each of whom registers once in place of a session, or refreshes once what was registered just before (RFC 7502 sections 6.7 and
 * 6.8). Afterwards each binding is removed, since the registrar would have to keep it through the trials to come.
 */
final class Registrations implements Offered {
    /** Section 6.7: at least 3600 s. */
    static final long EXPIRES = 3_600;

    /** For what has to be ready when the first one leaves. */
    private static final long LEAD = 50_000_000;

    /** How often it is asked whether the next step may be taken. */
    private static final long ASKED_EACH = 5_000_000;

    private final List<UserAgent> agents;
    private final List<Binding> bindings;
    private final Share share;
    /** How many of all registrations come before the first of these. */
    private final int before;

    private final Arrivals arrivals;
    private final int aside;
    private final List<LongConsumer> steps;
    /** Those that could not be registered before. For the wires' thread. */
    private final Set<Integer> missing = new HashSet<>();

    private int taken;
    private volatile int done;
    /** When the next step is to be taken; {@link Operation#NONE}: nobody has told. */
    private volatile long next = Operation.NONE;

    private volatile long began = Operation.NONE;
    private volatile int ended;
    private volatile int left;

    /** Does with one binding what is to be done in a round. */
    private interface Step {
        void take(int binding, long intended, Consumer<Attempt> then);
    }

    /**
     * A share of registrations that are dealt over agents of one thread, yet to begin. Where it is not all of them, there are three steps, of which the first may
     * be to do nothing but to be there, and each further one waits until it is told when to be taken: all users are to be registered before the first is
     * refreshed, and none removed before the last has been offered.
     *
     * @param number of all of them
     * @param firstCall number of the first one's call; the agents' next one is the first of these
     * @param arrivals when they are offered
     * @param renewed whether what is offered is a refresh
     * @param aside REGISTERs a second that make ready and clear up
     */
    Registrations(
            List<UserAgent> agents,
            Share share,
            int number,
            int firstCall,
            Arrivals arrivals,
            boolean renewed,
            int aside) {
        this.agents = List.copyOf(agents);
        this.share = share;
        this.arrivals = arrivals;
        this.aside = aside;
        before = share.first(firstCall) - firstCall;
        bindings = IntStream.range(0, share.count(firstCall, number))
                .mapToObj(i -> Binding.offered(agents.get(i % agents.size()), EXPIRES))
                .toList();
        left = bindings.size();
        LongConsumer first =
                renewed ? this::makeReady : at -> agents.get(0).wire.at(at, this::stepDone);
        steps = renewed || share.of() > 1
                ? List.of(first, this::offer, this::remove)
                : List.of(this::offer, this::remove);
    }

    /**
     * Begins. Before the wires start.
     *
     * @param at run nanos at which the first of all registrations is due
     */
    void begin(long at) {
        steps.get(taken++).accept(at);
    }

    private void stepDone() {
        done = taken;
        if (taken < steps.size()) {
            if (share.of() == 1) {
                next = agents.get(0).wire.nanos() + LEAD;
            }
            awaitNext();
        }
    }

    private void awaitNext() {
        long at = next;
        if (at == Operation.NONE) {
            Wire wire = agents.get(0).wire;
            wire.at(wire.nanos() + ASKED_EACH, this::awaitNext);
        } else {
            next = Operation.NONE;
            begin(at);
        }
    }

    @Override
    public void proceed(long at) {
        next = at;
    }

    @Override
    public int stepsDone() {
        return done;
    }

    @Override
    public int steps() {
        return steps.size();
    }

    private void makeReady(long at) {
        round(new Arrivals.Constant(aside), at, this::makeReady, register -> {});
    }

    private void makeReady(int binding, long intended, Consumer<Attempt> then) {
        bindings.get(binding).once(intended, false, register -> {
            if (register.outcome != Outcome.OK) {
                missing.add(binding);
            }
            then.accept(register);
        });
    }

    private void offer(long at) {
        began = round(arrivals, at, this::offered, register -> ended = ended + 1);
    }

    /** A refresh of what is not registered would be something else: that is left out, and nobody can tell its end. */
    private void offered(int binding, long intended, Consumer<Attempt> then) {
        if (missing.contains(binding)) {
            then.accept(null);
        } else {
            bindings.get(binding).once(intended, true, then);
        }
    }

    private void remove(long at) {
        round(
                new Arrivals.Constant(aside),
                at,
                (binding, intended, then) -> bindings.get(binding).remove(intended, then),
                register -> left = left - (register.outcome == Outcome.OK ? 1 : 0));
    }

    /**
     * Takes a step with every binding.
     *
     * @param at when the first one of all is due
     * @param each told of each that has ended
     * @return when the first one of these is due; {@link Operation#NONE} if there is none
     */
    private long round(Arrivals pace, long at, Step step, Consumer<Attempt> each) {
        if (bindings.isEmpty()) {
            agents.get(0).wire.at(at, this::stepDone);
            return Operation.NONE;
        }
        var times = ArrivalTimes.of(pace, at, 0).every(before, share.of());
        int[] open = {bindings.size()};
        Consumer<Attempt> whenEnded = register -> {
            each.accept(register);
            if (--open[0] == 0) {
                stepDone();
            }
        };
        long first = times.next();
        agents.get(0).wire.at(first, () -> take(0, first, times, step, whenEnded));
        return first;
    }

    private void take(int binding, long intended, ArrivalTimes times, Step step, Consumer<Attempt> done) {
        if (binding + 1 < bindings.size()) {
            long following = times.next();
            agents.get(0).wire.at(following, () -> take(binding + 1, following, times, step, done));
        }
        step.take(binding, intended, done);
    }

    @Override
    public int ended() {
        return ended;
    }

    @Override
    public long began() {
        return began;
    }

    @Override
    public boolean over() {
        return done == steps.size();
    }

    @Override
    public int left() {
        return left;
    }
}
