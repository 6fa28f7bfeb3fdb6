package io.ringdown.cluster.engine;

import io.ringdown.cluster.engine.Session.State;
import java.util.ArrayList;
import java.util.List;

/** One call that is relayed: what is known of its two sides, the requests under way between them, and what is recorded of it. */
final class RelayedCall extends Call {
    /**
     * One side of the call: the dialog with it (RFC 3261 section 12). A proxy is part of none, and keeps no more of it than who is who.
     *
     * @param remote From or To value of that side
     * @param local that of this engine towards it
     * @param target Contact of that side, a URI
     * @param routes route set, a line each
     */
    record Side(String callId, String remote, String local, String target, String routes) {}

    /** Record-Route values of the set-up, a line each. */
    final String recordRoutes;

    Side caller;
    Side callee;
    State state = State.PROCEEDING;
    /** Highest CSeq of each side (RFC 3261 section 12.2.2). */
    int callerCseq;

    int calleeCseq;
    /** When the call was begun, answered (or 0) and ended (or 0): microseconds since 1970. */
    long begun;

    long answered;
    long ended;
    /** Who or what ended it. */
    String endedBy = "";
    /** Whether an element has set out to write its call-detail record, and so no other may. */
    boolean recorded;

    final List<Exchange> exchanges = new ArrayList<>(2);

    RelayedCall(String key, Side caller, Side callee, String recordRoutes) {
        super(key);
        this.caller = caller;
        this.callee = callee;
        this.recordRoutes = recordRoutes;
    }

    Side side(boolean ofCaller) {
        return ofCaller ? caller : callee;
    }

    int cseq(boolean ofCaller) {
        return ofCaller ? callerCseq : calleeCseq;
    }

    void seen(boolean fromCaller, int cseq) {
        callerCseq = fromCaller ? Math.max(callerCseq, cseq) : callerCseq;
        calleeCseq = fromCaller ? calleeCseq : Math.max(calleeCseq, cseq);
    }

    /** The exchange that a request of that branch began. */
    Exchange begunBy(boolean fromCaller, String method, String branch) {
        for (Exchange exchange : exchanges) {
            if (!exchange.own()
                    && exchange.fromCaller == fromCaller
                    && exchange.method.equals(method)
                    && exchange.branch.equals(branch)) {
                return exchange;
            }
        }
        return null;
    }

    /** The exchange whose request was passed on with that branch. */
    Exchange passedOnAs(String branch, String method) {
        for (Exchange exchange : exchanges) {
            if (exchange.passedBranch.equals(branch) && exchange.method.equals(method)) {
                return exchange;
            }
        }
        return null;
    }

    Exchange invite(boolean fromCaller, int cseq) {
        for (Exchange exchange : exchanges) {
            if (exchange.invite() && exchange.fromCaller == fromCaller && exchange.cseq == cseq) {
                return exchange;
            }
        }
        return null;
    }

    boolean hasOpenInvite(boolean fromCaller) {
        return exchanges.stream()
                .anyMatch(exchange -> exchange.invite() && exchange.fromCaller == fromCaller && exchange.open());
    }

    @Override
    boolean terminated() {
        return state == State.TERMINATED;
    }

    @Override
    boolean pending() {
        return terminated() || exchanges.stream().anyMatch(Exchange::pending);
    }

    @Override
    boolean done() {
        return terminated() && exchanges.isEmpty();
    }
}
