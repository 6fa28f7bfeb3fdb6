package io.ringdown.cluster.dispatcher;

import io.ringdown.cluster.sip.RecentNames;
import io.ringdown.cluster.sip.RefusedTransactions;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;

/**
 * What a dispatcher answers by itself, without a state (RFC 3261 sections 8.2.7 and 21.5.4): 503 to requests that nobody is left for, and to
 * new calls that there is no time for. What belongs to a call goes on always: refusing that would waste what was done for the call before.
 */
final class Refusals {
    /** Longest time after which a refused client may ask again, in seconds. */
    private static final int LONGEST_RETRY_AFTER = 5;

    /** Header fields that a response repeats (RFC 3261 section 8.2.6.2). */
    private static final Set<String> ANSWERED = Set.of("via", "v", "from", "f", "to", "t", "call-id", "i", "cseq");

    private static final Set<String> OF_A_TRANSACTION = Set.of("ACK", "CANCEL");

    private final DispatcherCounters counters;
    /** When new calls are refused, an INVITE that comes again must not be: its call may have been accepted. */
    private final RecentNames passedOn = new RecentNames(1 << 16);

    private final RefusedTransactions refused = new RefusedTransactions();

    private BooleanSupplier behind = () -> false;

    Refusals(DispatcherCounters counters) {
        this.counters = counters;
    }

    void refuseNewWhile(BooleanSupplier busy) {
        behind = busy;
    }

    /** Whether a request began no call that is known, and comes at a bad time, or came at one. */
    boolean due(String request, String callId, String branch, boolean ownerBehind) {
        boolean now = ownerBehind || behind.getAsBoolean();
        if (!now && refused.none() || !isNew(request) || passedOn.contains(callId)) {
            return false;
        }
        return refused.refuses(now, callId, branch);
    }

    /** A request goes on. */
    void passedOn(String request, String callId) {
        if (request.startsWith("INVITE ") && isNew(request)) {
            passedOn.add(callId);
        }
    }

    private static boolean isNew(String request) {
        Header to = Header.find(request, "To", 't');
        String method = request.substring(0, Math.max(0, request.indexOf(' ')));
        return !OF_A_TRANSACTION.contains(method)
                && (to == null || SipMessage.tag(to.value(request)).isEmpty());
    }

    /** Whether a request acknowledges a refusal, made here or by an app processor, which nobody waits for. */
    static boolean acknowledges(String request, String callId) {
        if (!request.startsWith("ACK ")) {
            return false;
        }
        Header to = Header.find(request, "To", 't');
        return to != null && SipMessage.tag(to.value(request)).equals(tag(callId));
    }

    /** The same for each retransmission, and of no session. */
    private static String tag(String callId) {
        return Integer.toHexString(callId.hashCode());
    }

    /** A 503 for now. */
    String overloaded(String request, String callId, Via via) {
        counters.refused.increment();
        // Spread, so that they do not all come back at once; but the same for each retransmission.
        int seconds = 1 + Math.floorMod(callId.hashCode(), LONGEST_RETRY_AFTER);
        return response(request, callId, via, "Retry-After: " + seconds + "\r\n");
    }

    /** A 503, since whoever could serve the call is gone. */
    static String unroutable(String request, String callId, Via via) {
        return response(request, callId, via, "");
    }

    private static String response(String request, String callId, Via via, String more) {
        var response = new StringBuilder(request.length()).append("SIP/2.0 503 Service Unavailable\r\n");
        boolean first = true;
        for (String line : request.substring(0, request.indexOf("\r\n\r\n")).split("\r\n")) {
            int colon = line.indexOf(':');
            String name = colon < 0 ? "" : line.substring(0, colon).trim().toLowerCase(Locale.ROOT);
            if (!ANSWERED.contains(name)) {
                continue;
            }
            if (first && name.startsWith("v")) {
                first = false;
                String top = Header.firstValue(line.substring(colon + 1).trim());
                response.append(line.replace(top, via.text()));
            } else {
                response.append(line);
                boolean untagged = name.startsWith("t") && SipMessage.tag(line).isEmpty();
                response.append(untagged ? ";tag=" + tag(callId) : "");
            }
            response.append("\r\n");
        }
        return response.append(more).append("Content-Length: 0\r\n\r\n").toString();
    }
}
