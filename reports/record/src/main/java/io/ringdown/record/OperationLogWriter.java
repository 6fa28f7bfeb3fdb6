package io.ringdown.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.Map;
import java.util.zip.CRC32C;

/**
 * Appends to the operations log. Safe for several threads. Whoever appends never waits for the disk: one block is filled while another
 * is written, by whoever flushes, and while the disk is slow or full further ones wait in memory. What was appended before a {@link #flush} survives the death of the
 * process. A block that the disk did not take stays, and the next flush tries again: nothing is lost while the writer lives, and the
 * file ends with its last whole block.
 */
public final class OperationLogWriter implements AutoCloseable {
    private static final int HEADER = 8;

    private static final int SPARE_BLOCKS = 2;

    private final SeekableByteChannel file;
    /** Held by who writes to the file, never by who appends. Taken before this writer's own lock. */
    private final Object disk = new Object();

    /** Where the last whole block ends. */
    private long written;

    private final Deque<ByteBuffer> full = new ArrayDeque<>();
    private final Deque<ByteBuffer> spare = new ArrayDeque<>();
    private ByteBuffer block = empty();
    private final Map<String, Integer> nodes = new HashMap<>();
    private final CRC32C checksum = new CRC32C();

    /** Creates the log; fails if it exists. */
    public OperationLogWriter(Path path) throws IOException {
        this(FileChannel.open(path, StandardOpenOption.CREATE_NEW, StandardOpenOption.WRITE));
    }

    OperationLogWriter(SeekableByteChannel file) throws IOException {
        this.file = file;
        write(ByteBuffer.wrap(OperationLog.MAGIC));
        nodes.put("", 0);
    }

    /** Appends a call. Must come before its operations. */
    public synchronized void append(Call call) {
        makeRoom();
        block.put(OperationLog.CALL);
        number(call.number());
        text(call.callId());
        block.put((byte) call.role().ordinal());
        block.put((byte) call.phase().ordinal());
        block.put((byte) (call.probed() ? 1 : 0));
        number(call.redialOf() + 1L);
    }

    /** Appends an attempt that has ended. */
    public synchronized void append(Operation op) {
        makeRoom();
        int node = nodeIndex(op.node());
        block.put(OperationLog.OPERATION);
        number(op.call());
        block.put((byte) op.intent().ordinal());
        number(op.intentIndex());
        block.put((byte) op.attempt().ordinal());
        number(op.cseq());
        signed(op.intended());
        instant(op.sent(), op.intended());
        instant(op.trying(), op.intended());
        instant(op.ringing(), op.intended());
        instant(op.end(), op.intended());
        instant(op.acked(), op.intended());
        instant(op.hold18x(), op.intended());
        instant(op.holdFinal(), op.intended());
        block.put((byte) op.outcome().ordinal());
        number(op.status());
        number(op.retransmissions());
        number(node);
        number(op.counter() + 1);
        number(op.setups() + 1L);
        number(op.answersAgain() + 1L);
        instant(op.lastAnswer(), op.intended());
    }

    /** Appends an incident. */
    public synchronized void append(Incident incident) {
        makeRoom();
        block.put(OperationLog.INCIDENT);
        number(incident.call());
        signed(incident.at());
        block.put((byte) incident.kind().ordinal());
        text(incident.detail());
    }

    /**
     * Hands everything appended so far to the operating system.
     *
     * @throws UncheckedIOException if it does not take it; it is kept for the next time
     */
    public void flush() {
        synchronized (disk) {
            try {
                writeFull();
                // Only now: while the disk takes nothing, blocks are to be filled.
                handOver();
                writeFull();
            } catch (IOException e) {
                throw new UncheckedIOException("cannot write the operations log", e);
            }
        }
    }

    private void writeFull() throws IOException {
        for (ByteBuffer next; (next = oldest()) != null; ) {
            writeBlock(next);
            written(next);
        }
    }

    private synchronized ByteBuffer oldest() {
        return full.peek();
    }

    private synchronized void written(ByteBuffer done) {
        full.remove();
        if (spare.size() < SPARE_BLOCKS) {
            spare.add(done.clear().position(HEADER));
        }
    }

    /** Makes what has been appended ready to be written. */
    private synchronized void handOver() {
        if (block.position() > HEADER) {
            full.add(block);
            block = spare.isEmpty() ? empty() : spare.remove();
        }
    }

    private static ByteBuffer empty() {
        return ByteBuffer.allocateDirect(OperationLog.BLOCK).position(HEADER);
    }

    private void writeBlock(ByteBuffer filled) throws IOException {
        int length = filled.position() - HEADER;
        checksum.reset();
        checksum.update(filled.duplicate().flip().position(HEADER));
        write(filled.putInt(0, length)
                .putInt(4, (int) checksum.getValue())
                .duplicate()
                .flip());
    }

    /** All of it or nothing. */
    private void write(ByteBuffer bytes) throws IOException {
        try {
            file.position(written);
            while (bytes.hasRemaining()) {
                file.write(bytes);
            }
        } catch (IOException e) {
            try {
                file.truncate(written);
            } catch (IOException torn) {
                e.addSuppressed(torn);
            }
            throw e;
        }
        written += bytes.limit();
    }

    /** Ends the log. Only then is it whole to its reader: what could not be written is missed. */
    @Override
    public void close() throws IOException {
        synchronized (disk) {
            try {
                flush();
                writeBlock(empty().put(OperationLog.END));
            } finally {
                file.close();
            }
        }
    }

    private void makeRoom() {
        if (block.remaining() < OperationLog.LARGEST_RECORD) {
            handOver();
        }
    }

    private int nodeIndex(String node) {
        Integer known = nodes.get(node);
        if (known != null) {
            return known;
        }
        block.put(OperationLog.NODE);
        text(node);
        nodes.put(node, nodes.size());
        return nodes.size() - 1;
    }

    private void instant(long instant, long base) {
        if (instant == Operation.NONE) {
            block.put((byte) 0);
        } else {
            long difference = instant - base;
            number(((difference << 1) ^ (difference >> 63)) + 1);
        }
    }

    private void signed(long value) {
        number((value << 1) ^ (value >> 63));
    }

    /** Seven bits a byte, lowest first; the high bit says that more follow. */
    private void number(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            block.put((byte) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        block.put((byte) rest);
    }

    private void text(String text) {
        byte[] bytes = text.getBytes(UTF_8);
        int length = Math.min(bytes.length, 1_024);
        number(length);
        block.put(bytes, 0, length);
    }
}
