package io.ringdown.cluster.dispatcher;

import static io.ringdown.cluster.membership.Elements.engine;
import static io.ringdown.cluster.membership.Elements.members;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.sip.Lateness;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.junit.jupiter.api.Test;

/**
 * A flood of new calls, twice of what a dispatcher can pass on, before a socket of so many datagrams, on a clock that is turned by hand: passing
 * on takes five times as long as refusing does, since answers follow and further requests.
 */
class OverloadTest {
    private static final InetSocketAddress SERVICE = new InetSocketAddress("127.0.0.99", 5060);
    private static final InetSocketAddress CALLER = new InetSocketAddress("127.0.0.50", 4711);
    private static final int SOCKET = 10_000;
    private static final int PASSED_MICROS = 1_000;
    private static final int REFUSED_MICROS = 200;
    private static final int CALL_EACH_MICROS = 500;
    private static final int INFO_EACH_MICROS = 10_000;
    /** What an operation within a call may take until its caller calls it late. */
    private static final long BUDGET_MICROS = 2_000_000;

    private record Datagram(String text, long at) {}

    private final Members members = members(1, engine(0), engine(1));
    private final Deque<Datagram> socket = new ArrayDeque<>();
    private final List<String> refused = new ArrayList<>();
    private final DispatcherCounters counters = new DispatcherCounters();
    private long now;
    private int cost;
    private int passedInvites;
    private long inTime;
    private long asked;
    private final Lateness lateness = new Lateness(500_000);

    private final Dispatcher dispatcher = new Dispatcher(
            SERVICE,
            Dispatcher.Routing.byCallId(),
            () -> members,
            (data, length, to) -> {
                String text = new String(data, 0, length, ISO_8859_1);
                if (text.startsWith("SIP/2.0 503")) {
                    cost = REFUSED_MICROS;
                    refused.add(text);
                } else {
                    cost = PASSED_MICROS;
                    passedInvites += text.startsWith("INVITE") ? 1 : 0;
                }
            },
            counters,
            500_000,
            2_000_000);

    private static String request(String method, String callId, String toTag) {
        return (method + """
                 sip:answer@127.0.0.99 SIP/2.0
                Via: SIP/2.0/UDP 127.0.0.50:5070;rport;branch=z9hG4bKx%s
                From: <sip:a@b>;tag=f
                To: <sip:c@d>%s
                Call-ID: %s
                CSeq: 1 %s
                Content-Length: 0

                """.formatted(callId, toTag, callId, method)).replace("\n", "\r\n");
    }

    private void arrive(String text) {
        if (socket.size() < SOCKET) {
            socket.add(new Datagram(text, now));
        }
    }

    /** As the probes of a dispatcher find it out. */
    private boolean behind() {
        lateness.waited(now, socket.isEmpty() ? 0 : now - socket.peek().at());
        return lateness.behind() >= 2_000_000;
    }

    private void serve() {
        Datagram next = socket.poll();
        if (next == null) {
            now += REFUSED_MICROS;
            return;
        }
        cost = 0;
        byte[] bytes = next.text().getBytes(ISO_8859_1);
        dispatcher.received(bytes, bytes.length, CALLER);
        now += cost;
        inTime += next.text().startsWith("INFO") && now - next.at() <= BUDGET_MICROS ? 1 : 0;
    }

    /** Share of what belongs to calls, sent once each, that was passed on in time. */
    private double served(int seconds) {
        long nextCall = now;
        long nextInfo = now;
        inTime = 0;
        asked = 0;
        for (long end = now + seconds * 1_000_000L; now < end; ) {
            for (; nextCall <= now; nextCall += CALL_EACH_MICROS) {
                arrive(request("INVITE", "new-" + nextCall, ""));
            }
            for (; nextInfo <= now; nextInfo += INFO_EACH_MICROS) {
                asked++;
                arrive(request("INFO", "old-" + nextInfo, ";tag=t-1"));
            }
            serve();
        }
        return (double) inTime / asked;
    }

    @Test
    void withoutRefusingNobodyIsServed() {
        served(10);
        assertThat(served(20)).isLessThan(0.01);
    }

