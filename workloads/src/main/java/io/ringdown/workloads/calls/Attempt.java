package io.ringdown.workloads.calls;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.workloads.sip.Wire;
import java.net.InetSocketAddress;
import java.util.function.Consumer;

/** One client transaction (RFC 3261 section 17.1): what it sends, how far it is, and what it has seen. */
final class Attempt {
    private static final Runnable NOTHING = () -> {};
    /** Of one intent; a server that goes on asking for more is not asked for ever. */
    private static final int MOST_FOLLOW_UPS = 4;

    private static final Consumer<Attempt> NOBODY = attempt -> {};

    final Dialog dialog;
    final Intent intent;
    final int intentIndex;
    final AttemptKind kind;
    final int cseq;
    final long intended;
    long hold18x = Operation.NONE;
    long holdFinal = Operation.NONE;
    /** What the callee is to do of its own in the call that this sets up, or null. */
    Script.Asked asked;

    // What its script wants.
    /** Called once, when the attempt has ended, unless it was given up before. */
    Consumer<Attempt> ended = NOBODY;
    /** Whether a script named the instant, so that being late is the generator's fault. */
    boolean paced;

    boolean retransmits = true;
    /** Whether it may go to another service address than its dialog's. */
    boolean moves = true;
    /** What its script does without it, once it was given up; null: it is not to be. */
    Runnable without;
    /** How long its user waits at least, in nanoseconds from when the answer was due. */
    long leastPatience;
    /** A script that holds its ACK sends it itself. */
    boolean holdsAck;
    /** Whether it leaves a trace in the operations log. */
    boolean recorded = true;

    // The transaction.
    /** Header lines beside those of every request, each with its end. */
    String headers = "";
    /** Those of them that answer challenges, which the ACK to its 2xx repeats (RFC 3261 section 22.1). */
    String credentials = "";
    /** Whether this is a request that was on a lost connection, sent again. */
    boolean resent;
    /** How many service addresses have been tried, this one included. */
    int addresses = 1;
    /** Its Request-URI. */
    String uri;
    /** Where it is sent. */
    InetSocketAddress destination;
    /** Where redirections have led its request, and may lead it yet; null: there was none. */
    TargetSet targets;
    /** Which of these this one goes to; null: its dialog's. */
    TargetSet.Target target;
    /** Whether its 2xx shows that what was asked for has not been done all the same. */
    boolean inVain;
    /** Whether another attempt does for its user what it was to do. */
    boolean replaced;

    private int followUps;
    private boolean answeredServer;
    private boolean answeredProxy;
    String branch;
    byte[] request;
    /** Branch of the ACK to the INVITE's 2xx, once there is one. */
    String ackBranch;
    /** Tag of the To that the request bore. */
    String toTag = "";
    /** To-tag of the first 18x, which makes an early dialog (RFC 3261 section 12.1). */
    String earlyTag = "";
    /** Whether a further 18x had another one. */
    boolean earlyTagChanged;
    /** To-tags of further 2xx answers to it. */
    String forkedTags = "";

    Wire.Timer timer;
    /** Until when its user waits for an answer. */
    Wire.Timer patience;

    long nextRetransmission;
    long wait;
    long deadline;
    /** What to do about the first 1xx. */
    Runnable provisional = NOTHING;
    /** Its user has given it up, and cancelled it. */
    boolean givenUp;

    // What was seen.
    long sent = Operation.NONE;
    long trying = Operation.NONE;
    long ringing = Operation.NONE;
    long end = Operation.NONE;
    long acked = Operation.NONE;
    Outcome outcome = Outcome.INDETERMINATE;
    int status;
    int retransmissions;
    String node = "";
    long counter = -1;
    int setups = -1;
    int answersAgain;
    long lastAnswer = Operation.NONE;

