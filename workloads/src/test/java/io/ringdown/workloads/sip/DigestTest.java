package io.ringdown.workloads.sip;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The examples of RFC 7616 section 3.9.1 and RFC 2069. */
class DigestTest {
    private static final String CNONCE = "f2/wE4q74E6zIJEtWaHKaf5wv/H5QzzpXusqGemxURZJ";

    private static Challenge challenge(String text) {
        return Challenge.first(List.of(text)).orElseThrow();
    }

    @ParameterizedTest
    @CsvSource({
        "MD5, 8ca523f5e9506fed4657c9700eebdbec",
        "SHA-256, 753927fa0e85d155564e2e272a28d1802ca10daf4496794697cf8db5856cb6c1",
    })
    void answersAsTheStandardDoes(String algorithm, String response) {
        Challenge challenge = challenge(
                "Digest realm=\"http-auth@example.org\", qop=\"auth, auth-int\", algorithm="
                        + algorithm
                        + ", nonce=\"7ypf/xlj9XXwfDPEoM4URrv/xwf94BcCAzFZH4GiTo0v\", opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"");
        String answer = new Digest(challenge, "Mufasa", "Circle of Life").answer("GET", "/dir/index.html", CNONCE);
        assertThat(answer)
                .contains("response=\"" + response + "\"", "nc=00000001", "algorithm=" + algorithm, "qop=auth")
                .contains("opaque=\"FQhe/qaU925kfnzjCev0ciny7QMkPqMAFRtzCUYo5tdS\"")
                .doesNotContain("Circle");
    }

    @Test
    void aServerWithoutQopGetsTheOldAnswer() {
        Challenge challenge = challenge(
                "Digest realm=\"testrealm@host.com\", nonce=\"dcd98b7102dd2f0e8b11d0f600bfb0c093\", opaque=\"5ccc\"");
        String answer = new Digest(challenge, "Mufasa", "CircleOfLife").answer("GET", "/dir/index.html", CNONCE);
        // As RFC 2069's erratum 749 has it.
        assertThat(answer)
                .contains("response=\"1949323746fe6a43ef61f9606e7febea\"")
                .doesNotContain("qop", "nc=", "cnonce", "algorithm");
    }

    @Test
    void theNoncesUsesAreCounted() {
        var digest = new Digest(challenge("Digest realm=\"a\", nonce=\"b\", qop=\"auth\""), "u", "p");
        String first = digest.answer("BYE", "sip:a", "c");
        String second = digest.answer("BYE", "sip:a", "c");
        assertThat(first).contains("nc=00000001");
        assertThat(second).contains("nc=00000002");
        assertThat(second.replace("00000002", "00000001")).isNotEqualTo(first);
    }

    @Test
    void theFirstChallengeThatCanBeAnsweredIs() {
        assertThat(Challenge.first(List.of(
                        "Basic realm=\"a\"",
                        "Digest realm=\"a, b\", nonce=\"x\", algorithm=SHA-512-256, qop=\"auth\"",
                        "Digest realm=\"a, \\\"b\\\"\", nonce=\"y\", algorithm=sha-256, qop=\"auth\", stale=true",
                        "Digest realm=\"a\", nonce=\"z\"")))
                .hasValueSatisfying(challenge -> {
                    assertThat(challenge.nonce()).isEqualTo("y");
                    assertThat(challenge.realm()).isEqualTo("a, \\\"b\\\"");
                    assertThat(challenge.algorithm()).isEqualTo("SHA-256");
                    assertThat(challenge.stale()).isTrue();
                });
        assertThat(Challenge.first(
                        List.of("Digest realm=\"a\"", "Digest", "Digest nonce=\"a\", realm=\"b\", qop=\"auth-int\"")))
                .isEmpty();
    }
}
