package io.ringdown.cluster.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.dispatcher.DispatcherCounters;
import io.ringdown.cluster.dispatcher.Sprayer;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.ProxyHeader;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.TortureMessages;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The messages of RFC 4475, and what seeded chance makes of them, against parser, engine, dispatcher and sprayer. */
class TortureTest extends TwoEngines {
    private static final InetSocketAddress CALLER = new InetSocketAddress("127.0.0.50", 4711);
    private static final InetSocketAddress SERVICE = new InetSocketAddress("127.0.0.99", 5060);
    private static final int ROUNDS = 50_000;
    private final List<byte[]> forwarded = new ArrayList<>();
    private final Dispatcher dispatcher = new Dispatcher(
            SERVICE,
            Dispatcher.Routing.byCallId(),
            () -> Elements.members(1, Elements.engine(0), Elements.engine(1)),
            (data, length, to) -> forwarded.add(Arrays.copyOf(data, length)),
            new DispatcherCounters(),
            500_000,
            0);
    private final Sprayer sprayer = new Sprayer();

    static Stream<TortureMessages.Message> messages() {
        return TortureMessages.all().stream();
    }

    static Stream<TortureMessages.Message> understood() {
        return messages().filter(message -> !message.engine().equals("dropped"));
    }

    static Stream<TortureMessages.Message> refused() {
        return messages().filter(message -> message.engine().equals("dropped"));
    }

