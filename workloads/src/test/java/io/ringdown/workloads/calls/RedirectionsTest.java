package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Caller;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A cluster that redirects (RFC 3261 section 8.1.3.4): two dispatchers, and three elements that they may name. */
class RedirectionsTest extends ManualCaller {
    private static final InetSocketAddress ONE = new InetSocketAddress("127.0.0.1", 5060);
    private static final InetSocketAddress OTHER = new InetSocketAddress("127.0.0.2", 5060);
    private static final InetSocketAddress A = new InetSocketAddress("127.0.0.11", 5060);
    private static final InetSocketAddress B = new InetSocketAddress("127.0.0.12", 5060);
    private static final InetSocketAddress C = new InetSocketAddress("127.0.0.13", 5070);
    private static final String TO_A = "Contact: <sip:answer@127.0.0.11:5060>";
    private static final String TO_B = "Contact: <sip:answer@127.0.0.12>";

    @TempDir
    Path secrets;

    private Caller.Transport transport = Caller.Transport.UDP;

    @Override
    GeneratorSettings settings() {
        var caller = new Caller(transport, 1, List.of(), true, null, null, null, null, List.of(), null);
        try {
            Path file = Files.writeString(secrets.resolve("password"), "open sesame\n");
            return new GeneratorSettings(
                            List.of(ONE, OTHER),
                            List.of(new InetSocketAddress("127.0.0.1", 0)),
                            WORKLOAD.by(caller),
                            "X-Ringdown-Node",
                            Credentials.of(new Caller.Credentials("alice", null, file.toString())))
                    .with(List.of(A, B, C));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private List<Incident> incidents() throws IOException {
        recorded.recorder().flush();
        return recorded.read().incidents;
    }

    private void redirect(Sent request, int status, String... contacts) {
        receive(request, status, "redirector", contacts);
    }

    @Test
    void aSetUpIsSentToTheContactWithTheNextCseqAndTheRestAsItWas() throws IOException {
        send(Intent.SETUP);
        Sent first = last("INVITE");
        redirect(first, 302, TO_A);
        Sent ack = last("ACK");
        assertThat(ack.to()).isEqualTo(ONE);
        assertThat(ack.text()).startsWith("ACK sip:answer@127.0.0.1:5060 SIP/2.0\r\n");
        assertThat(ack.branch()).isEqualTo(first.branch());
        Sent second = last("INVITE");
        assertThat(second.to()).isEqualTo(A);
        assertThat(second.branch()).isNotEqualTo(first.branch());
        assertThat(second.text()
                        .replace(second.branch(), first.branch())
                        .replace("INVITE sip:answer@127.0.0.11:5060", "INVITE sip:answer@127.0.0.1:5060")
                        .replace("CSeq: 2", "CSeq: 1"))
                .isEqualTo(first.text());
        assertThat(ended).isEmpty();

        // Its ACK was lost.
        redirect(first, 302, TO_A);
        assertThat(last("ACK").text()).isEqualTo(ack.text());
        assertThat(last("ACK").to()).isEqualTo(ONE);
        assertThat(wire.sent("INVITE")).hasSize(2);

        receive(second, 200, "theirs", "Contact: <sip:far@127.0.0.11:5060>");
        assertThat(last("ACK").to()).isEqualTo(A);
        assertThat(last("ACK").text()).startsWith("ACK sip:far@127.0.0.11:5060 ");
        send(Intent.INFO);
        assertThat(last("INFO").to()).isEqualTo(A);
        assertThat(operations())
                .extracting(Operation::attempt, Operation::cseq, Operation::status, Operation::intentIndex)
                .containsExactly(tuple(AttemptKind.FIRST, 1, 302, 0), tuple(AttemptKind.FOLLOW_UP, 2, 200, 0));
        assertThat(recorded.incidents).isEmpty();
    }

    @Test
    void everyRedirectionIsFollowedButAnAlternativeService() throws IOException {
        for (int status : new int[] {300, 301, 302, 305, 399}) {
            dialog = agent.newDialog();
            send(Intent.SETUP);
            redirect(last("INVITE"), status, TO_A);
            assertThat(last("INVITE").to()).as("after %d", status).isEqualTo(A);
            receive(last("INVITE"), 200, "theirs");
        }
        dialog = agent.newDialog();
        Attempt other = send(Intent.SETUP);
        redirect(last("INVITE"), 380, TO_A);
        assertThat(other.status).isEqualTo(380);
        assertThat(incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.detail())
                        .isEqualTo("380 to INVITE not followed: it offers another service"));
    }

    @Test
    void contactsAreTriedInTheOrderOfQEachOnce() throws IOException {
        send(Intent.SETUP);
        redirect(
                last("INVITE"),
                300,
                "Contact: <sip:answer@127.0.0.11>;q=0.2, \"B, the best\" <sip:answer@127.0.0.12>;q=0.9",
                "Contact: <sip:answer@127.0.0.13:5070>;q=0.5, <sip:answer@127.0.0.12:5060>;q=0.1");
        assertThat(last("INVITE").to()).isEqualTo(B);
        receive(last("INVITE"), 486, "busy");
        assertThat(last("INVITE").to()).isEqualTo(C);
        wire.advanceTo(wire.nanos() + 64 * T1);
        assertThat(last("INVITE").to()).isEqualTo(A);
        assertThat(ended).isEmpty();
        receive(last("INVITE"), 503, "no");
        assertThat(ended).hasSize(1);
        assertThat(operations())
                .extracting(Operation::attempt, Operation::cseq, Operation::status)
                .containsExactly(
                        tuple(AttemptKind.FIRST, 1, 300),
                        tuple(AttemptKind.FOLLOW_UP, 2, 486),
                        tuple(AttemptKind.REPEAT, 3, 0),
                        tuple(AttemptKind.REPEAT, 4, 503));
    }

    @Test
    void aRefusalForAllTargetsEndsIt() {
        send(Intent.SETUP);
        redirect(last("INVITE"), 302, TO_A, TO_B);
        receive(last("INVITE"), 603, "never");
        assertThat(ended).hasSize(1);
        assertThat(wire.sent("INVITE")).hasSize(2);
    }

    @Test
    void twoThatNameEachOtherAreNotFollowedForEver() throws IOException {
        send(Intent.SETUP);
        redirect(last("INVITE"), 302, TO_A);
        redirect(last("INVITE"), 302, TO_B);
        redirect(last("INVITE"), 302, TO_A, "Contact: <sip:answer@127.0.0.1>");
        assertThat(ended)
                .singleElement()
                .satisfies(invite -> assertThat(invite.outcome).isEqualTo(Outcome.FAILED));
        assertThat(wire.sent("INVITE")).hasSize(3);
        assertThat(incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.detail())
                        .isEqualTo("302 to INVITE not followed: sip:answer@127.0.0.11:5060 has been tried"));
    }

