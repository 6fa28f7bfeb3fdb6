package io.ringdown.workloads.calls;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;

/** One call of the population, from its set-up to its end, and what its user does when something fails. */
final class PopulationCall {
    private static final int REPEATS = 2;

    private final UserAgent agent;
    private final GeneratorSettings settings;
    private final Script script;
    private final Runnable done;
    private Dialog dialog;
    private int firstCall;
    private int openOperations;
    private boolean setUpOver;
    private boolean byeDue;
    private boolean over;

    PopulationCall(UserAgent agent, Script script, Runnable done) {
        this.agent = agent;
        this.settings = agent.settings;
        this.script = script;
        this.done = done;
    }

    void begin() {
        agent.loop.at(script.setUp(), () -> {
            dialog = agent.newDialog();
            firstCall = dialog.call;
            agent.recorder()
                    .call(new Call(
                            dialog.call, dialog.callId, CallRole.POPULATION, script.phase(), script.probed(), -1));
            setUp();
        });
    }

    private void setUp() {
        boolean holdsRinging = script.phase() == Phase.P1;
        boolean holdsAnswer = holdsRinging || script.phase() == Phase.P2;
        var attempt = new Attempt(
                dialog,
                Intent.SETUP,
                dialog.intents++,
                AttemptKind.FIRST,
                ++dialog.cseq,
                script.setUp(),
                holdsRinging ? script.release() : Operation.NONE,
                holdsAnswer ? script.release() : Operation.NONE);
        attempt.holdsAck = script.phase() == Phase.P3;
        attempt.ended = this::setUpEnded;
        agent.attempt(attempt);
        whenStuck(attempt, () -> {
            setUpOver = true;
            agent.cancel(attempt, dialog.intents++);
            redial(script.setUp() + settings.scaled(60));
        });
    }

    /** An INVITE that got a 1xx is never sent again: its user gives up 4 s after the answer was due. */
    private void whenStuck(Attempt invite, Runnable then) {
        agent.loop.at(invite.due() + settings.scaled(4), () -> {
            if (!invite.over() && invite.answeredProvisionally()) {
                then.run();
            }
        });
    }

    private void setUpEnded(Attempt attempt) {
        if (setUpOver) {
            return;
        }
        setUpOver = true;
        if (attempt.outcome != Outcome.OK) {
            redial(script.setUp() + settings.scaled(60));
        } else if (attempt.holdsAck) {
            agent.loop.at(script.release(), () -> {
                agent.acknowledge(attempt);
                established();
            });
        } else {
            established();
        }
    }

    private void redial(long deadline) {
        if (agent.clock.nanos() > deadline) {
            end();
            return;
        }
        dialog = agent.newDialog();
        agent.recorder()
                .call(new Call(
                        dialog.call, dialog.callId, CallRole.POPULATION, script.phase(), script.probed(), firstCall));
        var attempt = new Attempt(
                dialog,
                Intent.SETUP,
                0,
                AttemptKind.REDIAL,
                ++dialog.cseq,
                agent.clock.nanos(),
                Operation.NONE,
                Operation.NONE);
        dialog.intents++;
        boolean[] abandoned = {false};
        attempt.ended = ended -> {
            if (abandoned[0]) {
                return;
            }
            if (ended.outcome == Outcome.OK) {
                agent.loop.at(script.bye(), this::byeIsDue);
            } else {
                agent.loop.at(agent.clock.nanos() + settings.scaled(1), () -> redial(deadline));
            }
        };
        agent.attempt(attempt);
        whenStuck(attempt, () -> {
            abandoned[0] = true;
            agent.cancel(attempt, dialog.intents++);
            redial(deadline);
        });
    }

    private void established() {
        for (long info : script.infos()) {
            at(info, () -> operate(Intent.INFO, info, Operation.NONE));
        }
        if (script.phase() == Phase.P5) {
            at(
                    script.operate(),
                    () -> operate(script.modify() ? Intent.MODIFY : Intent.INFO, script.operate(), script.release()));
        }
        if (script.phase() == Phase.P6) {
            at(script.operate(), () -> operate(Intent.RELEASE, script.operate(), script.release()));
        } else {
            agent.loop.at(script.bye(), this::byeIsDue);
        }
    }

    /** What is due already when the call gets ready is left out: a script is no backlog. */
    private void at(long instant, Runnable task) {
        if (instant >= agent.clock.nanos()) {
            agent.loop.at(instant, task);
        } else if (script.phase() == Phase.P6) {
            agent.loop.at(script.bye(), this::byeIsDue);
        }
    }

    private void operate(Intent intent, long intended, long hold) {
        if (!over && !dialog.endedRemotely) {
            operate(intent, dialog.intents++, AttemptKind.FIRST, intended, hold, REPEATS);
        }
    }

    private void operate(Intent intent, int index, AttemptKind kind, long intended, long hold, int repeats) {
        var attempt = new Attempt(dialog, intent, index, kind, ++dialog.cseq, intended, Operation.NONE, hold);
        openOperations++;
        boolean[] abandoned = {false};
        attempt.ended = ended -> {
            if (!abandoned[0]) {
                openOperations--;
                operated(ended, repeats);
            }
        };
        agent.attempt(attempt);
        if (intent == Intent.MODIFY) {
            whenStuck(attempt, () -> {
                abandoned[0] = true;
                openOperations--;
                agent.cancel(attempt, dialog.intents++);
                repeat(attempt, repeats);
            });
        }
    }

    private void operated(Attempt attempt, int repeats) {
        boolean gone = attempt.status == 481 || attempt.status == 408 || attempt.status == 0;
        if (attempt.outcome == Outcome.OK) {
            if (attempt.intent == Intent.RELEASE) {
                end();
            } else if (byeDue) {
                byeIsDue();
            }
        } else if (gone) {
            // The caller must hang up (RFC 3261 section 12.2.1.2).
            end();
        } else {
            repeat(attempt, repeats);
        }
    }

    private void repeat(Attempt attempt, int repeats) {
        if (repeats == 0) {
            end();
        } else if (!over) {
            operate(
                    attempt.intent,
                    attempt.intentIndex,
                    AttemptKind.REPEAT,
                    agent.clock.nanos(),
                    Operation.NONE,
                    repeats - 1);
        }
    }

    private void byeIsDue() {
        byeDue = true;
        if (over) {
            return;
        }
        if (dialog.endedRemotely) {
            end();
        } else if (openOperations == 0) {
            operate(Intent.RELEASE, agent.clock.nanos(), Operation.NONE);
        }
    }

    private void end() {
        if (!over) {
            over = true;
            agent.forget(dialog);
            done.run();
        }
    }
}
