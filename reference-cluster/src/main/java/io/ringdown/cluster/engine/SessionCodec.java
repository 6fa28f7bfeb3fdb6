package io.ringdown.cluster.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.engine.Session.State;
import io.ringdown.cluster.session.Fields;
import io.ringdown.cluster.session.StoredSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;

/**
 * Session state as bytes, format 6, in {@link Fields}: what changes of the dialog and of the counter, what never changes of the dialog, the
 * transactions that the replication depth covers, then the application's own fields. Instants are microseconds since 1970, so that
 * whoever takes over keeps the same appointments.
 */
final class SessionCodec {
    private static final int FORMAT = 6;
    private static final int APPLICATION = 3;
    private static final State[] STATES = State.values();

    private final Depth depth;
    private final String owner;

    SessionCodec(Depth depth, String owner) {
        this.depth = depth;
        this.owner = owner;
    }

    StoredSession encode(Session session) {
        List<Transaction> covered =
                session.transactions.stream().filter(this::covers).toList();
        boolean pending = session.state == State.TERMINATED || covered.stream().anyMatch(Transaction::pending);
        var fields = new ArrayList<byte[]>(APPLICATION + session.application.size());
        fields.add(field(out -> {
            out.writeByte(FORMAT);
            out.writeByte(session.state.ordinal());
            out.writeInt(session.remoteCseq);
            out.writeLong(session.counter);
            out.writeInt(session.lastInfoCseq);
            out.writeShort(session.setups);
            out.writeByte(session.attempts);
            out.writeBoolean(session.poison);
        }));
        fields.add(field(out -> {
            text(out, session.from);
            text(out, session.to);
            text(out, session.recordRoutes);
            out.writeLong(session.begunBy);
        }));
        fields.add(field(out -> {
            for (Transaction transaction : covered) {
                write(out, transaction);
            }
        }));
        fields.addAll(session.application);
        return new StoredSession(session.callId, session.version, owner, pending, Fields.joined(fields));
    }

    interface Writing {
        void to(DataOutputStream out) throws IOException;
    }

    static byte[] field(Writing writing) {
        var bytes = new ByteArrayOutputStream(256);
        try (var out = new DataOutputStream(bytes)) {
            writing.to(out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** Below full depth only the 2xx of a set-up is kept, since losing its retransmission would lose the call. */
    private boolean covers(Transaction transaction) {
        return depth == Depth.TRANSACTIONS || transaction.invite() && transaction.awaitsAck && transaction.status < 300;
    }

    private static void write(DataOutputStream out, Transaction transaction) throws IOException {
        text(out, transaction.method);
        out.writeInt(transaction.cseq);
        text(out, transaction.branch);
        text(out, transaction.vias);
        out.writeBoolean(transaction.offer);
        out.writeLong(transaction.hold18x);
        out.writeLong(transaction.holdFinal);
        out.writeShort(transaction.status);
        out.writeLong(transaction.counter);
        out.writeLong(transaction.expires);
        out.writeBoolean(transaction.awaitsAck);
        out.writeInt(transaction.sessionExpires);
    }

    /** One byte a character, as SIP came; {@code writeUTF} would refuse the longest headers that a datagram may hold. */
    static void text(DataOutputStream out, String text) throws IOException {
        out.writeInt(text.length());
        out.write(text.getBytes(ISO_8859_1));
    }

    static String text(DataInputStream in) throws IOException {
        int length = in.readInt();
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException();
        }
        return new String(bytes, ISO_8859_1);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException if the bytes are cut short or of another format
     */
    Session decode(StoredSession stored) {
        List<byte[]> fields = Fields.of(stored.state());
        if (fields.size() < APPLICATION) {
            throw new IllegalStateException("session record cut short");
        }
        try (var changing = in(fields.get(0));
                var dialog = in(fields.get(1));
                var transactions = in(fields.get(2))) {
            State state = state(changing, FORMAT);
            var session = new Session(stored.callId(), text(dialog), text(dialog), text(dialog));
            session.begunBy = dialog.readLong();
            session.state = state;
            session.version = stored.version();
            session.remoteCseq = changing.readInt();
            session.counter = changing.readLong();
            session.lastInfoCseq = changing.readInt();
            session.setups = changing.readShort();
            session.attempts = changing.readByte();
            session.poison = changing.readBoolean();
            while (transactions.available() > 0) {
                session.transactions.add(read(transactions));
            }
            session.application.addAll(fields.subList(APPLICATION, fields.size()));
            session.takenOver = !stored.owner().equals(owner);
            return session;
        } catch (IOException e) {
            throw new IllegalStateException("session record cut short", e);
        }
    }

    /**
     * The stage of the dialog, with which a record of the one format or the other begins.
     *
     * @throws IllegalStateException if it is of another format
     */
    static State state(DataInputStream in, int expected) throws IOException {
        int format = in.readByte();
        if (format != expected) {
            throw new IllegalStateException("session record of unknown format " + format);
        }
        int state = in.readByte();
        if (state < 0 || state >= STATES.length) {
            throw new IllegalStateException("session record of unknown state " + state);
        }
        return STATES[state];
    }

    static DataInputStream in(byte[] field) {
        return new DataInputStream(new ByteArrayInputStream(field));
    }

    private static Transaction read(DataInputStream in) throws IOException {
        var transaction = new Transaction(
                text(in), in.readInt(), text(in), text(in), in.readBoolean(), in.readLong(), in.readLong());
        transaction.status = in.readShort();
        transaction.counter = in.readLong();
        transaction.expires = in.readLong();
        transaction.awaitsAck = in.readBoolean();
        transaction.sessionExpires = in.readInt();
        return transaction;
    }
}
