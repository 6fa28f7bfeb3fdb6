package io.ringdown.workloads.sipp;

import io.ringdown.record.Intent;

/**
 * Which CSeq numbers the generated scenarios give to what a call's user wants. SIPp's log of messages tells a request by its Call-ID and
 * CSeq, so that the number must tell what the request was for.
 */
final class Steps {
    static final int SETUP = 1;
    /** What is held open over the fault: a re-INVITE or an INFO. */
    static final int OPERATION = 10;
    /** The first INFO; each further one is {@link #BETWEEN} later. */
    static final int FIRST_INFO = 20;

    static final int MOST_INFOS = 4;
    /** INFOs of a fresh call. */
    static final int FRESH_INFOS = 2;
    /** A BYE that is held open over the fault. */
    static final int HELD_RELEASE = 80;

    static final int RELEASE = 90;
    /** Numbers from here on are SIPp's own count, and belong to re-dials. */
    static final int REDIALS = 1_000;

    static final int BETWEEN = 10;
    /**
     * Attempts at one thing: the first and one more, with the next number. SIPp reads no more than 64 KB of a scenario, which is why it repeats less
     * often than the built-in generator.
     */
    static final int ATTEMPTS = 2;

    private Steps() {}

    static int info(int index) {
        return FIRST_INFO + index * BETWEEN;
    }

    /** The number of a step's first attempt. */
    static int step(int cseq) {
        return cseq < OPERATION ? cseq : cseq / BETWEEN * BETWEEN;
    }

    static int attempt(int cseq) {
        return cseq < OPERATION ? 0 : cseq % BETWEEN;
    }

    /** What a request of a generated scenario was for. */
    static Intent intent(int cseq, String method) {
        return switch (method) {
            case "INVITE" -> cseq == SETUP || cseq >= REDIALS ? Intent.SETUP : Intent.MODIFY;
            case "BYE" -> Intent.RELEASE;
            case "OPTIONS" -> Intent.OPTIONS;
            case "CANCEL" -> Intent.CANCEL;
            default -> Intent.INFO;
        };
    }
}
