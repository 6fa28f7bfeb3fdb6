package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.RefusedTransactions;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BooleanSupplier;

/** What an engine lets begin a call, and its answers to what belongs to none. */
final class Admission {
    /** Longest time after which a refused client may ask again, in seconds. */
    private static final int LONGEST_RETRY_AFTER = 5;

    private static final Set<String> SCHEMES = Set.of("sip", "sips", "tel");

    private final Engine.Surroundings world;
    private final Answers answers;
    private final EngineCounters counters;
    private BooleanSupplier behind = () -> false;
    private final RefusedTransactions refused = new RefusedTransactions();

    Admission(Engine.Surroundings world, Answers answers, EngineCounters counters) {
        this.world = world;
        this.answers = answers;
        this.counters = counters;
    }

    void refuseNewWhile(BooleanSupplier busy) {
        behind = busy;
    }

    /** Refuses what is new while the engine is behind (RFC 3261 section 21.5.4), and what comes again of it later. */
    boolean admitted(SipMessage request, InetSocketAddress from) {
        boolean now = behind.getAsBoolean();
        if (!now && refused.none()) {
            return true;
        }
        String branch = Via.parse(request.headers("Via").get(0)).branch();
        if (refused.refuses(now, request.callId(), request.cseq() + " " + branch)) {
            counters.refused.increment();
            // Spread, so that they do not all come back at once; but the same for each retransmission.
            int seconds = 1 + Math.floorMod(request.callId().hashCode(), LONGEST_RETRY_AFTER);
            reply(request, from, 503, "Retry-After: " + seconds + "\r\n");
            return false;
        }
        return true;
    }

    /** Refuses what is for a resource or with an extension that is unknown here (RFC 3261 sections 8.2.2.1 and 8.2.2.3). */
    boolean understood(SipMessage request, InetSocketAddress from) {
        String scheme = request.requestUri();
        scheme = scheme.substring(0, Math.max(0, scheme.indexOf(':'))).toLowerCase(Locale.ROOT);
        List<String> required = request.headers("Require");
        if (!SCHEMES.contains(scheme)) {
            reply(request, from, 416);
            return false;
        }
        if (!required.isEmpty()) {
            reply(request, from, 420, "Unsupported: " + String.join(", ", required) + "\r\n");
            return false;
        }
        return true;
    }

    /** Answers a request that belongs to no call here. */
    void reply(SipMessage request, InetSocketAddress from, int status) {
        reply(request, from, status, "");
    }

    /** As {@link #reply}, with further header lines, each with its end. */
    void reply(SipMessage request, InetSocketAddress from, int status, String more) {
        List<Via> vias = Answers.filled(request, from);
        byte[] response = answers.stateless(request, vias, status, more);
        world.respond(response, response.length, vias.get(0));
    }
}
