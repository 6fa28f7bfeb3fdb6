package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ConfigReader;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class PracticeTest {
    /** Whatever the cluster does with real calls. */
    @Test
    void everyRequestOfACallIsServed(@TempDir Path folder) throws Exception {
        Path file = folder.resolve("cluster.properties");
        Files.writeString(
                file,
                "arrangement=single\nservice.address=127.0.0.1:5060\nelements=e1\nelement.e1.role=engine\n"
                        + "element.e1.admin=127.0.0.1:8080\nmutant=counter-reset\nt1.millis=50\npractice.calls=7\n");
        var config = ConfigReader.read(file);

        int answers = Practice.serve(config, config.element("e1").orElseThrow(), 1_000);

        // INVITE, INFO, re-INVITE and BYE.
        assertThat(answers).isEqualTo(4_000);
        assertThat(config.practice()).isEqualTo(7);
    }
}
