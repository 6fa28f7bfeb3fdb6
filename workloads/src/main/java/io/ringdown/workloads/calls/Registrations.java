package io.ringdown.workloads.calls;

import io.ringdown.record.Arrivals;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.workloads.arrivals.ArrivalTimes;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;
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

    private final List<UserAgent> agents;
    private final List<Binding> bindings;
    private final Arrivals arrivals;
    private final boolean renewed;
    private final int aside;
    /** Those that could not be registered before. For the wires' thread. */
    private final Set<Integer> missing = new HashSet<>();

    private volatile long began = Operation.NONE;
    private volatile int ended;
    private volatile int left;
    private volatile boolean over;

    /** Does with one binding what is to be done in a round. */
    private interface Step {
        void take(int binding, long intended, Consumer<Attempt> then);
    }

    /**
     * Registrations that are dealt over agents of one thread, yet to begin.
     *
     * @param arrivals when they are offered
     * @param renewed whether what is offered is a refresh
     * @param aside REGISTERs a second that make ready and clear up
     */
    Registrations(List<UserAgent> agents, int number, Arrivals arrivals, boolean renewed, int aside) {
        this.agents = List.copyOf(agents);
        this.arrivals = arrivals;
        this.renewed = renewed;
        this.aside = aside;
        bindings = IntStream.range(0, number)
                .mapToObj(i -> Binding.offered(agents.get(i % agents.size()), EXPIRES))
                .toList();
        left = number;
    }

    /** Begins. Before the wires start, or on their thread. */
    void begin() {
        if (renewed) {
            round(new Arrivals.Constant(aside), this::makeReady, register -> {}, this::offer);
        } else {
            offer();
        }
    }

    private void makeReady(int binding, long intended, Consumer<Attempt> then) {
        bindings.get(binding).once(intended, false, register -> {
            if (register.outcome != Outcome.OK) {
                missing.add(binding);
            }
            then.accept(register);
        });
    }

    private void offer() {
        began = round(arrivals, this::offered, register -> ended = ended + 1, this::remove);
    }

    /** A refresh of what is not registered would be something else: that is left out, and nobody can tell its end. */
    private void offered(int binding, long intended, Consumer<Attempt> then) {
        if (missing.contains(binding)) {
            then.accept(null);
        } else {
            bindings.get(binding).once(intended, true, then);
        }
    }

    private void remove() {
        round(
                new Arrivals.Constant(aside),
                (binding, intended, then) -> bindings.get(binding).remove(intended, then),
                register -> left = left - (register.outcome == Outcome.OK ? 1 : 0),
                () -> over = true);
    }

    /**
     * Takes a step with every binding.
     *
     * @param each told of each that has ended
     * @param then done when all have
     * @return when the first one is due
     */
    private long round(Arrivals pace, Step step, Consumer<Attempt> each, Runnable then) {
        var times = ArrivalTimes.of(pace, agents.get(0).wire.nanos() + LEAD, 0);
        int[] open = {bindings.size()};
        Consumer<Attempt> done = register -> {
            each.accept(register);
            if (--open[0] == 0) {
                then.run();
            }
        };
        long first = times.next();
        agents.get(0).wire.at(first, () -> take(0, first, times, step, done));
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
        return over;
    }

    @Override
    public int left() {
        return left;
    }
}
