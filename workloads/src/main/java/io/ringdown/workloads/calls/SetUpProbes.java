package io.ringdown.workloads.calls;

import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.workloads.arrivals.ArrivalTimes;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/** Short calls, made all the while: they show when set-ups succeed again. Counted for whoever watches from another thread. */
final class SetUpProbes {
    private final List<UserAgent> agents;
    private int next;
    private final AtomicInteger open = new AtomicInteger();
    private final AtomicInteger successes = new AtomicInteger();
    private final AtomicInteger failures = new AtomicInteger();
    private final AtomicInteger successesInARow = new AtomicInteger();
    private volatile boolean stopped;

    /** @param agents of one thread; the calls are dealt over them */
    SetUpProbes(List<UserAgent> agents) {
        this.agents = List.copyOf(agents);
    }

    /** Makes a call now, and so on as they arrive. */
    void begin(long intended, ArrivalTimes arrivals) {
        if (stopped) {
            return;
        }
        UserAgent agent = agents.get(next++ % agents.size());
        long following = arrivals.next();
        agent.wire.at(following, () -> begin(following, arrivals));
        open.incrementAndGet();
        Dialog dialog = agent.newDialog();
        agent.record(new Call(dialog.call, dialog.callId, CallRole.SETUP_PROBE, Phase.NONE, false, -1));
        Attempt invite = Attempt.first(dialog, Intent.SETUP, intended);
        invite.paced = true;
        invite.ended = ended -> {
            if (ended.outcome == Outcome.OK) {
                succeeded(agent, dialog);
            } else {
                agent.forget(dialog);
                failed();
            }
        };
        agent.send(invite);
        agent.giveUpWhenStuck(invite, this::failed);
    }

    private void succeeded(UserAgent agent, Dialog dialog) {
        successes.incrementAndGet();
        successesInARow.incrementAndGet();
        new DialogUser(agent, dialog, open::decrementAndGet).releaseNow();
    }

    private void failed() {
        failures.incrementAndGet();
        successesInARow.set(0);
        open.decrementAndGet();
    }

    void stop() {
        stopped = true;
    }

    int open() {
        return open.get();
    }

    int successes() {
        return successes.get();
    }

    int failures() {
        return failures.get();
    }

    int successesInARow() {
        return successesInARow.get();
    }
}