    @Test
    void oneThatAlwaysNamesAnotherIsNotFollowedForEverEither() throws IOException {
        send(Intent.SETUP);
        for (int i = 0; ended.isEmpty() && i < 50; i++) {
            redirect(last("INVITE"), 302, "Contact: <sip:u" + i + "@127.0.0.11>");
        }
        assertThat(wire.sent("INVITE")).hasSize(5);

        dialog = agent.newDialog();
        send(Intent.SETUP);
        String[] many = new String[50];
        java.util.Arrays.setAll(many, i -> "Contact: <sip:u" + i + "@127.0.0.11>");
        redirect(last("INVITE"), 302, many);
        for (int i = 0; ended.size() == 1 && i < 50; i++) {
            receive(last("INVITE"), 503, "no");
        }
        assertThat(wire.sent("INVITE")).hasSize(5 + 8);
        assertThat(incidents()).hasSize(1);
    }

    /** Whatever a response says, nobody is sent anything whom the plan does not name. */
    @Test
    void nothingLeavesTheCluster() throws IOException {
        for (String contact : List.of(
                "<sip:answer@192.0.2.7:5060>",
                "<sip:answer@127.0.0.11:5061>",
                "<sip:answer@127.0.0.13>",
                "<sip:answer@127.0.0.11;maddr=192.0.2.7>",
                "<sip:127.0.0.11@192.0.2.7>",
                "<sips:answer@127.0.0.11:5060>",
                "<tel:+4930123456>",
                "<sip:answer@localhost>",
                "<sip:answer@127.0.0.11:5060;transport=tcp>",
                "<sip:answer@127.0.0.011.5>",
                "<sip:answer@127.0.0.11:99999>",
                "<sip:a b@127.0.0.11>",
                "<sip:answer@127.0.0.11",
                "<>",
                "*")) {
            dialog = agent.newDialog();
            Attempt invite = send(Intent.SETUP);
            redirect(last("INVITE"), 302, "Contact: " + contact);
            boolean readable = contact.endsWith(">") || contact.equals("*");
            assertThat(invite.over()).as(contact).isEqualTo(readable);
        }
        Attempt bare = send(Intent.SETUP);
        redirect(last("INVITE"), 302);
        assertThat(bare.status).isEqualTo(302);
        assertThat(wire.sent).allSatisfy(sent -> assertThat(sent.to()).isIn(ONE, OTHER));
        assertThat(incidents())
                .extracting(Incident::detail)
                .contains(
                        "302 to INVITE not followed: sip:answer@192.0.2.7:5060 is no address of the cluster's",
                        "302 to INVITE not followed: tel:+4930123456 is no SIP address",
                        "302 to INVITE not followed: sip:answer@127.0.0.11:5060;transport=tcp wants another transport"
                                + " than UDP",
                        "302 to INVITE not followed: it names no Contact");
    }

