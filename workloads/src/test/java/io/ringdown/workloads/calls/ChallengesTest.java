package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Caller;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Challenges of servers and proxies, and what else an answer may ask for (RFC 3261 section 22). */
class ChallengesTest extends ManualCaller {
    private static final String SERVER =
            "WWW-Authenticate: Digest realm=\"here\", nonce=\"n1\", qop=\"auth\", algorithm=SHA-256, opaque=\"o\"";
    private static final String PROXY = "Proxy-Authenticate: Digest realm=\"hop\", nonce=\"p1\", qop=\"auth\"";

    @TempDir
    Path secrets;

    @Override
    GeneratorSettings settings() {
        try {
            Path file = Files.writeString(secrets.resolve("password"), "open sesame\n");
            return new GeneratorSettings(
                    List.of(new InetSocketAddress("127.0.0.1", 5060)),
                    List.of(new InetSocketAddress("127.0.0.1", 0)),
                    WORKLOAD,
                    "",
                    Credentials.of(new Caller.Credentials("alice", null, file.toString())));
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    @Test
    void aChallengeIsFollowedUpWithTheNextCseqAndItsAckHasTheSameCredentials() throws IOException {
        send(Intent.SETUP);
        receive(last("INVITE"), 401, "theirs", SERVER);
        assertThat(last("ACK").header("Authorization")).isEmpty();
        Sent second = last("INVITE");
        assertThat(second.header("CSeq")).isEqualTo("2 INVITE");
        assertThat(second.header("Authorization"))
                .startsWith(
                        "Digest username=\"alice\", realm=\"here\", nonce=\"n1\", uri=\"" + dialog.remoteTarget + "\"")
                .contains("qop=auth, nc=00000001, cnonce=", "algorithm=SHA-256", "opaque=\"o\"");
        assertThat(ended).isEmpty();
        receive(second, 200, "theirs");
        assertThat(last("ACK").header("Authorization")).isEqualTo(second.header("Authorization"));
        assertThat(operations())
                .extracting(Operation::attempt, Operation::status, Operation::intentIndex)
                .containsExactly(
                        org.assertj.core.groups.Tuple.tuple(AttemptKind.FIRST, 401, 0),
                        org.assertj.core.groups.Tuple.tuple(AttemptKind.FOLLOW_UP, 200, 0));
    }

    @Test
    void laterRequestsBringTheirCredentialsAlongAndCountTheNoncesUses() {
        send(Intent.SETUP);
        receive(last("INVITE"), 407, "theirs", PROXY);
        receive(last("INVITE"), 401, "theirs", SERVER);
        assertThat(wire.sent("INVITE")).hasSize(3);
        assertThat(last("INVITE").header("Proxy-Authorization")).contains("nc=00000002");
        assertThat(last("INVITE").header("Authorization")).contains("nc=00000001");
        receive(last("INVITE"), 200, "theirs");
        send(Intent.INFO);
        assertThat(last("INFO").header("Proxy-Authorization")).contains("nc=00000003");
    }

    @Test
    void credentialsThatAreRefusedAreNotOfferedAgainUnlessOnlyTheNonceWasStale() {
        send(Intent.SETUP);
        receive(last("INVITE"), 401, "theirs", SERVER);
        receive(last("INVITE"), 401, "theirs", SERVER.replace("n1", "n2") + ", stale=TRUE");
        assertThat(last("INVITE").header("Authorization")).contains("nonce=\"n2\"", "nc=00000001");
        assertThat(ended).isEmpty();
        receive(last("INVITE"), 401, "theirs", SERVER.replace("n1", "n3"));
        assertThat(ended)
                .singleElement()
                .satisfies(invite -> assertThat(invite.status).isEqualTo(401));
        assertThat(wire.sent("INVITE")).hasSize(3);
    }

    @Test
    void aServerThatIsNeverContentIsNotFollowedForEver() {
        send(Intent.SETUP);
        for (int i = 0; ended.isEmpty() && i < 20; i++) {
            receive(last("INVITE"), 401, "theirs", SERVER.replace("n1", "n" + i) + ", stale=true");
        }
        assertThat(wire.sent("INVITE")).hasSize(5);
    }

    @Test
    void whatCannotBeAnsweredIsARefusal() {
        send(Intent.SETUP);
        receive(last("INVITE"), 401, "theirs", "WWW-Authenticate: Digest realm=\"a\", nonce=\"b\", algorithm=SHA3");
        assertThat(ended).hasSize(1);
        assertThat(wire.sent("INVITE")).hasSize(1);
    }

    @Test
    void nothingThatIsWrittenOrToldHoldsThePassword() throws IOException {
        send(Intent.SETUP);
        receive(last("INVITE"), 401, "theirs", SERVER);
        receive(last("INVITE"), 200, "theirs");
        operations();
        assertThat(settings().toString()).doesNotContain("sesame");
        assertThat(wire.sent).noneMatch(sent -> sent.text().contains("sesame"));
        try (var files = Files.walk(folder)) {
            for (Path file : files.filter(Files::isRegularFile).toList()) {
                assertThat(new String(Files.readAllBytes(file), java.nio.charset.StandardCharsets.ISO_8859_1))
                        .doesNotContain("sesame");
            }
        }
    }

    @Test
    void aPasswordThatIsNotThereIsOneLine() {
        assertThatThrownBy(() -> Credentials.of(new Caller.Credentials("a", "RINGDOWN_NO_SUCH_VARIABLE", null)))
                .isInstanceOf(IllegalArgumentException.class)
                .hasMessage("workload.credentials.password-variable: the environment has no variable"
                        + " RINGDOWN_NO_SUCH_VARIABLE");
        assertThatThrownBy(() -> Credentials.of(new Caller.Credentials("a", null, "/nowhere/at-all")))
                .hasMessage("workload.credentials.password-file: cannot be read: /nowhere/at-all");
    }
}
