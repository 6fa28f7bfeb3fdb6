package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class CredentialsTest {
    /** There the file that the plan names is not. */
    @Test
    void aLoadHostIsToldThePassword(@TempDir Path folder) throws IOException {
        Path file = Files.writeString(folder.resolve("secret"), "open sesame\nand no more\n");
        var reference = new Caller.Credentials("alice", null, file.toString());
        Optional<String> told = Credentials.told(reference);
        Files.delete(file);

        Credentials there = Credentials.told(reference, told);

        assertThat(there.user()).isEqualTo("alice");
        assertThat(there.password()).isEqualTo("open sesame");
        assertThat(there).hasToString("credentials of alice");
    }

    @Test
    void whoHasNoneIsToldNone() {
        assertThat(Credentials.told(null)).isEmpty();
        assertThat(Credentials.told(null, Optional.empty())).isNull();
    }
}
