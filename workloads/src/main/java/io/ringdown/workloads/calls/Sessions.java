package io.ringdown.workloads.calls;

import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.workloads.arrivals.ArrivalTimes;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** A number of sessions, each set up, held, and released (RFC 7501 section 3.1); one that fails is not tried again. */
final class Sessions implements Offered {
    private final List<UserAgent> agents;
    private final CallRole role;
    private final int number;
    private final long hold;
    private final long threshold;
    private final AtomicInteger ended = new AtomicInteger();
    private volatile long began = Operation.NONE;
    private volatile int begun;
    private volatile boolean stopped;

    /**
     * Sessions that are dealt over agents of one thread, yet to begin.
     *
     * @param role why they are made
     * @param hold nanoseconds from the answer to the release; 0: at once
     * @param threshold nanoseconds in which a session may be established: nobody gives it up earlier
     */
    Sessions(List<UserAgent> agents, CallRole role, int number, long hold, long threshold) {
        this.agents = List.copyOf(agents);
        this.role = role;
        this.number = number;
        this.hold = hold;
        this.threshold = threshold;
    }

    /** Begins a session now, and the others as they arrive. */
    void begin(long intended, ArrivalTimes arrivals) {
        if (stopped) {
            return;
        }
        if (begun == 0) {
            began = intended;
        }
        UserAgent agent = agents.get(begun % agents.size());
        begun = begun + 1;
        if (begun < number) {
            long following = arrivals.next();
            agent.wire.at(following, () -> begin(following, arrivals));
        }
        Dialog dialog = agent.newDialog();
        agent.record(new Call(dialog.call, dialog.callId, role, Phase.NONE, false, -1));
        Attempt invite = Attempt.first(dialog, Intent.SETUP, intended);
        invite.paced = true;
        invite.ended = answered -> {
            if (answered.outcome == Outcome.OK) {
                established(agent, dialog);
            } else {
                agent.forget(dialog);
                ended.incrementAndGet();
            }
        };
        agent.send(invite);
        agent.giveUpWhenStuck(invite, threshold, ended::incrementAndGet);
    }

    private void established(UserAgent agent, Dialog dialog) {
        var user = new DialogUser(agent, dialog, ended::incrementAndGet);
        if (hold == 0) {
            user.releaseNow();
        } else {
            long release = agent.wire.nanos() + hold;
            agent.wire.at(release, () -> user.release(release));
        }
    }

    /** Begins no further ones. */
    void stop() {
        stopped = true;
    }

    /** Sessions that have begun and not ended. */
    int open() {
        return begun - ended();
    }

    @Override
    public int ended() {
        return ended.get();
    }

    @Override
    public long began() {
        return began;
    }

    @Override
    public boolean over() {
        return ended() == number;
    }

    @Override
    public int left() {
        return 0;
    }
}