    @Test
    void aContactThatLeadsElsewhereIsPassedOverForOneThatDoesNot() throws IOException {
        send(Intent.SETUP);
        redirect(last("INVITE"), 302, "Contact: <sip:answer@192.0.2.7>;q=1", TO_B + ";q=0.1");
        assertThat(last("INVITE").to()).isEqualTo(B);
        assertThat(incidents()).isEmpty();
    }

    /** RFC 3261 sections 19.1.1 and 19.1.5: nobody has to do what a URI asks for. */
    @Test
    void whatAUriAsksForBesidesIsNotSent() {
        send(Intent.SETUP);
        redirect(
                last("INVITE"),
                302,
                "Contact: <sip:x%20y@127.0.0.11:5060;lr;Method=BYE;user=phone?Route=%3Csip:192.0.2.7%3E&Subject=hi>");
        Sent second = last("INVITE");
        assertThat(second.text()).startsWith("INVITE sip:x%20y@127.0.0.11:5060;lr;user=phone SIP/2.0\r\n");
        assertThat(second.text()).doesNotContain("192.0.2.7", "Subject");
    }

    @Test
    void byTcpAContactMaySayAnyTransportButAnother() throws IOException {
        transport = Caller.Transport.TCP;
        wire.reliable = true;
        folder = folder.resolve("tcp");
        make();
        send(Intent.SETUP);
        redirect(last("INVITE"), 302, "Contact: <sip:answer@127.0.0.11;transport=TCP>");
        assertThat(last("INVITE").to()).isEqualTo(A);
        redirect(last("INVITE"), 302, "Contact: <sip:answer@127.0.0.12;transport=udp>, <sip:answer@127.0.0.13:5070>");
        assertThat(last("INVITE").to()).isEqualTo(C);
        // The same request on a new connection, and then the user's affair.
        Sent lost = last("INVITE");
        agent.connectionLost(C);
        assertThat(last("INVITE").text()).isEqualTo(lost.text());
        assertThat(last("INVITE").to()).isEqualTo(C);
        agent.connectionLost(C);
        assertThat(ended).hasSize(1);
    }

    @Test
    void aChallengeWhereItWasRedirectedIsAnsweredThere() throws IOException {
        send(Intent.SETUP);
        redirect(last("INVITE"), 302, TO_A);
        receive(last("INVITE"), 401, "a", "WWW-Authenticate: Digest realm=\"here\", nonce=\"n1\"");
        Sent third = last("INVITE");
        assertThat(third.to()).isEqualTo(A);
        assertThat(third.header("CSeq")).isEqualTo("3 INVITE");
        assertThat(third.header("Authorization")).contains("uri=\"sip:answer@127.0.0.11:5060\"");
        receive(third, 200, "theirs");
        assertThat(operations())
                .extracting(Operation::attempt, Operation::status)
                .containsExactly(
                        tuple(AttemptKind.FIRST, 302),
                        tuple(AttemptKind.FOLLOW_UP, 401),
                        tuple(AttemptKind.FOLLOW_UP, 200));
    }

    /** Who is named may challenge as well, with a nonce of its own. */
    @Test
    void aRedirectionAfterAChallengeIsFollowedAndChallengedAgain() {
        send(Intent.SETUP);
        receive(last("INVITE"), 401, "one", "WWW-Authenticate: Digest realm=\"here\", nonce=\"n1\"");
        redirect(last("INVITE"), 302, TO_A);
        receive(last("INVITE"), 401, "a", "WWW-Authenticate: Digest realm=\"there\", nonce=\"n2\"");
        assertThat(last("INVITE").to()).isEqualTo(A);
        assertThat(last("INVITE").header("Authorization")).contains("realm=\"there\"", "nonce=\"n2\"");
        receive(last("INVITE"), 401, "a", "WWW-Authenticate: Digest realm=\"there\", nonce=\"n3\"");
        assertThat(ended).hasSize(1);
    }

