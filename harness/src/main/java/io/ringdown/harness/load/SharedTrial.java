package io.ringdown.harness.load;

import io.ringdown.judge.ForeignLoad;
import io.ringdown.record.ClockOffset;
import io.ringdown.record.LoadHost;
import io.ringdown.record.Operation;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.TrialOrder;
import io.ringdown.record.TrialShare;
import io.ringdown.record.WorkOrder;
import io.ringdown.workloads.TrialLoad;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.LongStream;
import java.util.stream.Stream;

/**
 * A trial of which each load host offers its share, so that together they offer what one would. What they recorded of it is taken over into the run's
 * operations log when it ends, before the next one begins, so that the search counts what the judge will.
 */
final class SharedTrial implements TrialLoad {
    /** For the last transactions, and for what is recorded to be written. */
    private static final int ENDED_SECONDS = 15;

    private final LoadHosts hosts;
    private final TrialOrder order;
    private final RunRecorder recorder;
    private final RunClock clock;
    private final long[] late;
    private final int steps;
    private int begunSteps = 1;
    private final List<TrialShare> shares = new ArrayList<>();
    private long begin;
    private long first = Operation.NONE;

    /** What a load host told when it had ended its share. */
    private record Told(long began, long written, SelfChecks checks) {
        static Told of(String answer) throws IOException {
            String[] words = answer.split(" ", 3);
            return new Told(Long.parseLong(words[0]), Long.parseLong(words[1]), WorkOrder.checks(words[2]));
        }
    }

    SharedTrial(LoadHosts hosts, TrialOrder order, RunRecorder recorder, RunClock clock) {
        this.hosts = hosts;
        this.order = order;
        this.recorder = recorder;
        this.clock = clock;
        late = new long[hosts.links().size()];
        // Who shares registrations is ready, offers, and clears up.
        steps = order.capacity().callType().registers() ? 3 : 1;
    }

    /** @param at run nanos at which the trial's first session arrives */
    void begin(long at) throws IOException {
        String line = order.line();
        begin = at;
        for (int host = 0; host < late.length; host++) {
            hosts.links().get(host).tell(LoadLink.OFFER + " " + shown(host, at) + " " + line);
        }
        for (int host = 0; host < late.length; host++) {
            try {
                String answer = hosts.links().get(host).await(LoadLink.BEGUN, LoadHosts.ANSWERED_SECONDS);
                // What several steps follow measures nothing yet.
                late[host] = steps > 1 ? 0 : Long.parseLong(answer);
            } catch (IOException e) {
                late[host] = -1;
            }
        }
    }

    /** Its own clock may have gone another way since it was set. */
    private long shown(int host, long at) {
        return hosts.known(host, null, "").shown(at);
    }

    /** Registrations have steps that all take at one instant, when each is done with the one before. */
    @Override
    public void proceed() {
        if (begunSteps < steps && done() == begunSteps) {
            begunSteps++;
            long at = clock.nanos() + LoadHosts.LEAD;
            for (int host = 0; host < late.length; host++) {
                hosts.links().get(host).tell(LoadLink.PROCEED + " " + shown(host, at));
            }
        }
    }

    /** How many steps each of them has done. */
    private int done() {
        return status().mapToInt(TrialStatus::done).min().orElse(0);
    }

    private Stream<TrialStatus> status() {
        return hosts.links().stream().map(link -> link.trial(order.number()));
    }

    @Override
    public int endedSessions() {
        return status().mapToInt(TrialStatus::ended).sum();
    }

    @Override
    public long offeredFrom() {
        return first;
    }

    @Override
    public boolean offeredAll() {
        return done() == steps || !gone().isEmpty();
    }

    @Override
    public int leftBehind() {
        return status().mapToInt(TrialStatus::left).sum();
    }

    /** One that is gone is no failure of the harness's: the trial tells nothing. */
    @Override
    public Throwable failure() {
        return null;
    }

    @Override
    public String gone() {
        return hosts.links().stream()
                .filter(link -> !link.alive())
                .map(link -> link.name + " was not there to the end: " + link.ending())
                .findFirst()
                .orElse("");
    }

    /** The worst of each: one that cannot be believed may have made any of the sessions. */
    @Override
    public SelfChecks selfChecks() {
        return shares.stream()
                .map(TrialShare::checks)
                .filter(Objects::nonNull)
                .reduce(LoadHosts::worse)
                .orElse(LoadHosts.UNKNOWN);
    }

    @Override
    public List<TrialShare> shares() {
        return List.copyOf(shares);
    }

    @Override
    public void close() {
        hosts.lookAtClocks(false);
        try {
            end(hosts.links());
        } finally {
            hosts.lookAtClocks(true);
        }
    }

    private void end(List<LoadLink> links) {
        links.forEach(link -> link.tell(LoadLink.END));
        var told = new ArrayList<Told>();
        for (LoadLink link : links) {
            told.add(told(link));
        }
        long ended = clock.nanos();
        for (int host = 0; host < links.size(); host++) {
            shares.add(share(host, told.get(host), ended));
        }
    }

    /** @return null if it is not there to tell */
    private static Told told(LoadLink link) {
        try {
            return Told.of(link.await(LoadLink.ENDED, ENDED_SECONDS));
        } catch (IOException e) {
            link.fail("what it made of a trial cannot be had: " + e.getMessage());
            return null;
        }
    }

    private TrialShare share(int host, Told told, long ended) {
        LoadLink link = hosts.links().get(host);
        ClockOffset after = told == null ? null : LoadHosts.clock(link);
        LoadHost known = hosts.known(host, after, link.ending());
        Double others = null;
        if (told != null) {
            hosts.fared(host, told.checks());
            others = taken(host, known, told, ended);
        }
        return new TrialShare(
                link.name,
                late[host],
                margin(known, ended),
                told == null ? null : told.checks(),
                others,
                link.ending());
    }

    /** Takes over what it has recorded. @return the share of its machine's processors that others took, if it has one of its own, or null */
    private Double taken(int host, LoadHost known, Told told, long ended) {
        try {
            hosts.place(host).fetch();
            recorder.takeSoFar(known, told.written());
            long began = known.runNanos(told.began());
            if (began == Operation.NONE) {
                // Whose share was nothing has begun nothing.
                return null;
            }
            first = first == Operation.NONE ? began : Math.min(first, began);
            return ForeignLoad.peak(recorder.machine(known), began, ended);
        } catch (IOException | RuntimeException e) {
            hosts.links().get(host).fail("what it recorded cannot be had: " + e.getMessage());
            return null;
        }
    }

    /** The widest of the whole trial. */
    private long margin(LoadHost known, long ended) {
        return LongStream.concat(
                        LongStream.of(begin, ended),
                        Stream.concat(known.meanwhile().stream(), Stream.ofNullable(known.after()))
                                .mapToLong(ClockOffset::at)
                                .filter(at -> at > begin && at < ended))
                .map(known::uncertainty)
                .max()
                .orElse(0);
    }
}
