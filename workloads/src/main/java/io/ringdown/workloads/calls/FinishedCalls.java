package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.record.Outcome;
import java.net.InetSocketAddress;
import java.nio.BufferOverflowException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;

/**
 * What must be known of calls that are over, because for 64 T1 something of them may come again: some 150 bytes each, in arrays that no
 * garbage collector looks into. At 36,000 calls a second these are more than a million calls; as objects they would fill the heap
 * and make its collections long. First in, first out.
 */
final class FinishedCalls {
    private static final int CHUNK = 1 << 16;
    /** A call that needs more is not taken. */
    private static final int LARGEST = 4_096;

    /** Length, hash of the Call-ID, and when it expires. */
    private static final int HEADER = 16;

    private static final int HASH_AT = 4;

    private final long keptFor;
    private final List<InetSocketAddress> services = new ArrayList<>();
    private final List<ByteBuffer> chunks = new ArrayList<>();
    /** Position of the first chunk's first byte; positions go on for ever, so that none is used twice. */
    private long base;
    /** Where the oldest record begins, and where the next one will. */
    private long oldest;

    private long next;
    /** Positions + 1 by their Call-ID's hash, with linear probing; 0: free. */
    private long[] table = new long[1_024];

    private int count;

    /** @param keptFor nanoseconds */
    FinishedCalls(long keptFor) {
        this.keptFor = keptFor;
    }

    /** Whether nothing can come to a call that has ended but what its set-up and dialog tell an answer to. */
    private static boolean takes(Attempt setUp) {
        Dialog dialog = setUp.dialog;
        boolean unusual =
                dialog.special || dialog.session != null || dialog.binding != null || !dialog.leftTag.isEmpty();
        boolean ended = setUp.outcome == Outcome.OK
                ? setUp.ackBranch != null
                : setUp.outcome == Outcome.FAILED && setUp.earlyTag.isEmpty();
        return ended
                && !unusual
                && !setUp.recorded
                && !setUp.givenUp
                && !setUp.inPlaceOfAnother()
                && setUp.credentials.isEmpty()
                && setUp.forkedTags.isEmpty()
                && dialog.service.equals(setUp.destination);
    }

    /**
     * Keeps a call whose set-up and dialog are over.
     *
     * @return whether it does; if not, the objects have to be kept
     */
    boolean add(Attempt setUp, long now) {
        expire(now);
        if (!takes(setUp)) {
            return false;
        }
        ByteBuffer chunk = chunks.isEmpty() ? null : chunks.get(chunks.size() - 1);
        if (chunk == null || chunk.remaining() < LARGEST) {
            chunk = ByteBuffer.allocate(CHUNK);
            chunks.add(chunk);
            next = base + (chunks.size() - 1L) * CHUNK;
            oldest = count == 0 ? next : oldest;
        }
        int start = chunk.position();
        int hash = setUp.dialog.callId.hashCode();
        chunk.limit(start + LARGEST);
        try {
            write(chunk.putInt(0).putInt(hash).putLong(now + keptFor), setUp);
        } catch (BufferOverflowException e) {
            chunk.limit(CHUNK).position(start);
            return false;
        }
        chunk.limit(CHUNK).putInt(start, chunk.position() - start);
        insert(hash, next);
        next = base + (chunks.size() - 1L) * CHUNK + chunk.position();
        return true;
    }

    private void write(ByteBuffer to, Attempt setUp) {
        Dialog dialog = setUp.dialog;
        text(to, dialog.callId);
        to.putInt(dialog.call).putInt(dialog.cseq).putInt(dialog.intents);
        text(to, dialog.fromTag);
        text(to, dialog.toTag);
        text(to, dialog.remoteTarget);
        to.put((byte) (dialog.endedRemotely ? 1 : 0)).putShort((short) service(dialog.service));
        to.putShort((short) dialog.routes.size());
        for (int i = 0; i < dialog.routes.size(); i++) {
            text(to, dialog.routes.get(i));
        }
        to.putInt(setUp.cseq).putShort((short) setUp.status);
        text(to, setUp.branch);
        text(to, setUp.ackBranch == null ? "" : setUp.ackBranch);
    }

