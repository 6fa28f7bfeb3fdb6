package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.CallRole;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Test;

class BindingTest extends ManualCaller {
    private static final long SECOND = 1_000_000_000;
    private static final String OURS = "Contact: <sip:user7@127.0.0.1:5070>";

    private Binding begin() {
        var binding = new Binding(agent, "user7", 60);
        binding.begin(0);
        return binding;
    }

    @Test
    void anAddressIsRegisteredUnderTheUsersName() {
        begin();
        Sent register = last("REGISTER");
        assertThat(register.text())
                .startsWith("REGISTER sip:127.0.0.1:5060 SIP/2.0\r\n")
                .endsWith("\r\n\r\n");
        assertThat(register.header("To")).isEqualTo("<sip:user7@127.0.0.1:5060>");
        assertThat(register.header("From")).startsWith("<sip:user7@127.0.0.1:5060>;tag=");
        assertThat(register.header("Contact")).isEqualTo("<sip:user7@127.0.0.1:5070>");
        assertThat(register.header("Expires")).isEqualTo("60");
    }

    @Test
    void itIsRefreshedBeforeWhatWasGrantedIsOver() throws IOException {
        Binding binding = begin();
        receive(
                last("REGISTER"),
                200,
                "registrar",
                "Contact: <sip:user7@127.0.0.9>;expires=10, <sip:user7@127.0.0.1:5070>;q=1;expires=40",
                "Expires: 5");
        assertThat(binding.open()).isFalse();
        wire.advanceTo(36 * SECOND - 1);
        assertThat(wire.sent("REGISTER")).hasSize(1);
        wire.advanceTo(36 * SECOND);
        assertThat(wire.sent("REGISTER")).hasSize(2);
        assertThat(wire.sent("REGISTER").stream().map(s -> s.header("Call-ID")).distinct())
                .hasSize(1);
        assertThat(last("REGISTER").header("CSeq")).isEqualTo("2 REGISTER");
        receive(last("REGISTER"), 200, "registrar", "Expires: 20", OURS);
        wire.advanceTo(54 * SECOND);
        assertThat(wire.sent("REGISTER")).hasSize(3);
        receive(last("REGISTER"), 200, "registrar", OURS);
        binding.stop();
        wire.advanceTo(500 * SECOND);
        assertThat(wire.sent("REGISTER")).hasSize(3);
        assertThat(operations())
                .extracting(Operation::intent, Operation::attempt, Operation::intentIndex)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(Intent.REGISTER, AttemptKind.FIRST, 0),
                        org.assertj.core.groups.Tuple.tuple(Intent.REGISTER, AttemptKind.FIRST, 1),
                        org.assertj.core.groups.Tuple.tuple(Intent.REGISTER, AttemptKind.FIRST, 2));
        assertThat(recorded.calls.get(operations().get(0).call()).role()).isEqualTo(CallRole.REGISTRATION);
    }

    @Test
    void tooShortAnIntervalIsAskedForAsLongAsItMustBe() throws IOException {
        begin();
        receive(last("REGISTER"), 423, "registrar", "Min-Expires: 300");
        assertThat(last("REGISTER").header("Expires")).isEqualTo("300");
        receive(last("REGISTER"), 200, "registrar", "Expires: 300", OURS);
        assertThat(operations())
                .extracting(Operation::attempt)
                .containsExactly(AttemptKind.FIRST, AttemptKind.FOLLOW_UP);
    }

    @Test
    void whatIsRefusedIsAskedForAgainLaterAndLater() throws IOException {
        Binding binding = begin();
        receive(last("REGISTER"), 503, "registrar");
        wire.advanceTo(SECOND);
        receive(last("REGISTER"), 503, "registrar");
        wire.advanceTo(3 * SECOND - 1);
        assertThat(wire.sent("REGISTER")).hasSize(2);
        wire.advanceTo(3 * SECOND);
        assertThat(wire.sent("REGISTER")).hasSize(3);
        receive(last("REGISTER"), 200, "registrar", OURS);
        assertThat(operations())
                .extracting(Operation::attempt)
                .containsExactly(AttemptKind.FIRST, AttemptKind.REPEAT, AttemptKind.REPEAT);
        assertThat(binding.open()).isFalse();
    }

    /** RFC 3261 section 10.3, step 8: the 200 lists what is bound now. */
    @Test
    void a200ThatDoesNotListTheBindingHasNotMadeIt() throws IOException {
        List<String> others = List.of(
                "Subject: none at all",
                "Contact: <sip:user8@127.0.0.1:5070>;expires=60",
                "Contact: <sip:user7@127.0.0.1:5071>;expires=60",
                "Contact: <sip:user7@127.0.0.2:5070>, <sip:USER7@127.0.0.1:5070>",
                "Contact: <sip:user7@127.0.0.1:5070;maddr=127.0.0.9>",
                OURS + ";expires=0",
                "Contact: \"<sip:user7@127.0.0.1:5070>\" <sip:user9@127.0.0.1>");
        Binding binding = begin();
        long retry = SECOND;
        for (String other : others) {
            receive(last("REGISTER"), 200, "registrar", other);
            assertThat(binding.open()).as(other).isFalse();
            assertThat(binding.refused()).startsWith("the registrar's 200 ");
            wire.advanceTo(wire.nanos() + retry);
            assertThat(binding.open()).as(other).isTrue();
            retry = Math.min(30 * SECOND, 2 * retry);
        }
        receive(last("REGISTER"), 403, "registrar");
        assertThat(binding.refused()).isEqualTo("the registrar answered 403");
        wire.advanceTo(wire.nanos() + retry);
        receive(last("REGISTER"), 200, "registrar", OURS);
        assertThat(binding.refused()).isEmpty();
        assertThat(operations()).hasSize(others.size() + 2);
        assertThat(operations().subList(0, others.size())).allSatisfy(register -> {
            assertThat(register.outcome()).isEqualTo(Outcome.FAILED);
            assertThat(register.status()).isEqualTo(200);
        });
        assertThat(operations().get(others.size() + 1).outcome()).isEqualTo(Outcome.OK);
        assertThat(recorded.incidents)
                .hasSize(others.size())
                .allSatisfy(incident -> assertThat(incident.kind()).isEqualTo(Incident.Kind.UNUSABLE_ANSWER))
                .extracting(Incident::detail)
                .contains(
                        "the registrar's 200 does not list sip:user7@127.0.0.1:5070",
                        "the registrar's 200 lists sip:user7@127.0.0.1:5070 with expires=0");
    }

    /** Section 19.1.4: what a registrar may do to a URI leaves it the same. */
    @Test
    void aBindingIsKnownAgainHoweverItIsListed() throws IOException {
        for (String listed : List.of(
                "m: <SIP:user7@127.0.0.1:5070>",
                "Contact: sip:user7@127.0.0.1:5070;expires=30",
                "Contact: <sip:%75ser7@127.0.0.1:5070;ob>",
                "Contact: \"Seven, or so\" <sip:user7@127.0.0.1:5070;transport=udp>;q=0.1",
                "Contact: <sip:other@127.0.0.1>, <sip:user7@127.0.0.1:5070>")) {
            begin();
            receive(last("REGISTER"), 200, "registrar", listed);
        }
        assertThat(operations())
                .hasSize(5)
                .allSatisfy(register -> assertThat(register.outcome()).isEqualTo(Outcome.OK));
    }

    @Test
    void aRemovalIsDoneOnceTheBindingIsListedNoMore() {
        Binding binding = begin();
        receive(last("REGISTER"), 200, "registrar", OURS);
        binding.remove(0, ended::add);
        assertThat(last("REGISTER").header("Expires")).isEqualTo("0");
        receive(last("REGISTER"), 423, "registrar", "Min-Expires: 300");
        assertThat(last("REGISTER").header("Expires")).isEqualTo("0");
        binding.remove(0, ended::add);
        receive(last("REGISTER"), 200, "registrar", OURS + ";expires=7");
        binding.remove(0, ended::add);
        receive(last("REGISTER"), 200, "registrar", "Contact: <sip:user8@127.0.0.1:5070>");
        assertThat(ended)
                .extracting(register -> register.outcome)
                .containsExactly(Outcome.FAILED, Outcome.FAILED, Outcome.OK);
    }

    /** White space about what parts parameters means nothing (RFC 3261 section 25.1), and names are one in any case. */
    @Test
    void whatWasGrantedIsReadHoweverItIsWritten() {
        begin();
        receive(
                last("REGISTER"),
                200,
                "registrar",
                "Contact: <sip:user7@127.0.0.9> ; expires=10, <sip:user7@127.0.0.1:5070> ; q=1 ; Expires = 40");
        wire.advanceTo(36 * SECOND);
        assertThat(wire.sent("REGISTER")).hasSize(2);
    }
}
