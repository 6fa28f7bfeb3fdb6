package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.hosts.Reach.Outcome;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class HostsDoctorTest {
    @Test
    void aJvmMayWarnBeforeItTellsItsVersion() {
        var said = new Outcome(
                0,
                "[0.001s][warning][pagesize] UseLargePages disabled, no large pages configured\n",
                "Picked up JAVA_TOOL_OPTIONS: -Dversion=1\nopenjdk version \"17.0.15\" 2025-04-15\nOpenJDK Runtime\n");

        assertThat(HostsDoctor.java(said).line())
                .isEqualTo("ok       Java                   openjdk version \"17.0.15\" 2025-04-15");
    }

    @ParameterizedTest
    @CsvSource({"1.8.0_402, false", "11.0.2, false", "17, true", "21-ea, true", "25.0.1, true"})
    void anOldOneWillNotDo(String version, boolean good) {
        assertThat(HostsDoctor.java(new Outcome(0, "", "java version \"" + version + "\"\n"))
                        .good())
                .isEqualTo(good);
    }

    @Test
    void whatIsNoJavaTellsNoVersion() {
        assertThat(HostsDoctor.java(new Outcome(0, "", "")).line()).contains("MISSING", "tells no version");
        assertThat(HostsDoctor.java(new Outcome(127, "", "sh: 1: java: not found\n"))
                        .line())
                .contains("MISSING", "sh: 1: java: not found", "apt-get install openjdk-17-jre-headless");
    }
}
