package io.ringdown.cluster.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

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
import org.junit.jupiter.api.Test;

/** Two engines on one clock and one store: the first dies in each phase, the second goes on. */
class EngineTakeoverTest {
    private static final InetSocketAddress CALLER = new InetSocketAddress("127.0.0.1", 5070);
    private static final InetSocketAddress SERVICE = new InetSocketAddress("127.0.0.2", 5060);

    private final Map<String, StoredSession> store = new HashMap<>();
    private final PriorityQueue<Timer> timers = new PriorityQueue<>((a, b) -> Long.compare(a.at, b.at));
    private final List<String> sent = new ArrayList<>();
    private long now = 1_000_000_000_000L;
    private String dead = "";
    private int epoch = 1;

    private record Timer(long at, Runnable task) {}

    private Engine engine(String name, Depth depth, Mutant mutant) {
        var settings = new EngineSettings(name, SERVICE, 500_000, depth, true, true, mutant, 100_000, 200);
        var engine = new Engine(settings, new Engine.Surroundings() {
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
                sent.add(new String(datagram, 0, length, ISO_8859_1));
            }

            @Override
            public void event(String event, Map<String, Object> detail) {
                // of no interest here
            }
        });
        engine.replicateBy(new InMemory());
        return engine;
    }

    private final class InMemory implements SessionReplicator {
        @Override
        public void put(StoredSession session, Runnable stored) {
            store.put(session.callId(), session);
            stored.run();
        }

        @Override
        public void get(String callId, Consumer<Optional<StoredSession>> found) {
            found.accept(Optional.ofNullable(store.get(callId)));
        }

        @Override
        public void purge(String callId) {
            store.remove(callId);
        }

        @Override
        public void flush() {
            // nothing is under way
        }

        @Override
        public boolean owns(String callId) {
            return true;
        }

        @Override
        public long epoch() {
            return epoch;
        }
    }

    private Engine first;
    private Engine second;

    private void start(Depth depth, Mutant mutant) {
        first = engine("first", depth, mutant);
        second = engine("second", depth, mutant);
    }

    private void firstDies() {
        dead = "first";
        epoch++;
        sent.clear();
        second.ownershipChanged();
        second.takeOver(store.values().stream().filter(StoredSession::pending).toList());
    }

    private void pass(long millis) {
        long end = now + millis * 1_000;
        while (!timers.isEmpty() && timers.peek().at <= end) {
            now = Math.max(now, timers.peek().at);
            timers.poll().task.run();
        }
        now = end;
    }

    private static void receive(Engine engine, String method, int cseq, String branch, String toTag, long hold) {
        String text = method + " sip:answer@127.0.0.2 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK"
                + branch
                + "\r\nFrom: <sip:a@b>;tag=f\r\nTo: <sip:answer@127.0.0.2>" + (toTag.isEmpty() ? "" : ";tag=" + toTag)
                + "\r\nCall-ID: call\r\nCSeq: " + cseq + " " + method + "\r\n"
                + (hold == 0 ? "" : "X-Ringdown-Hold: final=" + hold / 1_000 + "\r\n") + "Content-Length: 0\r\n\r\n";
        byte[] bytes = text.getBytes(ISO_8859_1);
        engine.received(bytes, bytes.length, CALLER);
        engine.turnEnded();
    }

    private String tag() {
        String last = sent.get(sent.size() - 1);
        int at = last.indexOf(";tag=", last.indexOf("To: ")) + 5;
        return last.substring(at, last.indexOf("\r\n", at));
    }

    private List<String> statuses() {
        return sent.stream()
                .map(text -> text.substring(8, 11) + " " + header(text, "X-Ringdown-Node"))
                .toList();
    }

    private static String header(String text, String name) {
        int at = text.indexOf("\r\n" + name + ": ");
        return at < 0 ? "" : text.substring(at + name.length() + 4, text.indexOf("\r\n", at + 2));
    }

    private String establish() {
        receive(first, "INVITE", 1, "i", "", 0);
        String tag = tag();
        receive(first, "ACK", 1, "a", tag, 0);
        return tag;
    }

    @Test
    void answersAHeldSetUpOfTheDead() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 3_000_000);
        String tag = tag();
        firstDies();
        pass(3_100);
        assertThat(statuses()).containsExactly("180 second", "200 second");
        assertThat(tag()).isEqualTo(tag);
    }

    @Test
    void retransmitsTheUnacknowledgedAnswerOfTheDead() {
        start(Depth.CONFIRMED, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", 0);
        String tag = tag();
        firstDies();
        pass(1_600);
        assertThat(statuses()).containsExactly("200 second", "200 second", "200 second");
        receive(second, "ACK", 1, "a", tag, 0);
        sent.clear();
        pass(40_000);
        assertThat(sent).isEmpty();
    }

    @Test
    void goesOnCounting() {
        start(Depth.CONFIRMED, Mutant.NONE);
        String tag = establish();
        receive(first, "INFO", 2, "b", tag, 0);
        firstDies();
        receive(second, "INFO", 3, "c", tag, 0);
        assertThat(header(sent.get(0), "X-Ringdown-Counter")).isEqualTo("2");
    }

    @Test
    void answersTheRetransmittedByeOfTheDead() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        receive(first, "BYE", 2, "b", tag, 0);
        firstDies();
        receive(second, "BYE", 2, "b", tag, 0);
        assertThat(statuses()).containsExactly("200 second");
        pass(33_000);
        assertThat(store).isEmpty();
    }

    @Test
    void answersAHeldByeOfTheDead() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        receive(first, "BYE", 2, "b", tag, now + 2_000_000);
        firstDies();
        pass(2_100);
        assertThat(statuses()).containsExactly("200 second");
    }

    @Test
    void losesCallsThatWereNeverStored() {
        start(Depth.NONE, Mutant.NONE);
        String tag = establish();
        firstDies();
        receive(second, "BYE", 2, "b", tag, 0);
        assertThat(statuses()).containsExactly("481 second");
    }

    @Test
    void mutantsCountWrong() {
        start(Depth.TRANSACTIONS, Mutant.COUNTER_RESET);
        String tag = establish();
        receive(first, "INFO", 2, "b", tag, 0);
        firstDies();
        receive(second, "INFO", 3, "c", tag, 0);
        assertThat(header(sent.get(0), "X-Ringdown-Counter")).isEqualTo("1");
    }

    @Test
    void earlyAcknowledgeLosesWhatWasJustAcknowledged() {
        start(Depth.TRANSACTIONS, Mutant.EARLY_ACKNOWLEDGE);
        String tag = establish();
        pass(200);
        receive(first, "INFO", 2, "b", tag, 0);
        firstDies();
        receive(second, "INFO", 3, "c", tag, 0);
        assertThat(header(sent.get(0), "X-Ringdown-Counter")).isEqualTo("1");
    }
}
