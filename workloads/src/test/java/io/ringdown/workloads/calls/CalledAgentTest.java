package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The callee, message by message, as RFC 3261 wants a user agent server; the caller and the cluster between are the test. */
class CalledAgentTest {
    private static final long T1 = 500_000_000;
    private static final long MILLI = 1_000_000;
    private static final InetSocketAddress CLUSTER = new InetSocketAddress("127.0.0.9", 5060);

    private final ManualWire wire = new ManualWire();
    private final List<Call> calls = new ArrayList<>();
    private final List<Operation> operations = new ArrayList<>();
    private final List<Incident> incidents = new ArrayList<>();
    private final CalledAgent callee = callee("one");

    private CalledAgent callee(String run) {
        var recorder = new CallRecorder() {
            @Override
            public void call(Call call) {
                calls.add(call);
            }

            @Override
            public void operation(Operation operation) {
                operations.add(operation);
            }

            @Override
            public void incident(Incident incident) {
                incidents.add(incident);
            }
        };
        var clock = new RunClock(0, 0);
        var numbers = new AtomicInteger();
        var settings = new GeneratorSettings(CLUSTER, wire.local(), ManualCaller.WORKLOAD, "");
        var agent = new UserAgent(settings, wire, recorder, clock, run, numbers::getAndIncrement, "callee");
        return new CalledAgent(agent, clock, recorder, run, numbers);
    }

    private static String request(String method, int cseq, String toTag, String... more) {
        return method + " sip:callee@127.0.0.1:5070 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9:5060;branch=z9hG4bK" + cseq
                + (method.equals("ACK") ? "a" : "") + "\r\nVia: SIP/2.0/UDP 127.0.0.7:5999;branch=z9hG4bKx\r\n"
                + "Record-Route: <sip:127.0.0.9:5060;lr>\r\nFrom: \"A\" <sip:caller@127.0.0.7>;tag=theirs\r\n"
                + "To: <sip:callee@ringdown>" + (toTag.isEmpty() ? "" : ";tag=" + toTag)
                + "\r\nCall-ID: call~b\r\nCSeq: "
                + cseq + " " + method + "\r\nContact: <sip:caller@127.0.0.7:5999>\r\n"
                + String.join("", more) + "Content-Length: 0\r\n\r\n";
    }

    private void receive(String text) {
        receive(callee, text);
    }

    private static void receive(CalledAgent callee, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        callee.received(bytes, bytes.length, CLUSTER);
    }

    private List<String> statuses() {
        return wire.sent.stream()
                .map(Sent::text)
                .filter(text -> text.startsWith("SIP/2.0"))
                .map(text -> text.substring(8, 11) + " " + line(text, "CSeq").split(" ")[1])
                .toList();
    }

    private static String line(String text, String name) {
        int at = text.indexOf("\r\n" + name + ": ");
        return text.substring(at + name.length() + 4, text.indexOf("\r\n", at + 2));
    }

    private Sent last() {
        return wire.sent.get(wire.sent.size() - 1);
    }

    private String tag() {
        return line(last().text(), "To").replaceFirst(".*;tag=", "");
    }

    private String established() {
        receive(request("INVITE", 1, ""));
        String tag = tag();
        receive(request("ACK", 1, tag));
        return tag;
    }

    @Test
    void answersByTheLinesOfTheRequest() {
        receive(request("INVITE", 1, "", "X-Ringdown-Call: call\r\n"));

        assertThat(statuses()).containsExactly("180 INVITE", "200 INVITE");
        assertThat(last().to()).isEqualTo(CLUSTER);
        assertThat(last().text())
                .contains("Via: SIP/2.0/UDP 127.0.0.9:5060;branch=z9hG4bK1\r\nVia: SIP/2.0/UDP 127.0.0.7:5999;branch=")
                .contains("\r\nRecord-Route: <sip:127.0.0.9:5060;lr>\r\n")
                .contains("\r\nContact: <sip:callee@127.0.0.1:5070>\r\n")
                .contains("\r\nX-Ringdown-Setups: 1\r\n");
        receive(request("ACK", 1, tag()));
        assertThat(calls).singleElement().satisfies(call -> {
            assertThat(call.role()).isEqualTo(CallRole.FAR_SIDE);
            assertThat(call.callId()).isEqualTo("call");
        });
        assertThat(operations).singleElement().satisfies(op -> {
            assertThat(op.intent()).isEqualTo(Intent.SETUP);
            assertThat(op.attempt()).isEqualTo(AttemptKind.RECEIVED);
            assertThat(op.outcome()).isEqualTo(Outcome.OK);
        });
    }

