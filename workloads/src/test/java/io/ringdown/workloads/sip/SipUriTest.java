package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class SipUriTest {
    private static SipUri uri(String text) {
        return SipUri.of(text).orElseThrow();
    }

    /** RFC 3261 section 19.1.4's own examples, but for hosts that are addresses. */
    @ParameterizedTest
    @CsvSource({
        "sip:%61lice@atlanta.com;transport=TCP, sip:alice@AtLanTa.CoM;Transport=tcp",
        "sip:carol@chicago.com, sip:carol@chicago.com;newparam=5",
        "sip:carol@chicago.com, sip:carol@chicago.com;security=on",
        "sip:biloxi.com;transport=tcp;method=REGISTER?to=sip:bob%40biloxi.com, sip:biloxi.com;method=REGISTER;transport=tcp?to=sip:bob%40biloxi.com",
        "sip:alice@atlanta.com?subject=project%20x&priority=urgent, sip:alice@atlanta.com?priority=urgent&subject=project%20x",
        "sip:bob@192.0.2.4, sip:bob@192.0.2.4:5060"
    })
    void theseAreEqual(String one, String other) {
        assertThat(uri(one).equivalent(uri(other))).isTrue();
        assertThat(uri(other).equivalent(uri(one))).isTrue();
    }

    @ParameterizedTest
    @CsvSource({
        "SIP:ALICE@AtLanTa.CoM;Transport=udp, sip:alice@AtLanTa.CoM;Transport=UDP",
        "sip:bob@biloxi.com, sip:bob@biloxi.com:5060",
        "sip:bob@biloxi.com, sip:bob@biloxi.com:6000;transport=tcp",
        "sip:carol@chicago.com, sip:carol@chicago.com?Subject=next%20meeting",
        "sip:carol@chicago.com;security=on, sip:carol@chicago.com;security=off",
        "sip:bob@phone21.boxesbybob.com, sip:bob@192.0.2.4",
        "sip:bob@192.0.2.4;maddr=192.0.2.5, sip:bob@192.0.2.4",
        "sip:bob@192.0.2.4, sip:bob@192.0.2.4;user=phone",
        "sip:192.0.2.4, sip:bob@192.0.2.4"
    })
    void theseAreNot(String one, String other) {
        assertThat(uri(one).equivalent(uri(other))).isFalse();
        assertThat(uri(other).equivalent(uri(one))).isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "sip:",
                "sip:@",
                "sip:user@",
                "sips:a@192.0.2.4",
                "tel:+1",
                "sip:a b@192.0.2.4",
                "sip:a@192.0.2.4:",
                "sip:a@192.0.2.4:0",
                "sip:a@192.0.2.4:65536",
                "sip:a@192.0.2.4:50x",
                "sip:a@192.0.2.4\r\nVia: x",
                "sip:a@192.0.2.4>",
                "192.0.2.4"
            })
    void theseAreNone(String text) {
        assertThat(SipUri.of(text)).isEmpty();
    }

    @Test
    void itPointsToAnAddressOfDigitsOnly() {
        assertThat(uri("sip:192.0.2.4").address()).isEqualTo(new InetSocketAddress("192.0.2.4", 5060));
        assertThat(uri("sip:a:b@192.0.2.4:99;lr").address()).isEqualTo(new InetSocketAddress("192.0.2.4", 99));
        assertThat(uri("sip:a@192.0.2.4:99;maddr=192.0.2.5").address())
                .isEqualTo(new InetSocketAddress("192.0.2.5", 99));
        for (String other : List.of("sip:localhost", "sip:[::1]:5060", "sip:1.2.3", "sip:1.2.3.256", "sip:1.2.3.4.5")) {
            assertThat(uri(other).address()).as(other).isNull();
        }
    }

    @Test
    void asARequestUriItAsksForNothing() {
        assertThat(uri("sip:a@192.0.2.4:99;lr;METHOD=INVITE;methods=x?Subject=x&Via=y")
                        .ofRequest())
                .hasToString("sip:a@192.0.2.4:99;lr;methods=x");
    }
}
