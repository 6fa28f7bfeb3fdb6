package io.ringdown.cluster.dispatcher;

import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Predicate;

/**
 * Requests that came by TCP: their clients send nothing again, so the dispatcher does, since the way on from it may lose them: by the timers of
 * RFC 3261 sections 17.1.1.2 and 17.1.2.2, and at once when whoever got them is gone or the connection there broke; to whoever owns the call by
 * then. All else that a dispatcher passes on it forgets. For one thread.
 */
final class Resends {
    private static final int MOST = 20_000;
    private static final int MOST_CHARACTERS = 16 << 20;
    private static final int TIMEOUT = 64;
    private static final int T2 = 8;

    /** Passes a request on as if it came just now. */
    interface Passing {
        void pass(String request, InetSocketAddress from);
    }

    private final Dispatcher.Sender sender;
    private final long t1Micros;
    private final Passing passing;
    private final Map<String, Open> open = new HashMap<>();
    private int characters;

    private static final class Open {
        private final String request;
        /** By the connection that it came by last. */
        private InetSocketAddress from;
        /** The app processor that got it last. */
        private InetSocketAddress to;

        private final boolean invite;
        private long interval;
        private long waited;

        Open(String request, InetSocketAddress from, InetSocketAddress to, boolean invite, long interval) {
            this.request = request;
            this.from = from;
            this.to = to;
            this.invite = invite;
            this.interval = interval;
        }
    }

    Resends(Dispatcher.Sender sender, long t1Micros, Passing passing) {
        this.sender = sender;
        this.t1Micros = t1Micros;
        this.passing = passing;
    }

    /**
     * A request went on.
     *
     * @param request as it came
     * @param branch what its response will have in its topmost Via
     * @param to the app processor that it went to
     */
    void passed(String request, InetSocketAddress from, String branch, InetSocketAddress to) {
        String method = request.substring(0, Math.max(0, request.indexOf(' ')));
        String key = key(branch, method);
        Open known = open.get(key);
        if (known != null) {
            known.from = from;
            known.to = to;
        } else if (!method.equals("ACK") && open.size() < MOST && characters + request.length() <= MOST_CHARACTERS) {
            var passed = new Open(request, from, to, method.equals("INVITE"), t1Micros);
            open.put(key, passed);
            characters += request.length();
            sender.later(passed.interval, () -> again(key, passed));
        }
    }

    private void again(String key, Open request) {
        request.waited += request.interval;
        if (open.get(key) != request) {
            return;
        }
        if (request.waited >= TIMEOUT * t1Micros) {
            forget(key);
            return;
        }
        passing.pass(request.request, request.from);
        request.interval = request.invite ? 2 * request.interval : Math.min(2 * request.interval, T2 * t1Micros);
        sender.later(request.interval, () -> again(key, request));
    }

    private void forget(String key) {
        characters -= open.remove(key).request.length();
    }

    /** Passes on once more, at once, what went to those. The timers go on as they are. */
    void againThoseOf(Predicate<InetSocketAddress> processor) {
        open.values().stream()
                .filter(request -> processor.test(request.to))
                .toList()
                .forEach(request -> passing.pass(request.request, request.from));
    }

    /** A response comes back: an INVITE's first one ends its repetitions, of others a final one does. */
    void answered(String branch, String cseq, boolean last) {
        int space = cseq.lastIndexOf(' ');
        String key = key(branch, cseq.substring(space + 1));
        Open request = open.get(key);
        if (request != null && (request.invite || last)) {
            forget(key);
        } else if (request != null) {
            request.interval = T2 * t1Micros / 2;
        }
    }

    private static String key(String branch, String method) {
        return branch + ' ' + method;
    }

    /** How many wait for an answer. */
    int open() {
        return open.size();
    }
}
