package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
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

    /** The folder of all runs may be a link to where there is room. */
    @Test
    void oneThatALinkLeadsToIsBroughtOutAndTakenAway() throws Exception {
        Path runs = Files.createDirectory(folder.resolve("large"));
        Path link = Files.createSymbolicLink(folder.resolve("runs"), runs);
        Path place = MachineDisk.place(link, "m1");
        try {
            MachineDisk.make(place, 1);
        } catch (IOException e) {
            abort("only root can: " + e.getMessage());
        }
        try {
            Files.writeString(place.resolve("a.cdrs"), "one call");

            String told = MachineDisk.remove(new Undo.Unmount("m1", place.toString()));

            assertThat(told).endsWith("taken away");
            assertThat(Files.exists(place)).isFalse();
            assertThat(runs.resolve("a.cdrs")).hasContent("one call");
        } finally {
            if (Files.exists(place)) {
                Tool.run("umount", place.toRealPath().toString());
            }
        }
    }
}
