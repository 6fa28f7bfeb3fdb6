package io.ringdown.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/**
 * What the library leaves that sets a process's wall clock (libfaketime), where this one was started with it. Nothing here goes by that clock but for what it says on
 * its admin port, and what it begins to count from.
 */
final class WallClock {
    private static final List<String> NAMES = List.of("faketime_shm_", "sem.faketime_sem_");

    private WallClock() {}

    /** The memory that it has in common with processes which this one would start has names. One that is killed could not take them away. */
    static void forgetNames() throws IOException {
        if (System.getenv("FAKETIME_TIMESTAMP_FILE") == null) {
            return;
        }
        for (String name : NAMES) {
            Files.deleteIfExists(
                    Path.of("/dev/shm", name + ProcessHandle.current().pid()));
        }
    }
}
