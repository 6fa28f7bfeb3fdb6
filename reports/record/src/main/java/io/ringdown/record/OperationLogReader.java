package io.ringdown.record;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.nio.BufferUnderflowException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.zip.CRC32C;

/** Reads an operations log, as far as it is whole. */
public final class OperationLogReader {
    private static final CallRole[] ROLES = CallRole.values();
    private static final Phase[] PHASES = Phase.values();
    private static final Intent[] INTENTS = Intent.values();
    private static final AttemptKind[] ATTEMPTS = AttemptKind.values();
    private static final Outcome[] OUTCOMES = Outcome.values();
    private static final Incident.Kind[] INCIDENTS = Incident.Kind.values();

    private final List<String> nodes = new ArrayList<>(List.of(""));
    private final Path path;
    private Visitor visitor;
    private boolean ended;
    private long whole;
    private ByteBuffer block;

    /** Reads a log part by part, while it is written. */
    OperationLogReader(Path path) {
        this.path = path;
    }

    /** Receives what the log holds, in the order in which it was written. */
    public interface Visitor {
        /** A call, before its operations. */
        void call(Call call);

        /** An attempt that ended. */
        void operation(Operation operation);

        /** An incident. */
        void incident(Incident incident);
    }

    /**
     * Reads a log.
     *
     * @return whether it was whole and ended; false after the writer was killed, or could not write
     * @throws IOException if the file cannot be read or is no operations log of the format that is written
     */
    public static boolean read(Path path, Visitor visitor) throws IOException {
        return new OperationLogReader(path).more(visitor);
    }

    /**
     * Reads what has become whole since it was read last.
     *
     * @return whether the log is whole and ended
     * @throws IOException as {@link #read} does
     */
    boolean more(Visitor told) throws IOException {
        visitor = told;
        try (var file = FileChannel.open(path)) {
            if (whole == 0) {
                var magic = ByteBuffer.allocate(OperationLog.MAGIC.length);
                if (!fill(file, magic) || !Arrays.equals(magic.array(), OperationLog.MAGIC)) {
                    throw new IOException(path + ": not an operations log of format " + OperationLog.FORMAT);
                }
                whole = magic.capacity();
            }
            return blocks(file.position(whole));
        } catch (IOException e) {
            throw Complaint.about(path, e);
        }
    }

    /** How many bytes of the log were whole, and have been read. */
    long whole() {
        return whole;
    }

    private boolean blocks(FileChannel file) throws IOException {
        var header = ByteBuffer.allocate(8);
        var checksum = new CRC32C();
        var payload = ByteBuffer.allocate(OperationLog.BLOCK);
        while (fill(file, header.clear())) {
            int length = header.getInt(0);
            if (length <= 0
                    || length > OperationLog.BLOCK
                    || !fill(file, payload.clear().limit(length))) {
                return false;
            }
            checksum.reset();
            checksum.update(payload.array(), 0, length);
            if ((int) checksum.getValue() != header.getInt(4)) {
                return false;
            }
            block = payload.flip();
            while (block.hasRemaining()) {
                tell(record());
            }
            whole = file.position();
        }
        return header.position() == 0 && ended;
    }

    private void tell(Record told) {
        if (told instanceof Operation operation) {
            visitor.operation(operation);
        } else if (told instanceof Call call) {
            visitor.call(call);
        } else if (told instanceof Incident incident) {
            visitor.incident(incident);
        }
    }

    /** The next record, or null if it is the reader's own affair. A block may be whole, by its checksum, and hold what nobody has written. */
    private Record record() throws IOException {
        byte type = block.get();
        try {
            switch (type) {
                case OperationLog.CALL -> {
                    return call();
                }
                case OperationLog.OPERATION -> {
                    return operation();
                }
                case OperationLog.INCIDENT -> {
                    return incident();
                }
                case OperationLog.NODE -> nodes.add(text());
                case OperationLog.END -> ended = true;
                default -> throw new IOException(path + ": unknown record type " + type);
            }
            return null;
        } catch (BufferUnderflowException | IndexOutOfBoundsException | IllegalArgumentException e) {
            throw new IOException(path + ": a block holds what is no record", e);
        }
    }

    private Call call() {
        return new Call(
                integer(), text(), ROLES[block.get()], PHASES[block.get()], block.get() == 1, (int) (number() - 1));
    }

    private Incident incident() {
        return new Incident(integer(), signed(), INCIDENTS[block.get()], text());
    }

    private Operation operation() {
        int call = integer();
        Intent intent = INTENTS[block.get()];
        int intentIndex = integer();
        AttemptKind attempt = ATTEMPTS[block.get()];
        int cseq = integer();
        long intended = signed();
        return new Operation(
                call,
                intent,
                intentIndex,
                attempt,
                cseq,
                intended,
                instant(intended),
                instant(intended),
                instant(intended),
                instant(intended),
                instant(intended),
                instant(intended),
                instant(intended),
                OUTCOMES[block.get()],
                integer(),
                integer(),
                nodes.get(integer()),
                number() - 1,
                (int) (number() - 1),
                (int) (number() - 1),
                instant(intended));
    }

    private long instant(long base) {
        long coded = number();
        if (coded == 0) {
            return Operation.NONE;
        }
        long zigzag = coded - 1;
        return base + ((zigzag >>> 1) ^ -(zigzag & 1));
    }

    private long signed() {
        long zigzag = number();
        return (zigzag >>> 1) ^ -(zigzag & 1);
    }

    private int integer() {
        return (int) number();
    }

    private long number() {
        long value = 0;
        for (int shift = 0; ; shift += 7) {
            byte next = block.get();
            value |= (next & 0x7FL) << shift;
            if (next >= 0) {
                return value;
            }
        }
    }

    private String text() {
        byte[] bytes = new byte[Math.max(0, Math.min(integer(), OperationLog.BLOCK))];
        block.get(bytes);
        return new String(bytes, UTF_8);
    }

    private static boolean fill(FileChannel file, ByteBuffer buffer) throws IOException {
        while (buffer.hasRemaining()) {
            if (file.read(buffer) < 0) {
                return false;
            }
        }
        return true;
    }
}
