package io.ringdown.workloads.calls;

import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Caller;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;

/** One call of the population, from its set-up, over re-dials if it comes to that, to its end. */
final class PopulationCall {
    private static final double REDIAL_WITHIN_SECONDS = 60;

    private final UserAgent agent;
    private final GeneratorSettings settings;
    private final Script script;
    private final Room fresh;
    private final Runnable done;
    private final long redialUntil;
    private int firstCall;

    /** @param fresh for the INFOs that make calls fresh, of all calls of a loop */
    PopulationCall(UserAgent agent, Script script, Room fresh, Runnable done) {
        this.agent = agent;
        this.settings = agent.settings;
        this.script = script;
        this.fresh = fresh;
        this.done = done;
        redialUntil = script.setUp() + settings.scaled(REDIAL_WITHIN_SECONDS);
    }

    void begin() {
        agent.wire.at(script.setUp(), this::setUp);
    }

    private void setUp() {
        Dialog dialog = newDialog(-1);
        firstCall = dialog.call;
        boolean ringingHeld = script.phase() == Phase.P1;
        boolean answerHeld = ringingHeld || script.phase() == Phase.P2;
        Attempt invite = Attempt.first(dialog, Intent.SETUP, script.setUp())
                .held(ringingHeld ? script.release() : Operation.NONE, answerHeld ? script.release() : Operation.NONE);
        invite.paced = true;
        invite.asked = script.asked();
        invite.holdsAck = script.phase() == Phase.P3;
        invite.ended = ended -> {
            if (ended.outcome != Outcome.OK) {
                agent.forget(dialog);
                redial();
            } else if (ended.holdsAck) {
                agent.wire.at(script.release(), () -> {
                    agent.acknowledge(ended);
                    established(dialog, 0);
                });
            } else {
                established(dialog, Math.max(0, ended.sent - ended.due()));
            }
        };
        send(invite);
    }

    /** An INVITE that got a 1xx is never sent again: its user gives up 4 s after the answer was due. */
    private void send(Attempt invite) {
        agent.send(invite);
        agent.giveUpWhenStuck(invite, this::redial);
    }

    private void redial() {
        if (agent.wire.nanos() > redialUntil) {
            done.run();
            return;
        }
        Dialog dialog = newDialog(firstCall);
        Attempt invite = Attempt.redial(dialog, agent.wire.nanos());
        invite.ended = ended -> {
            if (ended.outcome == Outcome.OK) {
                var user = new DialogUser(agent, dialog, done);
                keepAlive(user, dialog);
                releaseAtEnd(user, 0);
            } else {
                agent.forget(dialog);
                agent.wire.at(agent.wire.nanos() + settings.scaled(1), this::redial);
            }
        };
        send(invite);
    }

    private Dialog newDialog(int redialOf) {
        Dialog dialog = agent.newDialog();
        Caller.SessionTimer timer = settings.workload().caller().sessionTimer();
        dialog.session = timer == null ? null : new CallerSession(timer);
        agent.record(
                new Call(dialog.call, dialog.callId, CallRole.POPULATION, script.phase(), script.probed(), redialOf));
        return dialog;
    }

    private void established(Dialog dialog, long generatorsDelay) {
        var user = new DialogUser(agent, dialog, done);
        for (long info : script.infos()) {
            at(info, () -> inform(user, info));
        }
        long operate = script.operate();
        if (script.phase() == Phase.P5) {
            at(operate, () -> user.operate(script.modify() ? Intent.MODIFY : Intent.INFO, operate, script.release()));
        } else if (script.phase() == Phase.P6) {
            at(operate, () -> user.operate(Intent.RELEASE, operate, script.release()));
        }
        keepAlive(user, dialog);
        releaseAtEnd(user, generatorsDelay);
    }

    private void inform(DialogUser user, long intended) {
        if (script.phase() == Phase.P4F && intended == script.infos().get(0)) {
            user.operateWithin(fresh, Intent.INFO, intended);
        } else {
            user.operate(Intent.INFO, intended, Operation.NONE);
        }
    }

    /** What the dialog is kept alive by, and shows by that it lives. */
    private void keepAlive(DialogUser user, Dialog dialog) {
        CallerSession session = dialog.session;
        if (session != null) {
            user.keepDoing(() -> session.byUpdate() ? Intent.UPDATE : Intent.MODIFY, session::refreshEach);
        }
        Caller.KeepAlive options = settings.workload().caller().keepAlive();
        if (options != null && options.inDialog()) {
            user.keepDoing(() -> Intent.OPTIONS, options.interval()::toNanos);
        }
    }

    /** What is due already when the call gets ready is left out: a script is no backlog. */
    private void at(long instant, Runnable task) {
        if (instant >= agent.wire.nanos()) {
            agent.wire.at(instant, task);
        }
    }

    private void releaseAtEnd(DialogUser user, long generatorsDelay) {
        if (script.bye() > agent.wire.nanos()) {
            agent.wire.at(script.bye(), () -> user.release(script.bye()));
        } else {
            user.releaseLate(script.bye(), generatorsDelay);
        }
    }
}
