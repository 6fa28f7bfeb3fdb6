package io.ringdown.record;

/**
 * The operations log: calls, operations and incidents in one compact, append-only file.
 *
 * <p>Format 3: the four bytes {@code RDOL}, a format byte, then blocks of {@code int length, int CRC-32C, payload}. A payload is a
 * sequence of records, each a type byte and variable-length integers; instants are signed differences to the operation's intended
 * instant. A killed harness loses at most the block it was writing: the reader stops at the first block that is not whole. The last block
 * holds nothing but {@link #END}.
 */
final class OperationLog {
    static final int FORMAT = 3;
    static final byte[] MAGIC = {'R', 'D', 'O', 'L', FORMAT};
    static final int BLOCK = 64 * 1024;
    static final int LARGEST_RECORD = 4 * 1024;

    static final byte CALL = 1;
    static final byte OPERATION = 2;
    static final byte INCIDENT = 3;
    /** Gives the next node index a name. */
    static final byte NODE = 4;
    /** Nothing follows: the writer was closed, and nothing that it was given is missing. */
    static final byte END = 5;

    private OperationLog() {}
}