    @Test
    void aResponseGoesWhereTheRequestCameFrom() {
        String invite = request("OPTIONS", 1, "").replaceFirst("127.0.0.9:5060", "name.invalid:5064");
        receive(invite);
        assertThat(last().to()).isEqualTo(new InetSocketAddress("127.0.0.9", 5064));
        assertThat(last().text()).contains("Via: SIP/2.0/UDP name.invalid:5064;branch=z9hG4bK1;received=127.0.0.9\r\n");
        receive(invite.replace(";branch=z9hG4bK1\r", ";rport;branch=z9hG4bK2\r"));
        assertThat(last().to()).isEqualTo(CLUSTER);
        assertThat(last().text()).contains(";rport=5060;branch=z9hG4bK2;received=127.0.0.9\r\n");
    }

    @Test
    void holdsEachAnswerUntilItsInstant() {
        receive(request("INVITE", 1, "", "X-Ringdown-Hold: 18x=700;final=1100\r\n"));
        assertThat(statuses()).containsExactly("100 INVITE");
        wire.advanceTo(699 * MILLI);
        assertThat(statuses()).hasSize(1);
        wire.advanceTo(700 * MILLI);
        assertThat(statuses()).containsExactly("100 INVITE", "180 INVITE");
        receive(request("INVITE", 1, ""));
        assertThat(statuses()).as("again").containsExactly("100 INVITE", "180 INVITE", "180 INVITE");
        wire.advanceTo(1_100 * MILLI);
        receive(request("ACK", 1, tag()));
        String tag = tag();
        receive(request("INFO", 2, tag, "X-Ringdown-Hold: final=2000\r\n"));
        assertThat(statuses()).hasSize(4);
        wire.advanceTo(2_000 * MILLI);
        assertThat(line(last().text(), "X-Ringdown-Counter")).isEqualTo("1");
        receive(request("INVITE", 3, tag, "X-Ringdown-Hold: final=3000\r\n"));
        wire.advanceTo(3_000 * MILLI);
        receive(request("ACK", 3, tag));
        receive(request("BYE", 4, tag, "X-Ringdown-Hold: final=4000\r\n"));
        wire.advanceTo(3_999 * MILLI);
        assertThat(statuses().subList(4, statuses().size())).containsExactly("200 INFO", "100 INVITE", "200 INVITE");
        wire.advanceTo(4_000 * MILLI);
        assertThat(line(last().text(), "X-Ringdown-Counter")).isEqualTo("1");
        assertThat(operations)
                .extracting(Operation::intent)
                .containsExactly(Intent.SETUP, Intent.INFO, Intent.MODIFY, Intent.RELEASE);
        assertThat(operations).extracting(Operation::holdFinal).doesNotContain(Operation.NONE);
        assertThat(operations.get(0).retransmissions()).isEqualTo(1);
    }

    @Test
    void sendsItsTwoHundredAgainUntilItsAckThenHangsUp() {
        receive(request("INVITE", 1, ""));
        wire.advanceTo(64 * T1 - 1);
        long again = statuses().stream().filter("200 INVITE"::equals).count();
        // At .5, 1.5, 3.5, 7.5, then each 4 s until 31.5.
        assertThat(again).isEqualTo(1 + 10);
        assertThat(incidents).isEmpty();

        wire.advanceTo(64 * T1);

        assertThat(incidents).extracting(Incident::kind).containsExactly(Incident.Kind.UNACKNOWLEDGED);
        assertThat(wire.sent("BYE")).singleElement().satisfies(bye -> {
            assertThat(bye.text()).startsWith("BYE sip:caller@127.0.0.7:5999 SIP/2.0\r\n");
            assertThat(bye.header("Route")).isEqualTo("<sip:127.0.0.9:5060;lr>");
            assertThat(bye.header("From")).startsWith("<sip:callee@ringdown>;tag=");
            assertThat(bye.header("To")).isEqualTo("\"A\" <sip:caller@127.0.0.7>;tag=theirs");
            assertThat(bye.to()).isEqualTo(CLUSTER);
        });
        assertThat(operations.get(0).answersAgain()).isEqualTo(10);
    }

    @Test
    void whatComesAgainIsAnsweredAgainAndCountedOnce() {
        String tag = established();
        receive(request("INFO", 2, tag));
        receive(request("INFO", 2, tag));
        assertThat(line(last().text(), "X-Ringdown-Counter")).isEqualTo("1");
        // By another address: another branch, the same number.
        receive(request("INFO", 2, tag).replace("z9hG4bK2", "z9hG4bK2b"));
        assertThat(line(last().text(), "X-Ringdown-Counter")).isEqualTo("1");
        receive(request("BYE", 3, tag));
        receive(request("BYE", 3, tag));
        assertThat(statuses()).endsWith("200 BYE", "200 BYE");
        assertThat(operations).filteredOn(op -> op.intent() == Intent.RELEASE).hasSize(1);
    }

