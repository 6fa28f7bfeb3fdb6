package io.ringdown.cluster.dispatcher;

import static io.ringdown.cluster.membership.Elements.container;
import static io.ringdown.cluster.membership.Elements.engine;
import static io.ringdown.cluster.membership.Elements.members;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class DispatcherTest {
    private static final long T1 = 500_000;
    private static final long OVERLOAD = 2_000_000;
    private final DispatcherCounters counters = new DispatcherCounters();
    private static final InetSocketAddress SERVICE = new InetSocketAddress("127.0.0.99", 5060);
    private static final InetSocketAddress CALLER = new InetSocketAddress("127.0.0.50", 4711);

    private record Sent(String text, InetSocketAddress to) {
        SipMessage message() {
            byte[] bytes = text.getBytes(ISO_8859_1);
            return SipMessage.parse(bytes, bytes.length);
        }
    }

    private final List<Sent> sent = new ArrayList<>();
    private Members members = members(1, engine(0), engine(1), engine(2));
    private final Dispatcher dispatcher = another();

    private Dispatcher another() {
        return new Dispatcher(
                SERVICE,
                Dispatcher.Routing.byCallId(),
                () -> members,
                (data, length, to) -> sent.add(new Sent(new String(data, 0, length, ISO_8859_1), to)),
                counters,
                T1,
                OVERLOAD);
    }

    private static String request(String method, String callId, String more) {
        return (method + """
                 sip:answer@127.0.0.99 SIP/2.0
                Via: SIP/2.0/UDP 127.0.0.50:5070;rport;branch=z9hG4bKx
                From: <sip:a@b>;tag=f
                To: <sip:c@d>
                Call-ID: %s
                CSeq: 1 %s
                %sContent-Length: 4

                body""".formatted(callId, method, more)).replace("\n", "\r\n");
    }

    private Sent pass(Dispatcher by, String text, InetSocketAddress from) {
        sent.clear();
        byte[] bytes = text.getBytes(ISO_8859_1);
        by.received(bytes, bytes.length, from);
        return sent.isEmpty() ? null : sent.get(0);
    }

    private Sent pass(String text) {
        return pass(dispatcher, text, CALLER);
    }

    @Test
    void sendsAllOfACallToItsOwner() {
        for (int call = 0; call < 100; call++) {
            String callId = "call-" + call;
            InetSocketAddress owner = members.ownerOf(callId).sip();
            for (String method : List.of("INVITE", "ACK", "INFO", "CANCEL", "BYE")) {
                assertThat(pass(request(method, callId, "")).to()).isEqualTo(owner);
            }
        }
    }

    /** The engine would answer the second as if it were the first, retransmitted. */
    @Test
    void tellsTransactionsApartWhoseBranchesHashAlike() {
        assertThat("z9hG4bKx1v".hashCode()).isEqualTo("z9hG4bKx38".hashCode());
        String first = pass(request("INFO", "one", "").replace("z9hG4bKx", "z9hG4bKx1v"))
                .message()
                .vias()
                .get(0)
                .branch();
        String second = pass(request("INFO", "one", "").replace("z9hG4bKx", "z9hG4bKx38"))
                .message()
                .vias()
                .get(0)
                .branch();
        assertThat(first).isNotEqualTo(second);
    }

    @Test
    void sendsElsewhereOnlyTheCallsOfTheDead() {
        List<String> lost = Elements.callsOf(engine(1), members, 20);
        List<String> kept = Elements.callsOf(engine(2), members, 20);
        members = members(2, engine(0), engine(2));
        lost.forEach(call -> assertThat(pass(request("INFO", call, "")).to())
                .isNotEqualTo(engine(1).sip()));
        kept.forEach(call -> assertThat(pass(request("INFO", call, "")).to())
                .isEqualTo(engine(2).sip()));
    }

    @Test
    void holdsWhatBelongsToOneThatIsGoneUntilItHasAnotherOwner() {
        String held = Elements.callsOf(engine(1), members, 1).get(0);
        String other = Elements.callsOf(engine(2), members, 1).get(0);
        dispatcher.hold(engine(1));
        assertThat(pass(request("INFO", held, ""))).isNull();
        assertThat(pass(request("BYE", held, ""))).isNull();
        assertThat(pass(request("INFO", other, "")).to()).isEqualTo(engine(2).sip());
        sent.clear();
        dispatcher.membersChanged();
        assertThat(sent).isEmpty();

        members = members(2, engine(0), engine(2));
        dispatcher.membersChanged();

        InetSocketAddress owner = members.ownerOf(held).sip();
        assertThat(sent).extracting(Sent::to).containsExactly(owner, owner);
        assertThat(sent).extracting(each -> each.message().method()).containsExactly("INFO", "BYE");
        assertThat(counters.prometheus()).contains("ringdown_held_total 2\n");
    }

    @Test
    void whatTheOthersDoNotTakeForGoneGetsItsRequestsAfterAll() {
        String call = Elements.callsOf(engine(1), members, 1).get(0);
        dispatcher.hold(engine(1));
        pass(request("INFO", call, ""));
        dispatcher.release(engine(1));
        assertThat(sent).extracting(Sent::to).containsExactly(engine(1).sip());
        assertThat(pass(request("INFO", call, "")).to()).isEqualTo(engine(1).sip());
    }

    @Test
    void oneThatLeftAlreadyIsNotHeld() {
        members = members(2, engine(0), engine(2));
        dispatcher.hold(engine(1));
        members = members(3, engine(0), engine(1), engine(2));
        String call = Elements.callsOf(engine(1), members, 1).get(0);
        assertThat(pass(request("INFO", call, "")).to()).isEqualTo(engine(1).sip());
    }

    private static String response(String callId, String via) {
        return ("SIP/2.0 180 Ringing\nVia: SIP/2.0/UDP 127.0.0.99:5060;server=" + via
                        + "\nFrom: <sip:a@b>;tag=1\nTo: <sip:c@d>;tag=2\nCall-ID: " + callId
                        + "\nCSeq: 1 INVITE\nContent-Length: 0\n\n")
                .replace("\n", "\r\n");
    }

    @Test
    void whatAnswersAnEnginesOwnRequestGoesToTheOwnerOfItsCall() {
        for (String call : Elements.callsOf(engine(1), members, 5)) {
            String answer = response(call + "~callee", "e0;branch=z9hG4bK-ex");
            assertThat(pass(answer)).isEqualTo(new Sent(answer, engine(1).sip()));
        }
        String moved = Elements.callsOf(engine(1), members, 1).get(0);
        members = members(2, engine(0), engine(2));
        assertThat(pass(response(moved, "e1;branch=z9hG4bK-ex")).to())
                .isEqualTo(members.ownerOf(moved).sip());
        members = members(3);
        assertThat(pass(response(moved, "e1;branch=z9hG4bK-ex"))).isNull();
    }

    @Test
    void whatAnswersOneThatIsGoneWaitsForAnotherOwner() {
        String call = Elements.callsOf(engine(1), members, 1).get(0);
        dispatcher.hold(engine(1));
        assertThat(pass(response(call, "e1;branch=z9hG4bK-ex"))).isNull();
        members = members(2, engine(0), engine(2));
        dispatcher.membersChanged();
        assertThat(sent)
                .extracting(Sent::to)
                .containsExactly(members.ownerOf(call).sip());
    }

    @Test
    void bothDialogsOfACallHaveOneOwner() {
        for (int call = 0; call < 50; call++) {
            String callId = "call-" + call;
            assertThat(pass(request("BYE", callId + "~callee", "")).to())
                    .isEqualTo(members.ownerOf(callId).sip());
        }
    }

    @Test
    void theDomainIsReadFromViaRouteOrTag() {
        var all = List.of(container(0, 0), container(1, 1));
        members = members(1, container(0, 0), container(1, 1));
        var proxy = new Dispatcher(
                SERVICE,
                new DomainAffinity(Elements.cluster(all, 2)),
                () -> members,
                (data, length, to) -> sent.add(new Sent(new String(data, 0, length, ISO_8859_1), to)),
                counters,
                T1,
                OVERLOAD);
        for (int i = 0; i < 20; i++) {
            String call = "call-" + i;
            for (var container : all) {
                String name = container.name();
                assertThat(pass(proxy, response(call, name + ";branch=z9hG4bK-ex"), CALLER)
                                .to())
                        .isEqualTo(container.sip());
                String route = "Route: <sip:127.0.0.99:5060;lr;server=" + name + ">\r\n";
                assertThat(pass(proxy, request("BYE", call, route), CALLER).to())
                        .isEqualTo(container.sip());
                String tagged = request("BYE", call, "").replace("To: <sip:c@d>", "To: <sip:c@d>;tag=5f-" + name);
                assertThat(pass(proxy, tagged, CALLER).to()).isEqualTo(container.sip());
            }
        }
    }

    @Test
    void neverRoutesAroundTheDeadWhereThereIsNoFailOver() {
        var all = List.of(engine(0), engine(1), engine(2));
        String call = Elements.callsOf(engine(1), members, 1).get(0);
        members = new Members(2, List.of(engine(0), engine(2)), all);
        assertThat(pass(request("INVITE", call, "")).to()).isEqualTo(engine(1).sip());
    }

    @Test
    void addsItsViaAndTellsWhereTheRequestCameFrom() {
        SipMessage forwarded = pass(request("INVITE", "call", "")).message();
        assertThat(forwarded.vias()).extracting(Via::host).containsExactly("127.0.0.99", "127.0.0.50");
        assertThat(forwarded.vias().get(1).destination()).isEqualTo(CALLER);
        assertThat(forwarded.body()).isEqualTo("body");
    }

    @Test
    void allDispatchersSendRetransmissionsAndCancelAlike() {
        String invite = pass(request("INVITE", "call", "")).text();
        assertThat(pass(another(), request("INVITE", "call", ""), CALLER).text())
                .isEqualTo(invite);
        assertThat(pass(another(), request("CANCEL", "call", ""), CALLER)
                        .message()
                        .vias()
                        .get(0)
                        .branch())
                .isEqualTo(pass(request("INVITE", "call", ""))
                        .message()
                        .vias()
                        .get(0)
                        .branch())
                .startsWith("z9hG4bK");
        assertThat(pass(request("INVITE", "other", "")).message().vias().get(0).branch())
                .isNotEqualTo(pass(request("INVITE", "call", ""))
                        .message()
                        .vias()
                        .get(0)
                        .branch());
    }

    @Test
    void whoeverHoldsTheAddressPassesAResponseOn() {
        String forwarded = pass(request("INVITE", "call", "")).text();
        String response = "SIP/2.0 200 OK" + forwarded.substring(forwarded.indexOf("\r\n"));
        Sent back = pass(another(), response, engine(0).sip());
        assertThat(back.to()).isEqualTo(CALLER);
        assertThat(back.message().vias()).extracting(Via::host).containsExactly("127.0.0.50");
        assertThat(back.message().body()).isEqualTo("body");
    }

    @Test
    void takesViasThatShareALineOrAreCompact() {
        String response = """
                SIP/2.0 200 OK
                v: SIP/2.0/UDP 127.0.0.99:5060;branch=z9hG4bK-d1, SIP/2.0/UDP 127.0.0.50:5070;branch=z9hG4bKx
                f: <sip:a@b>;tag=f
                t: <sip:c@d>;tag=t
                i: call
                CSeq: 1 INVITE
                l: 0

                """.replace("\n", "\r\n");
        Sent back = pass(response);
        assertThat(back.to()).isEqualTo(new InetSocketAddress("127.0.0.50", 5070));
        assertThat(back.message().vias()).extracting(Via::host).containsExactly("127.0.0.50");
        String compact = request("INFO", "call", "").replace("Call-ID:", "i :").replace("Via:", "V:");
        assertThat(pass(compact).message().vias()).hasSize(2);
    }

    /** Its own hop is by datagrams, and the connection stands in the client's Via for whoever returns the response. */
    @Test
    void aRequestThatCameByTcpGoesOnByUdpAndKeepsItsConnection() {
        String byTcp =
                request("INFO", "call", "").replace("SIP/2.0/UDP 127.0.0.50:5070;rport", "SIP/2.0/TCP client:5070");
        SipMessage forwarded = pass(byTcp).message();
        assertThat(forwarded.vias()).extracting(Via::tcp).containsExactly(false, true);
        assertThat(forwarded.vias().get(1).destination()).isEqualTo(CALLER);
        assertThat(forwarded.vias().get(1).listening()).isEqualTo(new InetSocketAddress("127.0.0.50", 5070));
        String anew = pass(another(), byTcp, new InetSocketAddress("127.0.0.50", 4712))
                .text();
        SipMessage again = SipMessage.parse(anew.getBytes(ISO_8859_1), anew.length());
        assertThat(again.vias().get(0)).isEqualTo(forwarded.vias().get(0));
        assertThat(again.vias().get(1).rport()).isEqualTo(4712);
    }

    @Test
    void dropsResponsesThatAreNotItsOwn() {
        String response = request("INVITE", "call", "").replaceFirst("INVITE.*", "SIP/2.0 200 OK");
        assertThat(pass(response)).isNull();
    }

    @Test
    void countsMaxForwardsDownAndDropsWhatHasComeTooFar() {
        assertThat(pass(request("INFO", "call", "Max-Forwards: 70\n")).message().header("Max-Forwards"))
                .isEqualTo("69");
        for (String wrong : List.of("0", "x", "", "99999", "-1")) {
            assertThat(pass(request("INFO", "call", "Max-Forwards: " + wrong + "\n")))
                    .isNull();
        }
    }

    @Test
    void dropsWhatItCannotRouteAndCountsIt() {
        pass("rubbish");
        pass("INVITE sip:x SIP/2.0\r\nCall-ID: y");
        assertThat(sent).isEmpty();
        members = members(2);
        SipMessage refused = pass(request("INFO", "call", "")).message();
        assertThat(refused.status()).isEqualTo(503);
        assertThat(refused.vias())
                .singleElement()
                .satisfies(via -> assertThat(via.destination()).isEqualTo(CALLER));
        assertThat(refused.callId()).isEqualTo("call");
        assertThat(refused.header("CSeq")).isEqualTo("1 INFO");
        assertThat(refused.toTag()).isNotEmpty();
        assertThat(pass(request("ACK", "call", ""))).isNull();
        assertThat(counters.prometheus())
                .contains("ringdown_malformed_total 2\n")
                .contains("ringdown_unroutable_total 2\n");
    }

    @Test
    void countsWhatEachEngineGot() {
        String call = Elements.callsOf(engine(1), members, 1).get(0);
        pass(request("INVITE", call, ""));
        pass(request("BYE", call, ""));
        assertThat(counters.prometheus()).contains("ringdown_dispatched_total{engine=\"e1\"} 2\n");
    }

    @Test
    void failsInNoWayWhateverComes() {
        var random = new Random(1);
        String valid = request("INVITE", "call", "Max-Forwards: 70\n");
        List<String> pieces = List.of("\r\n", ":", ";", "Via", ",", " ", "/", "SIP/2.0 ", "branch=z9hG4bK-d", "999999");
        for (int round = 0; round < 20_000; round++) {
            var text = new StringBuilder(valid);
            for (int change = random.nextInt(6); change >= 0; change--) {
                int from = random.nextInt(text.length());
                int to = Math.min(text.length(), from + random.nextInt(12));
                text.replace(from, to, random.nextBoolean() ? pieces.get(random.nextInt(pieces.size())) : "");
            }
            pass(
                    random.nextInt(4) == 0
                            ? "SIP/2.0 200 OK" + text.substring(Math.max(0, text.indexOf("\r\n")))
                            : text.toString());
        }
    }

    /** A user's devices register under Call-IDs of their own, and write the user as they like. */
    @Test
    void allRegistrationsOfAUserGoToOneEngine() {
        for (int user = 0; user < 20; user++) {
            String key = CallKey.ofBindings("<sip:c" + user + "@d>");
            InetSocketAddress owner = members.ownerOf(key).sip();
            for (String to :
                    List.of("To: <sip:c%d@d>", "t: \"C\" <SIP:%%63%d@D;user=ip>;tag=x-e9", "To: sip:c%d@d;x=y")) {
                String register =
                        request("REGISTER", "call" + to.length(), "").replace("To: <sip:c@d>", to.formatted(user));
                assertThat(pass(register).to()).isEqualTo(owner);
            }
        }
        assertThat(pass(request("REGISTER", "call", "").replace("To: <sip:c@d>\r\n", ""))
                        .to())
                .isEqualTo(members.ownerOf("call").sip());
    }
}
