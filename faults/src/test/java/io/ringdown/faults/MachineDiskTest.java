package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class MachineDiskTest {
    @TempDir
    private Path folder;

    /** Whoever fetches what was written asks again once everything has been healed. */
    @Test
    void oneThatWasTakenAwayHasNothingToBringOut() throws Exception {
        Path place = MachineDisk.place(folder, "m1");

        MachineDisk.bringOut(place);

        assertThat(Files.exists(place)).isFalse();
    }
}