    private Attempt(Dialog dialog, Intent intent, int intentIndex, AttemptKind kind, int cseq, long intended) {
        this.dialog = dialog;
        this.intent = intent;
        this.intentIndex = intentIndex;
        this.kind = kind;
        this.cseq = cseq;
        this.intended = intended;
    }

    /** The next thing that a dialog's user wants. */
    static Attempt first(Dialog dialog, Intent intent, long intended) {
        return new Attempt(dialog, intent, dialog.intents++, AttemptKind.FIRST, ++dialog.cseq, intended);
    }

    /** A set-up that takes the place of an earlier call's. */
    static Attempt redial(Dialog dialog, long intended) {
        return new Attempt(dialog, Intent.SETUP, dialog.intents++, AttemptKind.REDIAL, ++dialog.cseq, intended);
    }

    /** The CANCEL of an INVITE, which travels as its INVITE did (RFC 3261 section 9.1). */
    static Attempt cancel(Attempt invite, long intended) {
        Dialog dialog = invite.dialog;
        var cancel = new Attempt(dialog, Intent.CANCEL, dialog.intents++, AttemptKind.FIRST, invite.cseq, intended);
        cancel.branch = invite.branch;
        cancel.toTag = invite.toTag;
        cancel.uri = invite.uri;
        cancel.destination = invite.destination;
        return cancel;
    }

    /** A set-up that ended earlier, as it is for who hears of it again. */
    static Attempt over(Dialog dialog, int cseq, int status, String branch, String ackBranch) {
        var setUp = new Attempt(dialog, Intent.SETUP, 0, AttemptKind.FIRST, cseq, 0);
        setUp.recorded = false;
        setUp.uri = dialog.remoteTarget;
        setUp.destination = dialog.service;
        setUp.status = status;
        setUp.outcome = status >= 200 && status < 300 ? Outcome.OK : Outcome.FAILED;
        setUp.end = 0;
        setUp.branch = branch;
        setUp.ackBranch = ackBranch;
        return setUp;
    }

    /**
     * Says where it goes, unless it is another one once more: to its dialog's target by the cluster, or to where a redirection led it. Within a dialog that
     * one still goes by the route set (RFC 3261 section 12.2.1.2), whose first hop the cluster stands for.
     */
    void route() {
        if (uri == null) {
            uri = target == null ? dialog.remoteTarget : target.uri();
        }
        if (destination == null) {
            destination = target == null || !dialog.routes.isEmpty() ? dialog.service : target.address();
        }
    }

    /** Whether it does what another attempt was to do. */
    boolean inPlaceOfAnother() {
        return kind == AttemptKind.FOLLOW_UP || kind == AttemptKind.REPEAT;
    }

    /** The same intent once more, as a new request of the same dialog. */
    Attempt again(AttemptKind kind, long intended) {
        return new Attempt(dialog, intent, intentIndex, kind, ++dialog.cseq, intended);
    }

    /** The same request on a new connection, its old one being lost: the branch tells the far side that it is the same. */
    Attempt onNewConnection(long intended) {
        Attempt again = inPlaceOf(AttemptKind.REPEAT, cseq, intended);
        again.branch = branch;
        again.uri = uri;
        again.destination = destination;
        again.resent = true;
        again.givenUp = givenUp;
        return again;
    }

    /** The same request to another address, which differs in its branch only (RFC 3263 section 4.3). */
    Attempt elsewhere(long intended) {
        Attempt again = inPlaceOf(AttemptKind.REPEAT, cseq, intended);
        again.addresses = addresses + 1;
        return again;
    }

    /** Whether an answer may ask for more: none has asked often enough. */
    boolean mayFollowUp() {
        return followUps < MOST_FOLLOW_UPS;
    }

    /** What the answer asks to be sent in its place; null if it has asked often enough. */
    Attempt followUp(long intended) {
        if (!mayFollowUp()) {
            return null;
        }
        Attempt again = inPlaceOf(AttemptKind.FOLLOW_UP, ++dialog.cseq, intended);
        again.followUps = followUps + 1;
        again.answeredServer |= status == 401;
        again.answeredProxy |= status == 407;
        return again;
    }

