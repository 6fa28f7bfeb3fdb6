package io.ringdown.cluster.engine;

import io.ringdown.cluster.engine.Session.State;
import io.ringdown.cluster.session.StoredSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.List;

/**
 * Session state as bytes, format 1: dialog, application state, then the transactions that the replication depth covers. Instants are
 * microseconds since 1970, so that whoever takes over keeps the same appointments.
 */
final class SessionCodec {
    private static final int FORMAT = 1;
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
        var bytes = new ByteArrayOutputStream(512);
        try (var out = new DataOutputStream(bytes)) {
            out.writeByte(FORMAT);
            out.writeByte(session.state.ordinal());
            out.writeUTF(session.from);
            out.writeUTF(session.to);
            out.writeInt(session.remoteCseq);
            out.writeLong(session.counter);
            out.writeInt(session.lastInfoCseq);
            out.writeShort(session.setups);
            out.writeByte(covered.size());
            for (Transaction transaction : covered) {
                write(out, transaction);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return new StoredSession(session.callId, session.version, owner, pending, bytes.toByteArray());
    }

    /** Below full depth only the 2xx of a set-up is kept, since losing its retransmission would lose the call. */
    private boolean covers(Transaction transaction) {
        return depth == Depth.TRANSACTIONS || transaction.invite() && transaction.awaitsAck && transaction.status < 300;
    }

    private static void write(DataOutputStream out, Transaction transaction) throws IOException {
        out.writeUTF(transaction.method);
        out.writeInt(transaction.cseq);
        out.writeUTF(transaction.branch);
        out.writeUTF(transaction.vias);
        out.writeBoolean(transaction.offer);
        out.writeLong(transaction.hold18x);
        out.writeLong(transaction.holdFinal);
        out.writeShort(transaction.status);
        out.writeLong(transaction.counter);
        out.writeLong(transaction.expires);
        out.writeBoolean(transaction.awaitsAck);
    }

    Session decode(StoredSession stored) {
        try (var in = new DataInputStream(new ByteArrayInputStream(stored.state()))) {
            int format = in.readByte();
            if (format != FORMAT) {
                throw new IllegalStateException("session record of unknown format " + format);
            }
            State state = STATES[in.readByte()];
            var session = new Session(stored.callId(), in.readUTF(), in.readUTF());
            session.state = state;
            session.version = stored.version();
            session.remoteCseq = in.readInt();
            session.counter = in.readLong();
            session.lastInfoCseq = in.readInt();
            session.setups = in.readShort();
            int transactions = in.readByte();
            for (int i = 0; i < transactions; i++) {
                session.transactions.add(read(in));
            }
            session.takenOver = !stored.owner().equals(owner);
            return session;
        } catch (IOException e) {
            throw new UncheckedIOException("session record cut short", e);
        }
    }

    private static Transaction read(DataInputStream in) throws IOException {
        var transaction = new Transaction(
                in.readUTF(), in.readInt(), in.readUTF(), in.readUTF(), in.readBoolean(), in.readLong(), in.readLong());
        transaction.status = in.readShort();
        transaction.counter = in.readLong();
        transaction.expires = in.readLong();
        transaction.awaitsAck = in.readBoolean();
        return transaction;
    }
}
