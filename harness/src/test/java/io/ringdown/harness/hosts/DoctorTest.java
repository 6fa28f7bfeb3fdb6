package io.ringdown.harness.hosts;

import static java.nio.charset.StandardCharsets.US_ASCII;
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

    /** As another program reads it. */
    @Test
    void tellsTheKernelsSocketBuffersAsTheyAre() throws Exception {
        var reading = new ProcessBuilder("cat", "/proc/sys/net/core/rmem_max").start();
        String told = new String(reading.getInputStream().readAllBytes(), US_ASCII).trim();
        assertThat(Doctor.examine())
                .filteredOn(finding -> finding.what().equals("socket buffers"))
                .extracting(Finding::seen)
                .containsExactly("net.core.rmem_max = " + told);
    }
}
