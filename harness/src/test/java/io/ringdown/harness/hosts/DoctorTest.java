package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.hosts.Doctor.Finding;
import org.junit.jupiter.api.Test;

class DoctorTest {
    @Test
    void examinesWhatIsNeededToRunAndWhatIsNeededToBuild() {
        assertThat(Doctor.examine().stream().filter(Finding::needed))
                .extracting(Finding::what)
                .contains("/bin/sh", "setsid", "/proc")
                .doesNotContain("kill", "mvn", "javac", "processor quotas");
        assertThat(Doctor.examine()).extracting(Finding::what).contains("mvn", "javac", "processor quotas");
    }
}
