package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import org.junit.jupiter.api.Test;

class BindingTest extends ManualCaller {
    private static final long SECOND = 1_000_000_000;

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
        receive(last("REGISTER"), 200, "registrar", "Expires: 20");
        wire.advanceTo(54 * SECOND);
        assertThat(wire.sent("REGISTER")).hasSize(3);
        receive(last("REGISTER"), 200, "registrar");
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
        receive(last("REGISTER"), 200, "registrar", "Expires: 300");
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
        receive(last("REGISTER"), 200, "registrar");
        assertThat(operations())
                .extracting(Operation::attempt)
                .containsExactly(AttemptKind.FIRST, AttemptKind.REPEAT, AttemptKind.REPEAT);
        assertThat(binding.open()).isFalse();
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
