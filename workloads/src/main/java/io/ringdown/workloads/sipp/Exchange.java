package io.ringdown.workloads.sipp;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;

/** One client transaction of SIPp's, as far as its logs have told it. */
final class Exchange {
    final int call;
    final Intent intent;
    final int intentIndex;
    final AttemptKind kind;
    final int cseq;
    final long intended;
    final long sent;
    long hold18x = Operation.NONE;
    long holdFinal = Operation.NONE;

    private long trying = Operation.NONE;
    private long ringing = Operation.NONE;
    private long end = Operation.NONE;
    private long acked = Operation.NONE;
    private int status;
    private int retransmissions;
    private int answersAgain;
    private long lastAnswer = Operation.NONE;
    private String node = "";
    private long counter = -1;
    private int setups = -1;

    /** Tag of the first 18x; empty: it had none. */
    String earlyTag = "";
    /** Its scenario has noted the final response. */
    boolean noted;

    boolean recorded;
    /** Nobody waits for it any more, and nobody knows what it would have come to. */
    boolean abandoned;
    /** It is not repeated, however it ends. */
    boolean lastAttempt;
    /** Nobody gives it up: a 1xx to an INVITE ends Timer B, and leaves no other. */
    boolean patient;
    /** Its user has cancelled it. */
    boolean cancelled;
    /** When its user went on to something else, or dialled anew: what comes to it from then on belongs to nobody. */
    long left = Operation.NONE;
    /** It was accepted after that, and nobody acknowledged it. */
    boolean tooLate;
    /** It was a set-up that was refused, and then accepted. */
    private boolean afterAll;
    /** When its timer B or F expired. */
    long silence = Operation.NONE;

    Exchange(int call, Intent intent, int intentIndex, AttemptKind kind, int cseq, long intended, long sent) {
        this.call = call;
        this.intent = intent;
        this.intentIndex = intentIndex;
        this.kind = kind;
        this.cseq = cseq;
        this.intended = intended;
        this.sent = sent;
    }

    boolean invite() {
        return intent == Intent.SETUP || intent == Intent.MODIFY;
    }

    void sentAgain() {
        retransmissions += answered() ? 0 : 1;
    }

    void acknowledged(long at) {
        if (accepted() && acked == Operation.NONE) {
            acked = at;
        }
    }

    void responded(int code, long at) {
        if (code == 100) {
            trying = trying == Operation.NONE ? at : trying;
        } else if (code < 200) {
            ringing = ringing == Operation.NONE ? at : ringing;
        } else if (left != Operation.NONE && code < 300) {
            tooLate = true;
        } else if (!answered()) {
            status = code;
            end = at;
        } else if (invite() && accepted() && code < 300 && acked == Operation.NONE) {
            answersAgain++;
            lastAnswer = at;
        }
    }

    void told(NoteLine note) {
        node = note.node().isEmpty() ? node : note.node();
        counter = note.counter();
        setups = note.setups();
        noted = true;
    }

    /** Whether a response, the first of its kind, accepts a set-up that has been refused. */
    boolean acceptedAfterAll(int code) {
        boolean does = refusal() > 0 && code >= 200 && code < 300;
        afterAll |= does;
        return does;
    }

    /** The final response that refused a set-up; 0: none did, or it was accepted all the same. */
    int refusal() {
        return intent == Intent.SETUP && status >= 300 && !afterAll ? status : 0;
    }

    boolean answered() {
        return status >= 200;
    }

    boolean accepted() {
        return status >= 200 && status < 300;
    }

    int status() {
        return status;
    }

    /** When nothing more is to come of it: its answer, its ACK, its expiry; or {@link Operation#NONE}. */
    long over() {
        if (accepted() && invite()) {
            return acked;
        }
        return answered() ? end : silence;
    }

    /** A dialog is lost once a 5xx, or a 3xx that nobody follows, has come to two repeats as well. Where these are not made, nobody knows whether it is. */
    private boolean untold() {
        boolean within = intent != Intent.SETUP && intent != Intent.CANCEL && intent != Intent.OPTIONS;
        boolean repeated = status / 100 == 5 || status / 100 == 3;
        return within && repeated && (lastAttempt || silence != Operation.NONE);
    }

    /**
     * What became of it.
     *
     * @param timeout nanoseconds after which one without an answer has failed, however little its scenario says
     * @param until when the logs ended
     */
    Operation operation(long timeout, long until) {
        // Who has cancelled an INVITE and gone on has been told nothing, and waits for nothing.
        long expiry = silence != Operation.NONE
                ? silence
                : cancelled && left != Operation.NONE ? Math.min(left, sent + timeout) : sent + timeout;
        boolean rings = patient && invite() && (trying != Operation.NONE || ringing != Operation.NONE);
        boolean expired = !answered() && !abandoned && !rings && !tooLate && expiry <= until;
        boolean failed = answered() && !untold() || expired;
        Outcome outcome = accepted() ? Outcome.OK : failed ? Outcome.FAILED : Outcome.INDETERMINATE;
        return new Operation(
                call,
                intent,
                intentIndex,
                kind,
                cseq,
                intended,
                sent,
                trying,
                ringing,
                answered() ? end : expired ? expiry : Operation.NONE,
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