    @ParameterizedTest
    @CsvSource({"INFO, 5, x, 481", "INFO, 1, '', 500", "INVITE, 5, x, 481", "BYE, 5, x, 481", "INVITE, 1, '', 500"})
    void whatDoesNotContinueTheDialogIsRefusedAndTold(String method, int cseq, String more, int status) {
        String tag = established();
        receive(request("INFO", 2, tag));
        receive(request(method, cseq, tag + more).replace("branch=z9", "branch=y9"));

        assertThat(statuses()).endsWith(status + " " + method);
        assertThat(operations.get(operations.size() - 1).status()).isEqualTo(status);
        receive(request("BYE", 6, tag));
        assertThat(statuses()).endsWith("200 BYE");
    }

    @Test
    void oneThatWasBornAgainKnowsNoDialog() {
        String tag = established();
        CalledAgent reborn = callee("two");
        receive(reborn, request("INVITE", 2, tag));
        assertThat(statuses()).endsWith("481 INVITE");
        receive(reborn, request("INFO", 3, tag));
        assertThat(statuses()).endsWith("481 INFO");
        assertThat(reborn.strays()).isEqualTo(2);
    }

    @Test
    void aSecondInviteOfACallIsRefusedAndTold() {
        receive(request("INVITE", 1, "", "X-Ringdown-Hold: final=1000\r\n"));
        receive(request("INVITE", 1, "").replace("z9hG4bK1", "z9hG4bK1-anew"));

        assertThat(statuses()).endsWith("482 INVITE");
        assertThat(operations).singleElement().satisfies(op -> {
            assertThat(op.intent()).isEqualTo(Intent.SETUP);
            assertThat(op.status()).isEqualTo(482);
            assertThat(op.call()).isZero();
        });
    }

    @Test
    void aSecondByeFindsTheCallOverAndIsTold() {
        String tag = established();
        receive(request("BYE", 2, tag));
        receive(request("BYE", 3, tag));
        assertThat(statuses()).endsWith("200 BYE", "481 BYE");
        assertThat(operations)
                .filteredOn(op -> op.intent() == Intent.RELEASE)
                .extracting(Operation::status)
                .containsExactly(200, 481);
    }

    @Test
    void aCancelEndsWhatIsHeld() {
        receive(request("INVITE", 1, "", "X-Ringdown-Hold: final=1000\r\n"));
        receive(request("CANCEL", 1, ""));
        assertThat(statuses()).endsWith("200 CANCEL", "487 INVITE");
        wire.advanceTo(T1);
        assertThat(statuses()).as("until its ACK").endsWith("487 INVITE", "487 INVITE");
        receive(request("ACK", 1, tag()).replace("z9hG4bK1a", "z9hG4bK1"));
        int sent = wire.sent.size();
        wire.advanceTo(10_000 * MILLI);
        assertThat(wire.sent).hasSize(sent);
        receive(request("CANCEL", 7, ""));
        assertThat(statuses()).endsWith("481 CANCEL");
    }

    @Test
    void sendsWhatItIsAskedForAtItsInstants() {
        receive(request("INVITE", 1, "", "X-Ringdown-Operate: info=1000;modify=2000;bye=3000\r\n"));
        String tag = tag();
        receive(request("ACK", 1, tag));
        wire.advanceTo(1_000 * MILLI);
        answer("INFO", 200);
        wire.advanceTo(2_000 * MILLI);
        Sent modify = wire.sent("INVITE").get(0);
        receive(request("INVITE", 2, tag));
        assertThat(statuses()).as("both at once").endsWith("491 INVITE");
        receive(ManualWire.response(modify, 200, "theirs", "Contact: <sip:caller@127.0.0.7:6000>"));
        assertThat(wire.sent("ACK"))
                .singleElement()
                .satisfies(ack -> assertThat(ack.text()).startsWith("ACK sip:caller@127.0.0.7:6000 "));
        wire.advanceTo(3_000 * MILLI);
        answer("BYE", 200);
        receive(request("INFO", 3, tag));
        assertThat(statuses()).endsWith("481 INFO");
        assertThat(operations)
                .filteredOn(op -> op.attempt() == AttemptKind.FIRST)
                .extracting(op -> op.intent() + " " + op.outcome())
                .containsExactly("INFO OK", "MODIFY OK", "RELEASE OK");
    }

