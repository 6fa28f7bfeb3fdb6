package io.ringdown.cluster.sip;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.InetSocketAddress;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipUriTest {
    @Test
    void readsAUriAlone() {
        SipUri uri = SipUri.of("sip:bob@127.0.0.1:5080;lr;server=e1");
        assertThat(uri.user()).isEqualTo("bob");
        assertThat(uri.address()).isEqualTo(new InetSocketAddress("127.0.0.1", 5080));
        assertThat(uri.is(new InetSocketAddress("127.0.0.1", 5080))).isTrue();
        assertThat(uri.is(new InetSocketAddress("127.0.0.1", 5060))).isFalse();
    }

    @Test
    void readsTheOneInTheBrackets() {
        SipUri uri = SipUri.of("\"A <b>\" <SIP:127.0.0.1?x=y>;tag=7");
        assertThat(uri.text()).isEqualTo("SIP:127.0.0.1?x=y");
        assertThat(uri.user()).isEmpty();
        assertThat(uri.port()).isEqualTo(5060);
        assertThat(SipUri.of("<sip:[::1]:5070>").address()).isEqualTo(new InetSocketAddress("::1", 5070));
    }

    @ParameterizedTest
    @ValueSource(strings = {"", "tel:1", "sip:", "sip:a@", "<sip:a", "sip:a@b:x", "sip:a@b:99999"})
    void refusesWhatIsNone(String text) {
        assertThatThrownBy(() -> SipUri.of(text)).isInstanceOf(MalformedMessageException.class);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            "A <b>" <SIP:%61l%69ce;x@H.Example:5070;lr?a=b>;tag=7  ! sip:alice;x@h.example:5070
            sips:H;tag=7                                           ! sips:h
            <sip:null-%00-%zz-%4@h>                                ! sip:null-%00-%zz-%4@h
            < sip:a@h >                                            ! sip:a@h
            <tel:+1;phone-context=X>                               ! tel:+1;phone-context=X
            sip:                                                   ! sip:
            a@sip:b                                                ! a@sip:b
            >sip:A@B<                                              ! >sip:A@B<
            ''                                                     ! ''
            """)
    void writesAllThatStandForOneUserAlike(String value, String canonical) {
        assertThat(SipUri.canonical(value)).isEqualTo(canonical);
    }

    @ParameterizedTest
    @ValueSource(strings = {"sip:a@example.org", "sip:localhost"})
    void looksNoNameUp(String text) {
        assertThatThrownBy(() -> SipUri.of(text).address()).isInstanceOf(MalformedMessageException.class);
    }

    @Test
    void marksAServer() {
        assertThat(ServerMark.in("<sip:127.0.0.1;lr" + ServerMark.of("r1m1-engine") + ">"))
                .isEqualTo("r1m1-engine");
        assertThat(ServerMark.in("SIP/2.0/UDP a" + ServerMark.of("e1") + ";branch=b"))
                .isEqualTo("e1");
        assertThat(ServerMark.in("<sip:127.0.0.1;lr>")).isEmpty();
    }
}