    /** The same to where a redirection has led; who is there has not challenged it yet. */
    Attempt to(TargetSet.Target target, AttemptKind kind, long intended) {
        Attempt again = inPlaceOf(kind, ++dialog.cseq, intended);
        again.target = target;
        again.followUps = followUps + (kind == AttemptKind.FOLLOW_UP ? 1 : 0);
        again.answeredServer = false;
        again.answeredProxy = false;
        return again;
    }

    /** Whether this answers a challenge by a server, or by a proxy, already. */
    boolean answeredChallenge(int status) {
        return status == 407 ? answeredProxy : answeredServer;
    }

    /** Another attempt that does for its user what this one was to do. */
    private Attempt inPlaceOf(AttemptKind kind, int cseq, long intended) {
        var again = new Attempt(dialog, intent, intentIndex, kind, cseq, intended).held(hold18x, holdFinal);
        again.asked = asked;
        again.ended = ended;
        again.retransmits = retransmits;
        again.moves = moves;
        again.without = without;
        again.leastPatience = leastPatience;
        again.holdsAck = holdsAck;
        again.recorded = recorded;
        again.toTag = toTag;
        again.addresses = addresses;
        again.targets = targets;
        again.target = target;
        again.followUps = followUps;
        again.answeredServer = answeredServer;
        again.answeredProxy = answeredProxy;
        return again;
    }

    /** Asks the callee to hold its 18x and its final response. */
    Attempt held(long hold18x, long holdFinal) {
        this.hold18x = hold18x;
        this.holdFinal = holdFinal;
        return this;
    }

    String method() {
        return switch (intent) {
            case SETUP, MODIFY -> "INVITE";
            case RELEASE -> "BYE";
            case INFO -> "INFO";
            case OPTIONS -> "OPTIONS";
            case CANCEL -> "CANCEL";
            case REGISTER -> "REGISTER";
            case UPDATE -> "UPDATE";
        };
    }

    boolean invite() {
        return intent == Intent.SETUP || intent == Intent.MODIFY;
    }

    boolean over() {
        return end != Operation.NONE;
    }

    boolean answeredProvisionally() {
        return trying != Operation.NONE || ringing != Operation.NONE;
    }

    /** An 18x came with a To-tag, or with none. */
    void early(String tag) {
        if (earlyTag.isEmpty()) {
            earlyTag = tag;
        } else {
            earlyTagChanged |= !tag.isEmpty() && !tag.equals(earlyTag);
        }
    }

    /** Nobody is there any more to hear its end: it can only be told of what its user had given up by then, and gone on without. */
    void leave(long now) {
        if (givenUp && !over()) {
            end = now;
            outcome = Outcome.FAILED;
        }
    }

    /** When the answer is due if nothing goes wrong. */
    long due() {
        return Math.max(intended, Math.max(hold18x, holdFinal));
    }

    void forgetProvisional() {
        provisional = NOTHING;
    }

    void stopTimer() {
        if (timer != null) {
            timer.cancel();
        }
    }

    /** It has ended. It may be kept for 64 T1, so what only an open one needs is let go: timers, request, and its user. */
    Consumer<Attempt> close() {
        stopTimer();
        timer = null;
        if (patience != null) {
            patience.cancel();
            patience = null;
        }
        request = null;
        provisional = NOTHING;
        Consumer<Attempt> user = ended;
        ended = NOBODY;
        return user;
    }

    Operation operation() {
        return new Operation(
                dialog.call,
                intent,
                intentIndex,
                kind,
                cseq,
                intended,
                sent,
                trying,
                ringing,
                end,
                acked,
                hold18x,
                holdFinal,
                outcome,
                status,
                retransmissions,
                node,
                counter,
                setups,
                answersAgain,
                lastAnswer);
    }
}