    /** The set-up of a call, with its dialog, as it was; it is no more kept here. Null if there is none. */
    Attempt take(String callId, long now) {
        expire(now);
        int hash = callId.hashCode();
        for (int slot = slot(hash); table[slot] != 0; slot = slot + 1 & table.length - 1) {
            ByteBuffer record = at(table[slot] - 1);
            int start = record.position();
            if (record.getInt(start + HASH_AT) == hash
                    && text(record.position(start + HEADER)).equals(callId)) {
                free(slot);
                return read(record, callId);
            }
        }
        return null;
    }

    private Attempt read(ByteBuffer from, String callId) {
        int call = from.getInt();
        int cseq = from.getInt();
        int intents = from.getInt();
        String fromTag = text(from);
        String toTag = text(from);
        String target = text(from);
        boolean endedRemotely = from.get() == 1;
        var dialog = new Dialog(call, callId, fromTag, services.get(from.getShort()));
        dialog.cseq = cseq;
        dialog.intents = intents;
        dialog.toTag = toTag;
        dialog.remoteTarget = target;
        dialog.endedRemotely = endedRemotely;
        int routes = from.getShort();
        dialog.routes = new ArrayList<>(routes);
        for (int i = 0; i < routes; i++) {
            dialog.routes.add(text(from));
        }
        int setUpCseq = from.getInt();
        int status = from.getShort();
        String branch = text(from);
        String ackBranch = text(from);
        return Attempt.over(dialog, setUpCseq, status, branch, ackBranch.isEmpty() ? null : ackBranch);
    }

    int count() {
        return count;
    }

    private void expire(long now) {
        while (count > 0 && !chunks.isEmpty() && oldest < next) {
            ByteBuffer first = chunks.get(0);
            int start = (int) (oldest - base);
            if (start == first.position()) {
                dropFirst();
                continue;
            }
            ByteBuffer record = at(oldest);
            int length = record.getInt();
            int hash = record.getInt();
            if (record.getLong() > now) {
                return;
            }
            remove(hash, oldest);
            oldest += length;
        }
        while (count == 0 && chunks.size() > 1) {
            dropFirst();
        }
        oldest = count == 0 ? next : oldest;
    }

    private void dropFirst() {
        chunks.remove(0);
        base += CHUNK;
        oldest = Math.max(oldest, base);
    }

    private ByteBuffer at(long position) {
        long offset = position - base;
        return chunks.get((int) (offset / CHUNK)).duplicate().clear().position((int) (offset % CHUNK));
    }

    private int hash(long position) {
        long offset = position - base;
        return chunks.get((int) (offset / CHUNK)).getInt((int) (offset % CHUNK) + HASH_AT);
    }

    private int slot(int hash) {
        int spread = hash * 0x9E3779B9;
        return spread >>> Integer.numberOfLeadingZeros(table.length) + 1;
    }

    private void insert(int hash, long position) {
        if (2 * ++count > table.length) {
            long[] old = table;
            table = new long[2 * old.length];
            for (long each : old) {
                if (each != 0) {
                    put(hash(each - 1), each);
                }
            }
        }
        put(hash, position + 1);
    }

    private void put(int hash, long entry) {
        int slot = slot(hash);
        while (table[slot] != 0) {
            slot = slot + 1 & table.length - 1;
        }
        table[slot] = entry;
    }

    private void remove(int hash, long position) {
        for (int slot = slot(hash); table[slot] != 0; slot = slot + 1 & table.length - 1) {
            if (table[slot] == position + 1) {
                free(slot);
                return;
            }
        }
    }

    /** Those behind it that were pushed on by it move up. */
    private void free(int slot) {
        count--;
        int gap = slot;
        int mask = table.length - 1;
        for (int at = slot + 1 & mask; table[at] != 0; at = at + 1 & mask) {
            int home = slot(hash(table[at] - 1));
            if ((at - home & mask) >= (at - gap & mask)) {
                table[gap] = table[at];
                gap = at;
            }
        }
        table[gap] = 0;
    }

    private int service(InetSocketAddress address) {
        int index = services.indexOf(address);
        if (index < 0) {
            services.add(address);
            index = services.size() - 1;
        }
        return index;
    }

    private static void text(ByteBuffer to, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        to.putShort((short) bytes.length).put(bytes);
    }

    private static String text(ByteBuffer from) {
        int length = from.getShort();
        String text = new String(from.array(), from.position(), length, ISO_8859_1);
        from.position(from.position() + length);
        return text;
    }
}