    private void answer(String method, int status) {
        List<Sent> all = wire.sent(method);
        receive(ManualWire.response(all.get(all.size() - 1), status, "theirs"));
    }

    @Test
    void whatIsOpenAtTheEndIsTold() {
        established();
        receive(request("INVITE", 1, "", "X-Ringdown-Hold: final=1000\r\n")
                .replace("call~b", "other")
                .replace("z9hG4bK1", "z9hG4bKo"));

        callee.close();

        assertThat(incidents).extracting(Incident::detail).containsExactlyInAnyOrder("established", "ringing");
        assertThat(operations)
                .filteredOn(op -> op.outcome() == Outcome.INDETERMINATE)
                .hasSize(1);
    }

    @Test
    void whatMakesNoSenseIsCountedAndHarmsNobody() {
        receive("INVITE\r\n\r\n");
        receive(request("MESSAGE", 1, ""));
        assertThat(callee.strays()).isEqualTo(1);
        assertThat(statuses()).containsExactly("501 MESSAGE");
        receive(request("INVITE", 2, "", "X-Ringdown-Hold: 18x=;final=abc\r\n", "X-Ringdown-Operate: bye\r\n")
                .replace("<sip:caller@127.0.0.7:5999>", "<sip:somebody.invalid>")
                .replace("Record-Route: <sip:127.0.0.9:5060;lr>", "Record-Route: <sip:proxy.invalid;lr>"));
        assertThat(statuses()).endsWith("180 INVITE", "200 INVITE");
        wire.advanceTo(64 * T1);
        assertThat(wire.sent("BYE")).isEmpty();
    }

    /** Whoever took the call over names itself in its Contact, and where no route leads that is where requests go. */
    @ParameterizedTest
    @CsvSource({"INVITE", "UPDATE"})
    void whatItSendsFollowsTheTarget(String method) {
        String direct = "Record-Route: <sip:127.0.0.9:5060;lr>\r\n";
        receive(request("INVITE", 1, "", "X-Ringdown-Operate: info=1000\r\n").replace(direct, ""));
        String tag = tag();
        receive(request("ACK", 1, tag).replace(direct, ""));
        receive(request(method, 2, tag).replace(direct, "").replace("127.0.0.7:5999>", "127.0.0.8:6000>"));
        wire.advanceTo(1_000 * MILLI);
        Sent info = wire.sent("INFO").get(0);
        assertThat(info.text()).startsWith("INFO sip:caller@127.0.0.8:6000 SIP/2.0");
        assertThat(info.to()).isEqualTo(new InetSocketAddress("127.0.0.8", 6000));
    }

    @ParameterizedTest
    @CsvSource({"999.0.0.1:5060", "127.0.0.1:0", "127.1:5060", "127.0.0.1:65536", "127.0.0.1.1:5060"})
    void whatIsNoAddressOfDigitsIsSentNothing(String place) {
        assertThat(CalleesUser.address("<sip:caller@" + place + ">")).isNull();
    }

    /** A Via without a sent-by ended the loop, and so the run. */
    @ParameterizedTest
    @CsvSource({"''", "';branch=z'", "','", "SIP/2.0/UDP", "';branch=z,SIP/2.0/UDP a'"})
    void aViaThatNamesNobodyHarmsNobody(String via) {
        receive(request("INFO", 1, "x").replaceFirst("Via: [^\r]*", "Via: " + via));
        assertThat(statuses()).containsExactly("481 INFO");
        assertThat(last().to()).isEqualTo(CLUSTER);
    }

    @Test
    void mangledRequestsHarmNobody() {
        String tag = established();
        var random = new Random(11);
        List<String> bits =
                List.of("<", ">", "\"", ",", ";", "=", ":", "\r\n", "\r\n ", " ", "", ";tag=", "\\", "@", "9999999999");
        for (int i = 0; i < 5_000; i++) {
            String method =
                    List.of("INVITE", "ACK", "BYE", "INFO", "CANCEL", "OPTIONS").get(random.nextInt(6));
            var text = new StringBuilder(request(method, 2 + random.nextInt(3), random.nextBoolean() ? "" : tag));
            for (int times = random.nextInt(3); times >= 0; times--) {
                int at = random.nextInt(text.length());
                text.replace(
                        at, Math.min(text.length(), at + random.nextInt(3)), bits.get(random.nextInt(bits.size())));
            }
            receive(text.toString());
            wire.advanceTo(wire.nanos() + MILLI);
        }
        assertThat(callee.strays()).isPositive();
        assertThat(wire.sent).allSatisfy(sent -> {
            assertThat(sent.to().isUnresolved()).isFalse();
            assertThat(sent.to().getPort()).isPositive();
        });
    }
}
