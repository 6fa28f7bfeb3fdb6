package io.ringdown.record;

/**
 * One attempt: a client transaction, from the instant its script wanted it sent to its end. Instants are run nanos or
 * {@link #NONE}.
 *
 * @param call number of its {@link Call}
 * @param intent what the user wanted
 * @param intentIndex which of the call's intents this is, from 0; repeats share it
 * @param attempt how it relates to its intent
 * @param cseq CSeq number of the request
 * @param intended when the script wanted it sent; latency counts from here (open loop)
 * @param sent when the request first left
 * @param trying first 100
 * @param ringing first 18x
 * @param end final response, or expiry of Timer B or F
 * @param acked when the ACK to a 2xx first left (INVITE only)
 * @param hold18x instant until which the script asked the callee to hold the 18x
 * @param holdFinal instant until which the script asked the callee to hold the final response
 * @param outcome what the caller knows
 * @param status SIP status of the final response; 0 if none came, {@link #CONNECTION_LOST} if its connection ended before
 * @param retransmissions times the request left again on the same branch
 * @param node the element that made the final (else the last) response, as it names itself; empty if unknown
 * @param counter the service's counter in the final response, or -1
 * @param setups set-ups the service says it accepted for this Call-ID, or -1
 * @param answersAgain times the 2xx to an INVITE came again before its ACK left
 * @param lastAnswer when it last did
 */
public record Operation(
        int call,
        Intent intent,
        int intentIndex,
        AttemptKind attempt,
        int cseq,
        long intended,
        long sent,
        long trying,
        long ringing,
        long end,
        long acked,
        long hold18x,
        long holdFinal,
        Outcome outcome,
        int status,
        int retransmissions,
        String node,
        long counter,
        int setups,
        int answersAgain,
        long lastAnswer) {
    /** An instant that never came. */
    public static final long NONE = Long.MIN_VALUE;

    /** In place of a SIP status: the request's connection ended before its answer (RFC 3261 section 18.4). */
    public static final int CONNECTION_LOST = 1;

    /** Whether the transaction was open at the given instant: sent before it, ended (for a 2xx to INVITE: acknowledged) after it. */
    public boolean openAt(long instant) {
        if (sent == NONE || sent >= instant) {
            return false;
        }
        boolean awaitsAck = outcome == Outcome.OK && (intent == Intent.SETUP || intent == Intent.MODIFY);
        long closed = awaitsAck ? acked : end;
        return closed == NONE || closed > instant;
    }
}
