package io.ringdown.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.record.Caller;
import io.ringdown.record.Caller.Transport;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class CallerReaderTest {
    @TempDir
    Path folder;

    private Caller read(String workload) {
        String yaml = "name: mine\ncluster: {arrangement: occas}\nworkload:\n" + workload.indent(2);
        return PlanReader.read(folder.resolve("mine.yaml").toString(), yaml)
                .scenarios()
                .get(0)
                .workload()
                .caller();
    }

    @Test
    void unlessThePlanSaysSoTheGeneratorSpeaksUdpFromOneAddress() {
        assertThat(read("t1: 500ms")).isEqualTo(Caller.PLAIN);
    }

    @Test
    void loadHostsAreCountedOrHaveNamesOfAnInventory() {
        assertThat(read("load-hosts: 3").loadHosts()).isEqualTo(3);
        assertThat(read("load-hosts: 3").loadHostsAt()).isEmpty();
        assertThat(read("load-hosts: 1").alone()).isTrue();
        assertThat(read("load-hosts: [left, right]").loadHosts()).isEqualTo(2);
        assertThat(read("load-hosts: [left, right]").loadHostsAt()).containsExactly("left", "right");
        assertThat(read("load-hosts: left").loadHostsAt()).containsExactly("left");
        assertThat(read("load-hosts: left").alone()).isFalse();
    }

    @Test
    void everyKeyIsTaken() throws IOException {
        Files.writeString(folder.resolve("offer.sdp"), "v=0\ns=mine\n\n");
        Caller caller = read("""
                transport: tcp
                sources: [127.0.0.5, 127.0.0.6:5070]
                fail-over: on
                credentials: {user: alice, password-file: secret}
                registrations: {bindings: 20, expires: 30s}
                session-timer: {expires: 90s, min-se: 90s, refresh: update}
                keep-alive: {every: 5s, in: nothing}
                headers: ['X-Mine: yes', 'P-Asserted-Identity: <sip:a@b>']
                sdp: offer.sdp
                """);
        assertThat(caller.transport()).isEqualTo(Transport.TCP);
        assertThat(caller.sourceAddresses()).containsExactly("127.0.0.5", "127.0.0.6:5070");
        assertThat(caller.failOver()).isTrue();
        assertThat(caller.credentials())
                .isEqualTo(new Caller.Credentials(
                        "alice", null, folder.resolve("secret").toString()));
        assertThat(caller.registrations()).isEqualTo(new Caller.Registrations(20, Duration.ofSeconds(30)));
        assertThat(caller.sessionTimer())
                .isEqualTo(new Caller.SessionTimer(Duration.ofSeconds(90), Duration.ofSeconds(90), true));
        assertThat(caller.keepAlive()).isEqualTo(new Caller.KeepAlive(Duration.ofSeconds(5), false));
        assertThat(caller.headers()).containsExactly("X-Mine: yes", "P-Asserted-Identity: <sip:a@b>");
        assertThat(caller.sdp()).isEqualTo("v=0\r\ns=mine\r\n");
        assertThat(read("real-time: on").realTime()).isTrue();
        assertThatThrownBy(() -> read("real-time: on\nload-hosts: [left]"))
                .hasMessageEndingWith(": workload.real-time: load hosts of an inventory are scheduled as usual");
        assertThat(read("real-time: off").realTime()).isFalse();
        assertThat(read("sources: 7").sources()).isEqualTo(7);
        assertThat(read("sources: 7").sourceAddresses()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
            transport: tpc                                  | mine.yaml:4: workload.transport: 'tpc' is not valid here; did you mean 'tcp'?
            transports: tcp                                 | did you mean 'transport'?
            sources: 0                                      | mine.yaml:4: workload.sources: '0' is not a whole number from 1 to 100
            sources: [127.0.0.5, localhost]                 | 'localhost' is no IPv4 address such as 127.0.0.5
            sources: 127.0.0.256                            | '127.0.0.256' is no IPv4 address
            sources: [127.0.0.5, 127.0.0.5]                 | 'sources' stands here twice
            sources: 127.0.0.5:70000                        | is no IPv4 address
            sources: []                                     | expected a number or a list
            load-hosts: 17                                  | mine.yaml:4: workload.load-hosts: '17' is not a whole number from 1 to 16
            load-hosts: []                                  | mine.yaml:4: workload.load-hosts: expected a number or a list of 1 to 16 hosts
            load-hosts: [left, left]                        | mine.yaml:4: workload.load-hosts: 'left' stands here twice
            load-hosts: {left: 2}                           | mine.yaml:4: workload.load-hosts: expected a list of words
            real-time: maybe                                | mine.yaml:4: workload.real-time: 'maybe' is not valid here
            fail-over: yes                                  | 'yes' is not valid here
            credentials: {user: a, password: b}             | mine.yaml:4: workload.credentials.password: a plan holds no password
            credentials: {user: a}                          | exactly one of password-variable and password-file
            credentials: {user: a, password-file: b, password-variable: C} | exactly one of password-variable and password-file
            credentials: {password-file: b}                 | workload.credentials.user: missing
            registrations: {expires: 60s}                   | workload.registrations.bindings: missing
            registrations: {bindings: 2, expires: 1500ms}   | is not from 2s
            session-timer: {expires: 2500ms}                | workload.session-timer.expires: expected whole seconds
            session-timer: {expires: 60s, min-se: 90s}      | workload.session-timer.min-se: more than expires
            session-timer: {refresh: options}               | 'options' is not valid here
            keep-alive: {in: dialog}                        | workload.keep-alive.every: missing
            keep-alive: {every: 5s, in: dialogue}           | did you mean 'dialog'?
            headers: ['X-Mine']                             | 'X-Mine' is no header line such as 'X-Name: value'
            headers: ["X-Mine: a\\r\\nEvil: b"]             | is no header line
            headers: ['call-ID: 7']                         | mine.yaml:4: workload.headers: 'call-ID' is written by the generator itself
            headers: ['v: SIP/2.0/UDP a']                   | 'v' is written by the generator itself
            headers: ['Proxy-Authorization: Digest a']      | is written by the generator itself
            sdp: nowhere.sdp                                | mine.yaml:4: workload.sdp: 'nowhere.sdp' cannot be read
            sdp: wrong.sdp                                  | 'wrong.sdp' does not begin with v=0
            sdp: long.sdp                                   | 'long.sdp' has more than 8192 bytes
            """)
    void mistakesAreOneLine(String workload, String complaint) throws IOException {
        Files.writeString(folder.resolve("wrong.sdp"), "o=-\n");
        Files.writeString(folder.resolve("long.sdp"), "v=0\n" + "a".repeat(8_192));
        assertThatThrownBy(() -> read(workload))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(complaint.replace("'sources' stands", "'127.0.0.5' stands"))
                .message()
                .doesNotContain("\n");
    }
}
