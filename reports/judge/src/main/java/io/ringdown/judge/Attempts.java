package io.ringdown.judge;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import java.util.ArrayList;
import java.util.List;

/** How the attempts of one intent hang together. */
final class Attempts {
    private static final int SERVICE_UNAVAILABLE = 503;

    private Attempts() {}

    /** The first attempt, or what followed it up after a 401, 407, 422, 491 or 3xx: that is neither a repeat nor a failure. */
    static Operation effectiveFirst(List<Operation> attempts) {
        Operation first = attempts.get(0);
        // What follows a repeat up is a part of the repeat.
        for (int i = 1; i < attempts.size() && followsUp(attempts.get(i), first); i++) {
            first = attempts.get(i);
        }
        return first;
    }

    /** Those operations of a call that are of one intent, in their order. By a loop: it is asked of every call, many times. */
    static List<Operation> of(Intent intent, List<Operation> operations) {
        var attempts = new ArrayList<Operation>(1);
        for (Operation op : operations) {
            if (op.intent() == intent) {
                attempts.add(op);
            }
        }
        return attempts;
    }

    /** Whether an attempt is what the one before it asked for. */
    static boolean followsUp(Operation op, Operation before) {
        return asksToFollowUp(before) && op.attempt() == AttemptKind.FOLLOW_UP;
    }

    /** Whether an attempt asked for another one that was made, rather than that it failed. */
    static boolean followedUp(Operation op, List<Operation> operations) {
        return operations.stream()
                .anyMatch(later ->
                        later.intentIndex() == op.intentIndex() && later.cseq() > op.cseq() && followsUp(later, op));
    }

    /** Whether a set-up was refused for want of capacity (RFC 3261 section 21.5.4). */
    static boolean turnedAway(Operation op) {
        return op.intent() == Intent.SETUP && op.status() == SERVICE_UNAVAILABLE;
    }

    /** Whether an answer asks for the same in another way; it did nothing else. */
    static boolean asksToFollowUp(Operation op) {
        return switch (op.status()) {
            case 401, 407, 422, 491 -> true;
            default -> redirected(op);
        };
    }

    /** Whether the cluster named somebody else to ask. */
    static boolean redirected(Operation op) {
        return op.status() >= 300 && op.status() < 400;
    }

    /** Whether the cluster asked for credentials, or to ask somebody else, and so was to do nothing. */
    static boolean turnedBack(Operation op) {
        return op.status() == 401 || op.status() == 407 || redirected(op);
    }

    /**
     * Whether the transport sent an attempt's request again, to another address or on a new connection (RFC 3263 section 4.3, RFC 3261 section 18.4): its
     * user has not heard of its end, and goes by the other one's.
     */
    static boolean sentAgain(Operation op, List<Operation> attempts) {
        return attempts.stream()
                .anyMatch(later -> later.attempt() == AttemptKind.REPEAT
                        && later.cseq() == op.cseq()
                        && op.attempt() != AttemptKind.REDIAL
                        && op.end() != Operation.NONE
                        && later.sent() >= op.end()
                        && later != op);
    }

    /** Whether an answer, or its absence, tells that the dialog is gone (RFC 3261 section 12.2.1.2). */
    static boolean gone(Operation op) {
        return op.outcome() == io.ringdown.record.Outcome.FAILED
                && (op.status() == 481 || op.status() == 408 || op.status() == 0);
    }

    /** How an attempt ended: {@code got 481}, {@code timed out}. */
    static String ending(Operation op) {
        return switch (op.outcome()) {
            case OK -> "was given up";
            case INDETERMINATE -> "had no end";
            case FAILED ->
                switch (op.status()) {
                    case 0 -> "timed out";
                    case Operation.CONNECTION_LOST -> "lost its connection";
                    default -> "got " + op.status();
                };
        };
    }

    /** {@code INFO (CSeq 4)}. */
    static String name(Operation op) {
        return method(op) + " (CSeq " + op.cseq() + ")";
    }

    /** {@code re-INVITE}. */
    static String method(Operation op) {
        return switch (op.intent()) {
            case SETUP -> "INVITE";
            case MODIFY -> "re-INVITE";
            case RELEASE -> "BYE";
            default -> op.intent().name();
        };
    }
}
