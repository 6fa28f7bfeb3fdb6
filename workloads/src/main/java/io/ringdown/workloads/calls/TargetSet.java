package io.ringdown.workloads.calls;

import io.ringdown.workloads.sip.SipUri;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Where redirections have led one request so far, and where they may lead it yet (RFC 3261 section 8.1.3.4): each URI once, by q. */
final class TargetSet {
    /** Servers that go on naming others are not followed for ever. */
    private static final int MOST = 8;

    private final List<SipUri> known = new ArrayList<>();
    private final List<Target> untried = new ArrayList<>();

    /**
     * Where a request is sent.
     *
     * @param uri its Request-URI
     * @param address where that points
     * @param q how much it is preferred, from 0 to 1
     */
    record Target(String uri, InetSocketAddress address, double q) {}

    /** A request was sent there before any redirection. */
    void tried(SipUri uri) {
        known.add(uri);
    }

    /** Whether a URI is in it, or has been. */
    boolean has(SipUri uri) {
        return known.stream().anyMatch(uri::equivalent);
    }

    boolean full() {
        return known.size() >= MOST;
    }

    /** Adds what it does not have, behind those that are preferred as much. */
    void add(SipUri uri, double q) {
        known.add(uri);
        int at = 0;
        while (at < untried.size() && untried.get(at).q >= q) {
            at++;
        }
        untried.add(at, new Target(uri.toString(), uri.address(), q));
    }

    boolean exhausted() {
        return untried.isEmpty();
    }

    /** The next one to be tried; null if there is none. */
    Target next() {
        return untried.isEmpty() ? null : untried.remove(0);
    }
}
