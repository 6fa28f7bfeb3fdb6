package io.ringdown.record;

import java.util.List;

/**
 * Where a run comes from.
 *
 * @param format version of the run folder's format
 * @param ringdown version of Ringdown
 * @param startedEpochMicros wall clock at run nanos 0
 * @param java version of the JVM
 * @param os operating system and its version
 * @param processors processors available
 * @param command the command line that started the run
 */
public record Provenance(
        int format,
        String ringdown,
        long startedEpochMicros,
        String java,
        String os,
        int processors,
        List<String> command) {
    /** The format that this version writes. */
    public static final int FORMAT = 5;

    public Provenance {
        command = List.copyOf(command);
    }
}
