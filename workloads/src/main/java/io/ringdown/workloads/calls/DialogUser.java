package io.ringdown.workloads.calls;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import java.util.function.LongConsumer;
import java.util.function.LongSupplier;
import java.util.function.Supplier;

/**
 * What the user of an established dialog does: one thing after the other, each repeated when it is refused, until the call is
 * released.
 */
final class DialogUser {
    private static final int REPEATS = 2;
    private static final int MOST_FOLLOW_UPS = 3;
    private static final int REQUEST_PENDING = 491;

    private static final Runnable NOTHING = () -> {};

    private final UserAgent agent;
    private final GeneratorSettings settings;
    private final Dialog dialog;
    private final Runnable done;
    private boolean busy;
    private boolean releaseDue;
    private long releaseAt;
    /** How much later what is open was sent, or its repeats, than it could have been: the generator's own share of its delay. */
    private long ownDelay;

    private boolean releasing;
    private boolean over;
    /** What is to happen once what is open has been answered, or has not. */
    private Runnable whenEnded = NOTHING;

    /**
     * Begins to use a dialog.
     *
     * @param done called once, when the dialog is over for its user
     */
    DialogUser(UserAgent agent, Dialog dialog, Runnable done) {
        this.agent = agent;
        this.settings = agent.settings;
        this.dialog = dialog;
        this.done = done;
    }

    /**
     * Does one thing as its script wants it: now. Left out if the one before is still open: a request that overtakes another one's
     * retransmission would have it refused (RFC 3261 section 12.2.2). What is left out hides no delay: the one before is recorded, and
     * counts from its own intended instant.
     *
     * @param hold until when the callee is to hold its answer, or {@link Operation#NONE}
     */
    void operate(Intent intent, long intended, long hold) {
        begin(intent, intended, hold, true);
    }

    /** The same, unless too many others are open; then it is left out. */
    void operateWithin(Room room, Intent intent, long intended) {
        if (over || busy || dialog.endedRemotely || !room.enter()) {
            return;
        }
        whenEnded = room::leave;
        begin(intent, intended, Operation.NONE, true);
    }

    /**
     * Does one thing again and again for as long as the dialog lasts; in turn, where something else is open.
     *
     * @param intent what is to be done just then
     * @param interval nanoseconds from one to the next just then
     */
    void keepDoing(Supplier<Intent> intent, LongSupplier interval) {
        long next = agent.wire.nanos() + interval.getAsLong();
        agent.wire.at(next, () -> inTurn(intent, interval, next));
    }

    private void inTurn(Supplier<Intent> intent, LongSupplier interval, long intended) {
        if (over || releasing) {
            return;
        }
        if (busy) {
            long again = agent.wire.nanos() + settings.t1();
            agent.wire.at(again, () -> inTurn(intent, interval, again));
        } else {
            operate(intent.get(), intended, Operation.NONE);
            keepDoing(intent, interval);
        }
    }

    /** Hangs up as the script wants it: now, or when what is open has ended. */
    void release(long intended) {
        releaseDue = true;
        releaseAt = intended;
        begin(Intent.RELEASE, intended, Operation.NONE, true);
    }

    /**
     * Hangs up once the call is ready, which its script wanted earlier.
     *
     * @param generatorsDelay of the time that the call took to get ready, what the generator added
     */
    void releaseLate(long intended, long generatorsDelay) {
        ownDelay = generatorsDelay;
        releaseDue = true;
        releaseAt = intended;
        releaseDeferred();
    }

    /** Hangs up at an instant that no script named. */
    void releaseNow() {
        releaseDue = true;
        begin(Intent.RELEASE, agent.wire.nanos(), Operation.NONE, false);
    }

    /**
     * Hangs up after what was open when the script wanted to hang up. Its user could not have done so earlier than that was answered, and
     * the cluster's part of this delay is told by that operation, once: the release counts from the answer. Had the generator sent
     * that operation in time, though, the answer would have come sooner by as much: this part is the generator's, and the release
     * counts from so much earlier, but never from before its scripted instant.
     */
    private void releaseDeferred() {
        long now = agent.wire.nanos();
        long intended = Math.max(Math.min(releaseAt, now), now - ownDelay);
        begin(Intent.RELEASE, intended, Operation.NONE, intended < now);
    }

    private void begin(Intent intent, long intended, long hold, boolean paced) {
        if (over || busy) {
            return;
        }
        if (dialog.endedRemotely) {
            end();
        } else {
            Attempt attempt = Attempt.first(dialog, intent, intended).held(Operation.NONE, hold);
            attempt.paced = paced;
            ownDelay = 0;
            releasing = intent == Intent.RELEASE;
            send(attempt, REPEATS, MOST_FOLLOW_UPS);
        }
    }

    private void send(Attempt attempt, int repeats, int followUps) {
        busy = true;
        attempt.ended = ended -> ended(ended, repeats, followUps);
        agent.send(attempt);
        if (attempt.intent == Intent.MODIFY) {
            agent.giveUpWhenStuck(attempt, () -> repeat(attempt, repeats, followUps));
        }
    }

    private void ended(Attempt attempt, int repeats, int followUps) {
        whenEnded.run();
        whenEnded = NOTHING;
        // A hold ends at its instant, however late it was asked for.
        ownDelay += Math.max(0, attempt.sent - attempt.due());
        boolean gone = attempt.status == 481 || attempt.status == 408 || attempt.status == 0;
        if (attempt.status >= 200 && attempt.status < 300) {
            busy = false;
            if (attempt.intent == Intent.RELEASE) {
                end();
            } else if (releaseDue) {
                releaseDeferred();
            }
        } else if (gone) {
            hangUp();
        } else if (attempt.status == REQUEST_PENDING && followUps > 0) {
            // The owner of the Call-ID waits 2.1 to 4 s (RFC 3261 section 14.1).
            later(3, at -> send(attempt.again(AttemptKind.FOLLOW_UP, at), repeats, followUps - 1));
        } else {
            repeat(attempt, repeats, followUps);
        }
    }

    private void repeat(Attempt attempt, int repeats, int followUps) {
        if (repeats == 0) {
            hangUp();
        } else {
            later(1, at -> send(attempt.again(AttemptKind.REPEAT, at), repeats - 1, followUps));
        }
    }

    private void later(double seconds, LongConsumer then) {
        long instant = agent.wire.nanos() + settings.scaled(seconds);
        agent.wire.at(instant, () -> {
            if (dialog.endedRemotely) {
                end();
            } else {
                then.accept(instant);
            }
        });
    }

    /** The caller must end a dialog whose far side is gone (RFC 3261 section 12.2.1.2). */
    private void hangUp() {
        busy = false;
        if (releasing) {
            end();
        } else {
            releaseNow();
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