    @Test
    void aCancelGoesWhereItsInviteWentAsItWent() throws IOException {
        Attempt invite = send(Intent.SETUP);
        boolean[] without = {false};
        agent.giveUpWhenStuck(invite, () -> without[0] = true);
        wire.advanceTo(3 * T1);
        redirect(last("INVITE"), 302, TO_A);
        Sent second = last("INVITE");
        receive(second, 180, "theirs");
        wire.advanceTo(wire.nanos() + 8 * T1 - 1);
        assertThat(wire.sent("CANCEL")).isEmpty();
        wire.advanceTo(wire.nanos() + 1);
        assertThat(without[0]).isTrue();
        Sent cancel = last("CANCEL");
        assertThat(cancel.to()).isEqualTo(A);
        assertThat(cancel.text()).startsWith("CANCEL sip:answer@127.0.0.11:5060 SIP/2.0\r\n");
        assertThat(cancel.branch()).isEqualTo(second.branch());
        assertThat(cancel.header("CSeq")).isEqualTo("2 CANCEL");
        // What was given up is led nowhere else.
        redirect(second, 302, TO_B);
        assertThat(wire.sent("INVITE")).noneMatch(sent -> sent.to().equals(B));
        assertThat(last("ACK").to()).isEqualTo(A);
        assertThat(ended).isEmpty();
    }

    @Test
    void aDispatcherThatFailsIsLeftForTheOtherWhichRedirects() throws IOException {
        send(Intent.SETUP);
        receive(last("INVITE"), 503, "down");
        assertThat(last("INVITE").to()).isEqualTo(OTHER);
        redirect(last("INVITE"), 302, TO_A);
        assertThat(last("INVITE").to()).isEqualTo(A);
        // No dispatcher stands for the element that one has named.
        receive(last("INVITE"), 503, "full");
        assertThat(ended).hasSize(1);
        assertThat(operations())
                .extracting(Operation::attempt, Operation::cseq, Operation::status)
                .containsExactly(
                        tuple(AttemptKind.FIRST, 1, 503),
                        tuple(AttemptKind.REPEAT, 1, 302),
                        tuple(AttemptKind.FOLLOW_UP, 2, 503));
    }

    /** RFC 3261 section 12.2.1.2: as outside a dialog, but for the route set; and what is no target refresh moves nobody. */
    @Test
    void aRequestInsideADialogIsFollowedToo() throws IOException {
        establish();
        send(Intent.INFO);
        redirect(last("INFO"), 302, TO_A);
        Sent info = last("INFO");
        assertThat(info.to()).isEqualTo(A);
        assertThat(info.text()).startsWith("INFO sip:answer@127.0.0.11:5060 SIP/2.0\r\n");
        assertThat(info.header("To")).endsWith(";tag=theirs");
        assertThat(info.header("CSeq")).isEqualTo("3 INFO");
        receive(info, 200, "theirs");
        send(Intent.INFO);
        assertThat(last("INFO").to()).isEqualTo(ONE);
        assertThat(last("INFO").text()).startsWith("INFO sip:far@127.0.0.1:5090 ");
        receive(last("INFO"), 200, "theirs");

        send(Intent.MODIFY);
        redirect(last("INVITE"), 302, TO_B);
        receive(last("INVITE"), 200, "theirs", "Contact: <sip:far@127.0.0.12:5060>");
        assertThat(last("ACK").to()).isEqualTo(B);
        assertThat(last("ACK").text()).startsWith("ACK sip:far@127.0.0.12:5060 ");
        send(Intent.RELEASE);
        assertThat(last("BYE").to()).isEqualTo(B);
        assertThat(incidents()).isEmpty();
    }

    /** Who stands for the cluster may ask to be left out. */
    @Test
    void aDialogsOwnTargetIsTriedWhereItHasNotBeen() throws IOException {
        send(Intent.SETUP);
        receive(last("INVITE"), 200, "theirs", "Contact: <sip:far@127.0.0.11:5060>");
        send(Intent.INFO);
        assertThat(last("INFO").to()).isEqualTo(ONE);
        redirect(last("INFO"), 302, "Contact: <sip:far@127.0.0.11:5060>");
        assertThat(last("INFO").to()).isEqualTo(A);
        redirect(last("INFO"), 302, "Contact: <sip:far@127.0.0.11:5060>");
        assertThat(wire.sent("INFO")).hasSize(2);
        assertThat(incidents()).hasSize(1);
    }

