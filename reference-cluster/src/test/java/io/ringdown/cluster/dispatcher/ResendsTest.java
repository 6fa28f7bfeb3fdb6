package io.ringdown.cluster.dispatcher;

import static io.ringdown.cluster.membership.Elements.engine;
import static io.ringdown.cluster.membership.Elements.members;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.membership.Members;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What came by TCP and goes on as a datagram is sent again in the client's place. */
class ResendsTest {
    private static final long T1 = 500_000;
    private static final InetSocketAddress SERVICE = new InetSocketAddress("127.0.0.99", 5060);
    private static final InetSocketAddress CALLER = new InetSocketAddress("127.0.0.50", 4711);

    private record Sent(long at, String text, InetSocketAddress to) {}

    private record Due(long at, Runnable task) {}

    private final List<Sent> sent = new ArrayList<>();
    private final List<Due> timers = new ArrayList<>();
    private Members members = members(1, engine(0), engine(1));
    private long now;

    private final Dispatcher dispatcher = new Dispatcher(
            SERVICE,
            Dispatcher.Routing.byCallId(),
            () -> members,
            new Dispatcher.Sender() {
                @Override
                public void send(byte[] datagram, int length, InetSocketAddress to) {
                    sent.add(new Sent(now, new String(datagram, 0, length, ISO_8859_1), to));
                }

                @Override
                public void later(long micros, Runnable task) {
                    timers.add(new Due(now + micros, task));
                }
            },
            new DispatcherCounters(),
            T1,
            0);

    private void advanceTo(long instant) {
        while (true) {
            Due next = timers.stream().min(Comparator.comparingLong(Due::at)).orElse(null);
            if (next == null || next.at() > instant) {
                now = instant;
                return;
            }
            timers.remove(next);
            now = next.at();
            next.task().run();
        }
    }

    private void receive(String text, InetSocketAddress from) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        dispatcher.received(bytes, bytes.length, from);
    }

    private static String request(String method, String transport) {
        return (method + """
                 sip:answer@127.0.0.99 SIP/2.0
                Via: SIP/2.0/%s 127.0.0.50:5070;branch=z9hG4bKx
                Max-Forwards: 70
                From: <sip:a@b>;tag=f
                To: <sip:c@d>
                Call-ID: call
                CSeq: 1 %s
                Content-Length: 0

                """.formatted(transport, method)).replace("\n", "\r\n");
    }

    /** An engine's response to what it was sent last. */
    private void respond(int status) {
        String request = sent.get(sent.size() - 1).text();
        receive(
                "SIP/2.0 " + status + " Reason\r\n" + request.substring(request.indexOf("\r\n") + 2),
                engine(0).sip());
    }

    private double[] inT1() {
        return sent.stream().mapToDouble(each -> each.at() / (double) T1).toArray();
    }

    @Test
    void aRequestThatNobodyAnswersIsSentAgainByTheTimersOfItsTransaction() {
        receive(request("INVITE", "TCP"), CALLER);
        advanceTo(200 * T1);
        assertThat(inT1()).containsExactly(0, 1, 3, 7, 15, 31, 63);
        assertThat(sent.stream().map(Sent::text).distinct()).hasSize(1);
        sent.clear();
        now = 0;
        receive(request("INFO", "TCP"), CALLER);
        advanceTo(200 * T1);
        assertThat(inT1()).containsExactly(0, 1, 3, 7, 15, 23, 31, 39, 47, 55, 63);
        assertThat(timers).isEmpty();
    }

    @Test
    void itGoesToWhoeverOwnsTheCallByThen() {
        receive(request("INFO", "TCP"), CALLER);
        InetSocketAddress before = sent.get(0).to();
        members = before.equals(engine(0).sip()) ? members(2, engine(1)) : members(2, engine(0));
        advanceTo(T1);
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).to()).isNotEqualTo(before);
    }

    @Test
    void anAnswerEndsIt() {
        receive(request("INFO", "TCP"), CALLER);
        respond(200);
        assertThat(sent).hasSize(2);
        assertThat(sent.get(1).text()).startsWith("SIP/2.0 200 ");
        advanceTo(200 * T1);
        assertThat(sent).hasSize(2);
    }

    @Test
    void aProvisionalAnswerEndsAnInvitesOnly() {
        receive(request("INVITE", "TCP"), CALLER);
        respond(100);
        receive(request("INFO", "TCP"), CALLER);
        respond(100);
        sent.clear();
        advanceTo(200 * T1);
        assertThat(sent).isNotEmpty().allSatisfy(each -> assertThat(each.text()).startsWith("INFO "));
    }

    @Test
    void anAnswerToTheCancelIsNoneToItsInvite() {
        receive(request("INVITE", "TCP"), CALLER);
        receive(request("CANCEL", "TCP"), CALLER);
        respond(200);
        sent.clear();
        advanceTo(T1);
        assertThat(sent)
                .singleElement()
                .satisfies(each -> assertThat(each.text()).startsWith("INVITE "));
    }

    @Test
    void whatItsClientSendsAgainIsNotSentTwice() {
        receive(request("INFO", "TCP"), CALLER);
        receive(request("INFO", "TCP"), new InetSocketAddress("127.0.0.50", 4712));
        sent.clear();
        advanceTo(T1);
        assertThat(sent).hasSize(1);
        // Where its client is reached by now.
        assertThat(sent.get(0).text()).contains(";rport=4712");
    }

    @Test
    void datagramsAndAcksAreTheirSendersBusiness() {
        receive(request("INFO", "UDP"), CALLER);
        receive(request("ACK", "TCP"), CALLER);
        sent.clear();
        advanceTo(200 * T1);
        assertThat(sent).isEmpty();
    }

    @Test
    void atOnceWhenItsOwnerIsGone() {
        receive(request("INFO", "TCP"), CALLER);
        receive(request("INFO", "UDP").replace("z9hG4bKx", "z9hG4bKy"), CALLER);
        InetSocketAddress before = sent.get(0).to();
        sent.clear();
        dispatcher.membersChanged();
        assertThat(sent).isEmpty();
        members = before.equals(engine(0).sip()) ? members(2, engine(1)) : members(2, engine(0));
        dispatcher.membersChanged();
        assertThat(sent).singleElement().satisfies(each -> {
            assertThat(each.text()).contains("z9hG4bKx").startsWith("INFO ");
            assertThat(each.to()).isNotEqualTo(before);
        });
        dispatcher.membersChanged();
        assertThat(sent).hasSize(1);
    }

    @Test
    void atOnceWhenItsConnectionBroke() {
        receive(request("INFO", "TCP"), CALLER);
        InetSocketAddress to = sent.get(0).to();
        dispatcher.broken(
                to.equals(engine(0).sip()) ? engine(1).sip() : engine(0).sip());
        assertThat(sent).hasSize(1);
        dispatcher.broken(to);
        assertThat(sent).hasSize(2);
        respond(200);
        sent.clear();
        dispatcher.broken(to);
        assertThat(sent).isEmpty();
    }
}