    @BeforeEach
    void start() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        sprayer.sprayOver(List.of(new InetSocketAddress("127.0.0.1", 5061)));
    }

    private void toEngine(byte[] bytes, InetSocketAddress from) {
        first.received(bytes, bytes.length, from);
        first.turnEnded();
    }

    private void toDispatcher(byte[] bytes) {
        forwarded.clear();
        dispatcher.received(bytes, bytes.length, CALLER);
    }

    private String lastStatus() {
        return sent.isEmpty() ? "none" : sent.get(sent.size() - 1).substring(8, 11);
    }

    @Test
    void areAllThere() {
        assertThat(messages()).hasSize(49);
        assertThat(messages().filter(message -> message.section().startsWith("3.1.1.")))
                .hasSize(13);
        assertThat(messages().filter(message -> message.section().startsWith("3.1.2.")))
                .hasSize(19);
    }

    @ParameterizedTest
    @MethodSource("understood")
    void validOnesAreUnderstood(TortureMessages.Message message) {
        SipMessage parsed = SipMessage.parse(message.bytes(), message.bytes().length);
        boolean response = message.engine().equals("ignored");
        assertThat(parsed.isRequest()).isEqualTo(!response);
        assertThat(parsed.vias()).isNotEmpty();
        toEngine(message.bytes(), CALLER);
        assertThat(lastStatus()).isEqualTo(response ? "none" : message.engine());
        for (String answer : sent) {
            SipMessage understood = SipMessage.parse(answer.getBytes(ISO_8859_1), answer.length());
            assertThat(understood.callId()).isEqualTo(parsed.callId());
            assertThat(understood.vias()).hasSameSizeAs(parsed.vias());
        }
    }

    @ParameterizedTest
    @MethodSource("refused")
    void invalidOnesAreRefused(TortureMessages.Message message) {
        assertThatThrownBy(() -> SipMessage.parse(message.bytes(), message.bytes().length))
                .isInstanceOf(MalformedMessageException.class);
        toEngine(message.bytes(), CALLER);
        assertThat(sent).isEmpty();
        assertThat(first.counters().prometheus()).contains("ringdown_malformed_total 1\n", "ringdown_owned 0\n");
    }

    @ParameterizedTest
    @MethodSource("messages")
    void aDispatcherChangesNothingOfThat(TortureMessages.Message message) {
        toDispatcher(message.bytes());
        assertThat(forwarded).hasSize(message.dispatcher().equals("forwarded") ? 1 : 0);
        if (!forwarded.isEmpty()) {
            toEngine(forwarded.get(0), SERVICE);
            assertThat(lastStatus()).isEqualTo(message.engine().equals("dropped") ? "none" : message.engine());
        }
        for (String answer : List.copyOf(sent)) {
            toDispatcher(answer.getBytes(ISO_8859_1));
            assertThat(forwarded).hasSize(1);
        }
    }

    @Test
    void chanceBreaksNothingAndNothingIsKept() {
        List<byte[]> seeds =
                new ArrayList<>(messages().map(TortureMessages.Message::bytes).toList());
        for (String method : List.of("INVITE", "INFO", "BYE", "CANCEL", "OPTIONS")) {
            seeds.add(ordinary(method));
        }
        rounds(new Random(4475), seeds);
        // What is registered lasts for an hour.
        pass(3_700_000);
        first.turnEnded();
        assertThat(first.counters().prometheus()).contains("ringdown_owned 0\n");
        assertThat(store).isEmpty();
        assertThat(timers).isEmpty();
        assertThat(first.counters().prometheus().lines().filter(line -> line.startsWith("ringdown_requests_total")))
                .hasSizeLessThanOrEqualTo(21);
    }

    /** What chance makes of registrations of one user, all at one key; the ten and their answers are what may be kept. */
    @Test
    void chanceInRegistrationsBreaksNothing() {
        List<byte[]> seeds = new ArrayList<>();
        for (String contact : List.of(
                "<sip:a@h>;q=1;expires=60",
                "*",
                "\"<a>, b\" <sip:a@h>;expires=0, sip:b@h;x=\"y;z\"",
                "<sip:c@h?d=e>")) {
            seeds.add(new String(ordinary("REGISTER"), ISO_8859_1)
                    .replace("sip:answer@127.0.0.99", "sip:d")
                    .replace("Max-Forwards", "Expires: 0\r\nContact: " + contact + "\r\nMax-Forwards")
                    .getBytes(ISO_8859_1));
        }
        rounds(new Random(10), seeds);
        firstDies();
        pass(3_700_000);
        second.turnEnded();
        assertThat(second.counters().prometheus()).contains("ringdown_owned 0\n");
        assertThat(store).isEmpty();
        assertThat(timers).isEmpty();
    }

    /** With ACKs calls may stand, since nobody hangs up, but no more than there are Call-IDs; and none keeps a transaction. */
    @Test
    void chanceInDialogsBreaksNothing() {
        List<byte[]> seeds = new ArrayList<>();
        for (String method : List.of("INVITE", "ACK", "INFO", "BYE", "CANCEL")) {
            seeds.add(ordinary(method));
        }
        rounds(new Random(3261), seeds);
        pass(200_000);
        first.turnEnded();
        assertThat(store.values()).noneMatch(stored -> stored.pending());
        assertThat(timers).isEmpty();
    }

    private static byte[] ordinary(String method) {
        return (method + " sip:answer@127.0.0.99 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.50:4711;rport;branch=z9hG4bKx\r\n"
                        + "From: <sip:a@b>;tag=f\r\nTo: <sip:c@d>\r\nCall-ID: call\r\nCSeq: 1 " + method
                        + "\r\nMax-Forwards: 70\r\nX-Ringdown-Hold: 18x=1000000000;final=1000000000\r\n"
                        + "Content-Length: 4\r\n\r\nbody")
                .getBytes(ISO_8859_1);
    }

    private void rounds(Random random, List<byte[]> seeds) {
        for (int round = 0; round < ROUNDS; round++) {
            byte[] bytes = round % 10 == 0
                    ? noise(random)
                    : TortureMessages.mutated(random, seeds.get(random.nextInt(seeds.size())));
            toEngine(bytes, CALLER);
            toDispatcher(bytes);
            forwarded.forEach(each -> toEngine(each, SERVICE));
            for (String answer : List.copyOf(sent)) {
                toDispatcher(answer.getBytes(ISO_8859_1));
            }
            sent.clear();
            sprayer.received(bytes, bytes.length, CALLER, (data, length, to) -> {
                byte[] framed = mutatedHeader(random, data);
                ProxyHeader.read(framed, length)
                        .ifPresent(found ->
                                dispatcher.received(found.datagram(), found.datagram().length, found.source()));
            });
            pass(random.nextInt(20) == 0 ? 100 : 0);
        }
    }

    private static byte[] noise(Random random) {
        byte[] bytes = new byte[random.nextInt(400)];
        random.nextBytes(bytes);
        return bytes;
    }

    private static byte[] mutatedHeader(Random random, byte[] framed) {
        byte[] bytes = framed.clone();
        if (random.nextInt(4) == 0) {
            bytes[random.nextInt(Math.min(28, bytes.length))] = (byte) random.nextInt();
        }
        return bytes;
    }
}