    @Test
    void withARouteSetItStillGoesByIt() {
        send(Intent.SETUP);
        receive(last("INVITE"), 200, "theirs", "Record-Route: <sip:127.0.0.1;lr>", "Contact: <sip:far@127.0.0.12>");
        send(Intent.INFO);
        redirect(last("INFO"), 302, TO_A);
        assertThat(last("INFO").to()).isEqualTo(ONE);
        assertThat(last("INFO").text()).startsWith("INFO sip:answer@127.0.0.11:5060 ");
        assertThat(last("INFO").header("Route")).isEqualTo("<sip:127.0.0.1;lr>");
    }

    /** Section 14.1: two re-INVITEs have met, and the user waits. */
    @Test
    void aRequestThatIsPendingHasNotFailedThere() {
        establish();
        send(Intent.MODIFY);
        redirect(last("INVITE"), 302, TO_A, TO_B);
        receive(last("INVITE"), 491, "theirs");
        assertThat(wire.sent("INVITE")).hasSize(3);
        assertThat(ended).hasSize(2);
    }

    /** Section 12.2.1.2: whoever hears that the dialog is gone hangs up. */
    @Test
    void aDialogThatIsGoneAtOneTargetIsAskedForAtNoOther() {
        establish();
        send(Intent.INFO);
        redirect(last("INFO"), 302, TO_A, TO_B);
        receive(last("INFO"), 481, "theirs");
        assertThat(wire.sent("INFO")).hasSize(2);
        assertThat(ended).hasSize(2);
    }

    @Test
    void aBindingIsRegisteredWhereItIsSentAndKeepsItsName() throws IOException {
        var binding = new Binding(agent, "user7", 60);
        binding.begin(0);
        Sent first = last("REGISTER");
        redirect(first, 302, "Contact: <sip:127.0.0.11>");
        Sent second = last("REGISTER");
        assertThat(second.to()).isEqualTo(A);
        assertThat(second.text()).startsWith("REGISTER sip:127.0.0.11 SIP/2.0\r\n");
        assertThat(second.header("To")).isEqualTo(first.header("To"));
        receive(second, 200, "registrar", "Contact: <sip:user7@127.0.0.1:5070>;expires=60");
        assertThat(binding.open()).isFalse();
        assertThat(operations())
                .extracting(Operation::attempt, Operation::outcome)
                .containsExactly(tuple(AttemptKind.FIRST, Outcome.FAILED), tuple(AttemptKind.FOLLOW_UP, Outcome.OK));
    }

    @Test
    void aProbeIsFollowedAndSentOnceThere() throws IOException {
        Attempt probe = Attempt.first(dialog, Intent.OPTIONS, 0);
        probe.retransmits = false;
        probe.ended = ended::add;
        agent.send(probe);
        redirect(last("OPTIONS"), 302, TO_A);
        assertThat(last("OPTIONS").to()).isEqualTo(A);
        wire.advanceTo(3 * T1);
        assertThat(wire.sent("OPTIONS")).hasSize(2);
        receive(last("OPTIONS"), 200, "a");
        assertThat(ended).hasSize(1);
    }

    /** One transaction has one final answer: whoever sends another one has made two of one set-up. */
    @Test
    void aSetUpThatIsRedirectedAndAcceptedIsAcceptedTwice() throws IOException {
        for (String tag : List.of("another", "theirs")) {
            folder = folder.resolve(tag);
            make();
            send(Intent.SETUP);
            Sent first = last("INVITE");
            redirect(first, 302, TO_A);
            receive(last("INVITE"), 200, "theirs");
            receive(first, 200, tag);
            receive(first, 200, tag);
            assertThat(incidents())
                    .as(tag)
                    .singleElement()
                    .satisfies(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.FORKED_ANSWER));
        }
    }

    @Test
    void anAcceptanceAfterARedirectionIsASecondAnswerWhicheverComesFirst() throws IOException {
        send(Intent.SETUP);
        Sent first = last("INVITE");
        redirect(first, 302, TO_A);
        receive(first, 200, "late");
        assertThat(last("BYE").header("To")).endsWith(";tag=late");
        assertThat(last("BYE").to()).isEqualTo(ONE);
        receive(last("INVITE"), 486, "busy");
        assertThat(incidents())
                .singleElement()
                .satisfies(incident -> assertThat(incident.detail()).startsWith("2xx after a 302"));
    }

    @Test
    void severalCallersHaveRedirectionsOfTheirOwn() {
        var second = new UserAgent(settings(), wire, recorded.recorder(), new RunClock(0, 0), "second", () -> 900);
        send(Intent.SETUP);
        redirect(last("INVITE"), 302, TO_A);
        dialog = second.newDialog();
        Attempt other = Attempt.first(dialog, Intent.SETUP, 0);
        second.send(other);
        assertThat(last("INVITE").to()).isEqualTo(ONE);
    }
}
