package io.ringdown.cluster.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.session.SessionReplicator;
import io.ringdown.cluster.session.StoredSession;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.PriorityQueue;
import java.util.function.Consumer;

/** Two engines on one clock and one store: the first may die, the second goes on. */
abstract class TwoEngines {
    static final InetSocketAddress CALLER = new InetSocketAddress("127.0.0.1", 5070);
    static final InetSocketAddress SERVICE = new InetSocketAddress("127.0.0.2", 5060);

    final Map<String, StoredSession> store = new HashMap<>();
    final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    final List<String> sent = new ArrayList<>();
    long now = 1_000_000_000_000L;
    String dead = "";
    /** The engine that owns no calls. */
    String drained = "";
    /** Whether former owners may give more than they have given. */
    boolean giving;
    /** Whether what is told is stored before. */
    boolean beforeSend = true;
    /** What an engine gave away. */
    final List<StoredSession> given = new ArrayList<>();

    int epoch = 1;
    String callId = "call";
    EngineSettings.Serving serving = EngineSettings.Serving.answer();
    /** Engines that a call has killed, and what happened to engines. */
    final List<String> halted = new ArrayList<>();

    final List<String> events = new ArrayList<>();
    /** How often an engine may ask whether to go on with what takes long, before it may not. */
    int patience = Integer.MAX_VALUE;

    /** Whether stores take their time: until {@link #confirm}. */
    boolean slow;

    private final List<Runnable> unconfirmed = new ArrayList<>();

    private record Timer(long at, Runnable task) {}

    Engine engine(String name, Depth depth, Mutant mutant) {
        var application = new EngineSettings.Application(1, 0);
        var settings = new EngineSettings(
                SERVICE, 500_000, depth, beforeSend, true, mutant, 100_000, 200, 0, application, serving);
        var engine = new Engine(name, settings, new Engine.Surroundings() {
            @Override
            public long epochMicros() {
                return now;
            }

            @Override
            public void at(long epochMicros, Runnable task) {
                timers.add(new Timer(epochMicros, () -> {
                    if (!dead.equals(name)) {
                        task.run();
                    }
                }));
            }

            @Override
            public void execute(Runnable task) {
                task.run();
            }

            @Override
            public void send(byte[] datagram, int length, InetSocketAddress to) {
                leaves(name, new String(datagram, 0, length, ISO_8859_1), to);
            }

            @Override
            public void request(byte[] datagram, int length, InetSocketAddress to) {
                leaves(name, new String(datagram, 0, length, ISO_8859_1), to);
            }

            @Override
            public boolean steady() {
                return patience-- > 0;
            }

            @Override
            public void halt() {
                halted.add(name);
            }

            @Override
            public void event(String event, Map<String, Object> detail) {
                events.add(event);
            }
        });
        engine.replicateBy(new InMemory(name));
        return engine;
    }

    /** A datagram leaves an engine. */
    void leaves(String engine, String text, InetSocketAddress to) {
        sent.add(text);
    }

    private final class InMemory implements SessionReplicator {
        private final String engine;

        private InMemory(String engine) {
            this.engine = engine;
        }

        @Override
        public void put(StoredSession session, Runnable stored) {
            store.put(session.callId(), session);
            if (slow) {
                unconfirmed.add(stored);
            } else {
                stored.run();
            }
        }

        @Override
        public void get(String callId, Consumer<Optional<StoredSession>> found) {
            found.accept(Optional.ofNullable(store.get(callId)));
        }

        @Override
        public void purge(String callId, int group, long version) {
            store.remove(callId);
        }

        @Override
        public void giveAway(List<StoredSession> sessions) {
            given.addAll(sessions);
        }

        @Override
        public boolean mayBeGiven(String key) {
            return giving;
        }

        @Override
        public void flush() {
            // nothing is under way
        }

        @Override
        public boolean owns(String callId) {
            return !drained.equals(engine);
        }

        @Override
        public long epoch() {
            return epoch;
        }

        @Override
        public String prometheus() {
            return "";
        }
    }

    Engine first;
    Engine second;

    void start(Depth depth, Mutant mutant) {
        first = engine("first", depth, mutant);
        second = engine("second", depth, mutant);
    }

    void firstDies() {
        dead = "first";
        epoch++;
        sent.clear();
        second.ownershipChanged();
        second.takeOver(store.values().stream().filter(StoredSession::pending).toList());
    }

    long nextTimer() {
        return timers.peek().at;
    }

    void pass(long millis) {
        long end = now + millis * 1_000;
        while (!timers.isEmpty() && timers.peek().at <= end) {
            now = Math.max(now, timers.peek().at);
            timers.poll().task.run();
        }
        now = end;
    }

    void receive(Engine engine, String method, int cseq, String branch, String toTag, long hold) {
        receive(engine, method, cseq, branch, toTag, hold == 0 ? "" : "final=" + hold / 1_000);
    }

    /** Further header lines of the requests. */
    String more = "";

    void receive(Engine engine, String method, int cseq, String branch, String toTag, String hold) {
        String text = method + " sip:answer@127.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK"
                + branch
                + "\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:answer@127.0.0.2>" + (toTag.isEmpty() ? "" : ";tag=" + toTag)
                + "\r\nCall-ID: " + callId + "\r\nCSeq: " + cseq + " " + method + "\r\n"
                + (hold.isEmpty() ? "" : "X-Ringdown-Hold: " + hold + "\r\n") + more + "Content-Length: 0\r\n\r\n";
        byte[] bytes = text.getBytes(ISO_8859_1);
        engine.received(bytes, bytes.length, CALLER);
        engine.turnEnded();
    }

    String tag() {
        String last = sent.get(sent.size() - 1);
        int at = last.indexOf(";tag=", last.indexOf("To: ")) + 5;
        return last.substring(at, last.indexOf("\r\n", at));
    }

    List<String> statuses() {
        return sent.stream()
                .map(text -> text.substring(8, 11) + " " + header(text, "X-Ringdown-Node"))
                .toList();
    }

    static String header(String text, String name) {
        int at = text.indexOf("\r\n" + name + ": ");
        return at < 0 ? "" : text.substring(at + name.length() + 4, text.indexOf("\r\n", at + 2));
    }

    String establish() {
        receive(first, "INVITE", 1, "i", "", 0);
        String tag = tag();
        receive(first, "ACK", 1, "a", tag, 0);
        return tag;
    }

    void confirm() {
        List.copyOf(unconfirmed).forEach(Runnable::run);
        unconfirmed.clear();
    }

    /** Status, method and node of what was sent. */
    List<String> answers() {
        return sent.stream()
                .map(text -> text.substring(8, 11) + header(text, "CSeq").replaceAll("^\\d+", "") + " "
                        + header(text, "X-Ringdown-Node"))
                .toList();
    }
}