    @Test
    void whoRefusesNewCallsServesThoseThatItHas() {
        dispatcher.refuseNewWhile(this::behind);
        served(10);
        int before = passedInvites;
        assertThat(served(20)).isGreaterThan(0.95);
        // And goes on taking calls whenever there is time.
        assertThat(passedInvites - before).isGreaterThan(1_000);
        assertThat(counters.prometheus()).contains("ringdown_refused_total " + refused.size() + "\n");
        assertThat(refused)
                .isNotEmpty()
                .allSatisfy(each -> assertThat(each)
                        .containsPattern("\r\nRetry-After: [1-5]\r\n")
                        .containsPattern("\r\nTo: <sip:c@d>;tag=\\w+\r\n"));
    }

    @Test
    void whatBelongsToACallIsNeverRefused() {
        dispatcher.refuseNewWhile(() -> true);
        for (String method : List.of("ACK", "BYE", "INFO", "INVITE")) {
            give(request(method, "call", ";tag=t-1"));
        }
        give(request("CANCEL", "call", ""));
        assertThat(refused).isEmpty();
        give(request("OPTIONS", "call", ""));
        assertThat(refused).hasSize(1);
    }

    /** Its call may have been accepted, and its caller not have heard of that. */
    @Test
    void anInviteThatWasPassedOnBeforeIsWhenItComesAgain() {
        boolean[] behind = {false};
        dispatcher.refuseNewWhile(() -> behind[0]);
        give(request("INVITE", "before", ""));
        behind[0] = true;
        give(request("INVITE", "before", ""));
        assertThat(refused).isEmpty();
        give(request("INVITE", "new", ""));
        assertThat(refused).hasSize(1);
        assertThat(passedInvites).isEqualTo(2);
    }

    /** It had waited behind the first one; its client has given up by now. */
    @Test
    void anInviteThatWasRefusedBeforeIsRefusedWhenItComesAgain() {
        boolean[] behind = {true};
        dispatcher.refuseNewWhile(() -> behind[0]);
        give(request("INVITE", "refused", ""));
        behind[0] = false;
        give(request("INVITE", "refused", ""));
        assertThat(refused).hasSize(2).allMatch(refused.get(0)::equals);
        assertThat(passedInvites).isZero();
        give(request("INVITE", "refused", "").replace("branch=", "branch=z9hG4bKnext"));
        assertThat(passedInvites).isEqualTo(1);
    }

    @Test
    void theAckOfARefusalEndsHere() {
        dispatcher.refuseNewWhile(() -> true);
        give(request("INVITE", "new", ""));
        String tag = refused.get(0).replaceAll("(?s).*\r\nTo: [^\r]*(;tag=\\w+)\r\n.*", "$1");
        cost = 0;
        give(request("ACK", "new", tag));
        assertThat(cost).isZero();
    }

    @Test
    void onlyCallsOfWhoTakesTooLittleAreRefused() {
        var slow = new Dispatcher(
                SERVICE,
                Dispatcher.Routing.byCallId(),
                () -> members,
                new Dispatcher.Sender() {
                    @Override
                    public void send(byte[] message, int length, InetSocketAddress to) {
                        if (new String(message, 0, length, ISO_8859_1).startsWith("SIP/2.0 503")) {
                            refused.add("");
                        }
                    }

                    @Override
                    public long behind(InetSocketAddress processor) {
                        return processor.equals(engine(0).sip()) ? 2_000_000 : 1_999_999;
                    }
                },
                counters,
                500_000,
                2_000_000);
        int ofSlow = 0;
        for (int call = 0; call < 100; call++) {
            byte[] bytes = request("INVITE", "call-" + call, "").getBytes(ISO_8859_1);
            slow.received(bytes, bytes.length, CALLER);
            ofSlow += members.ownerOf("call-" + call).equals(engine(0)) ? 1 : 0;
        }
        assertThat(refused).hasSize(ofSlow);
        assertThat(ofSlow).isBetween(20, 80);
    }

    private void give(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        dispatcher.received(bytes, bytes.length, CALLER);
    }
}
