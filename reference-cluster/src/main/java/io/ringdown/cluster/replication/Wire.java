package io.ringdown.cluster.replication;

import io.ringdown.cluster.session.StoredSession;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** Messages between session replicators and session stores, and their bytes. */
public sealed interface Wire {
    /** Changes of one turn of an engine, in order. {@code epoch}: the engine's knowledge of members. */
    record Changes(long batch, long epoch, List<Change> changes) implements Wire {}

    /**
     * A session to store, or (without one) to remove.
     *
     * @param version of the session stored, or of its removal, which is one more than the last one stored
     * @param base version that the session's state holds only the changed {@link io.ringdown.cluster.session.Fields} against, or
     *     {@link #WHOLE}
     */
    record Change(String callId, long version, Optional<StoredSession> session, long base) {
        static final long WHOLE = -1;

        static Change put(StoredSession session) {
            return new Change(session.callId(), session.version(), Optional.of(session), WHOLE);
        }

        static Change removal(String callId, long version) {
            return new Change(callId, version, Optional.empty(), WHOLE);
        }
    }

    /** All of a batch is done, except what another engine owns by now, and what is wanted whole. */
    record Done(long batch, List<String> fenced, List<String> wanted) implements Wire {
        Done(long batch, List<String> fenced) {
            this(batch, fenced, List.of());
        }
    }

    /** A processor gives sessions away to their new owner, which confirms once it has stored them. */
    record Moved(long batch, long epoch, List<StoredSession> sessions) implements Wire {}

    /** A processor has given away all that others own now, by its knowledge of members. */
    record GaveAll(long epoch) implements Wire {}

    /** A store passes on what an engine changed that did not know yet of another store. */
    record Forwarded(List<Change> changes) implements Wire {}

    /** Asks for a session. {@code epoch}: the engine's knowledge of members. */
    record Get(long request, long epoch, String callId) implements Wire {}

    /** Answers a {@link Get}. {@code synced}: the store has everything, so that an empty answer means what it says. */
    record Found(long request, boolean synced, Optional<StoredSession> session) implements Wire {}

    /** Sessions for their new owner to go on with. */
    record Handover(long epoch, List<StoredSession> sessions) implements Wire {}

    /** A returning store asks its peer for everything. {@code epoch}: its knowledge of members, of which it is one. */
    record SyncRequest(long epoch) implements Wire {}

    /** A part of everything. {@code copying}: number of the whole at its sender. */
    record SyncPart(long copying, boolean last, List<StoredSession> sessions) implements Wire {}

    /** A store that copies has taken a part which was not the last one. */
    record SyncTaken(long copying) implements Wire {}

    /**
     * A store tells all that it has everything. {@code epoch}: its knowledge of members; {@code entered}: whether new calls may be given to
     * its replication group, {@link Replica}.
     */
    record Synced(long epoch, boolean entered) implements Wire {}

    /**
     * A server's own sessions for a buddy that it has chosen anew.
     *
     * @param epoch the server's knowledge of members: who does not know the server yet could not confirm
     * @param last there are no more
     */
    record Backup(long batch, long epoch, boolean last, List<StoredSession> sessions) implements Wire {}

    /** A server has enough other buddies: what this one holds for it may go. {@code epoch}: the server's knowledge of members. */
    record NoBuddy(long epoch) implements Wire {}

    /** A container tells proxies how many sessions it has in its hands. */
    record Load(int sessions) implements Wire {}

    /** Whether it is for an app processor, and else for a store. */
    default boolean forProcessor() {
        return this instanceof Done
                || this instanceof Found
                || this instanceof Handover
                || this instanceof Moved
                || this instanceof GaveAll;
    }

    /** The change of members that its sender knows of, where its receiver must know of it too. */
    default long knownEpoch() {
        if (this instanceof Changes changes) {
            return changes.epoch();
        } else if (this instanceof Get get) {
            return get.epoch();
        } else if (this instanceof Handover handover) {
            return handover.epoch();
        } else if (this instanceof Synced synced) {
            return synced.epoch();
        } else if (this instanceof SyncRequest request) {
            return request.epoch();
        } else if (this instanceof GaveAll all) {
            return all.epoch();
        } else if (this instanceof Backup backup) {
            return backup.epoch();
        } else if (this instanceof NoBuddy none) {
            return none.epoch();
        }
        return this instanceof Moved moved ? moved.epoch() : Long.MIN_VALUE;
    }

    /** This message as bytes. */
    default byte[] bytes() {
        var bytes = new ByteArrayOutputStream(1_024);
        try (var out = new DataOutputStream(bytes)) {
            write(this, out);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    private static void write(Wire message, DataOutputStream out) throws IOException {
        if (message instanceof Changes changes) {
            out.writeByte(1);
            out.writeLong(changes.batch());
            out.writeLong(changes.epoch());
            changes(out, changes.changes());
        } else if (message instanceof Done done) {
            out.writeByte(2);
            out.writeLong(done.batch());
            names(out, done.fenced());
            names(out, done.wanted());
        } else if (message instanceof Get get) {
            out.writeByte(3);
            out.writeLong(get.request());
            out.writeLong(get.epoch());
            out.writeUTF(get.callId());
        } else if (message instanceof Found found) {
            out.writeByte(4);
            out.writeLong(found.request());
            out.writeBoolean(found.synced());
            optional(out, found.session());
        } else if (message instanceof Handover handover) {
            out.writeByte(5);
            out.writeLong(handover.epoch());
            list(out, handover.sessions());
        } else if (message instanceof SyncRequest request) {
            out.writeByte(6);
            out.writeLong(request.epoch());
        } else if (message instanceof SyncPart part) {
            out.writeByte(7);
            out.writeLong(part.copying());
            out.writeBoolean(part.last());
            list(out, part.sessions());
        } else if (message instanceof SyncTaken taken) {
            out.writeByte(15);
            out.writeLong(taken.copying());
        } else if (message instanceof Forwarded forwarded) {
            out.writeByte(9);
            changes(out, forwarded.changes());
        } else if (message instanceof Backup backup) {
            out.writeByte(10);
            out.writeLong(backup.batch());
            out.writeLong(backup.epoch());
            out.writeBoolean(backup.last());
            list(out, backup.sessions());
        } else if (message instanceof Moved moved) {
            out.writeByte(12);
            out.writeLong(moved.batch());
            out.writeLong(moved.epoch());
            list(out, moved.sessions());
        } else if (message instanceof GaveAll all) {
            out.writeByte(14);
            out.writeLong(all.epoch());
        } else if (message instanceof Load load) {
            out.writeByte(13);
            out.writeInt(load.sessions());
        } else if (message instanceof Synced synced) {
            out.writeByte(8);
            out.writeLong(synced.epoch());
            out.writeBoolean(synced.entered());
        } else if (message instanceof NoBuddy none) {
            out.writeByte(11);
            out.writeLong(none.epoch());
        }
    }

    /** The message that the bytes are. */
    static Wire of(byte[] bytes) {
        try (var in = new DataInputStream(new ByteArrayInputStream(bytes))) {
            byte type = in.readByte();
            return switch (type) {
                case 1 -> new Changes(in.readLong(), in.readLong(), changes(in));
                case 2 -> new Done(in.readLong(), names(in), names(in));
                case 3 -> new Get(in.readLong(), in.readLong(), in.readUTF());
                case 4 -> new Found(in.readLong(), in.readBoolean(), optional(in));
                case 5 -> new Handover(in.readLong(), list(in));
                case 6 -> new SyncRequest(in.readLong());
                case 7 -> new SyncPart(in.readLong(), in.readBoolean(), list(in));
                case 8 -> new Synced(in.readLong(), in.readBoolean());
                case 9 -> new Forwarded(changes(in));
                case 10 -> new Backup(in.readLong(), in.readLong(), in.readBoolean(), list(in));
                case 11 -> new NoBuddy(in.readLong());
                case 13 -> new Load(in.readInt());
                case 12 -> new Moved(in.readLong(), in.readLong(), list(in));
                case 14 -> new GaveAll(in.readLong());
                case 15 -> new SyncTaken(in.readLong());
                default -> throw new IOException("unknown message type " + type);
            };
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static void changes(DataOutputStream out, List<Change> changes) throws IOException {
        out.writeInt(changes.size());
        for (Change change : changes) {
            out.writeBoolean(change.session().isPresent());
            if (change.session().isPresent()) {
                out.writeLong(change.base());
                session(out, change.session().get());
            } else {
                out.writeUTF(change.callId());
                out.writeLong(change.version());
            }
        }
    }

    private static List<Change> changes(DataInputStream in) throws IOException {
        int size = in.readInt();
        var changes = new ArrayList<Change>(size);
        for (int i = 0; i < size; i++) {
            changes.add(
                    in.readBoolean() ? put(in.readLong(), session(in)) : Change.removal(in.readUTF(), in.readLong()));
        }
        return changes;
    }

    private static Change put(long base, StoredSession session) {
        return new Change(session.callId(), session.version(), Optional.of(session), base);
    }

    private static void names(DataOutputStream out, List<String> names) throws IOException {
        out.writeInt(names.size());
        for (String name : names) {
            out.writeUTF(name);
        }
    }

    private static List<String> names(DataInputStream in) throws IOException {
        int size = in.readInt();
        var names = new ArrayList<String>(size);
        for (int i = 0; i < size; i++) {
            names.add(in.readUTF());
        }
        return names;
    }

    private static void optional(DataOutputStream out, Optional<StoredSession> session) throws IOException {
        out.writeBoolean(session.isPresent());
        if (session.isPresent()) {
            session(out, session.get());
        }
    }

    private static Optional<StoredSession> optional(DataInputStream in) throws IOException {
        return in.readBoolean() ? Optional.of(session(in)) : Optional.empty();
    }

    private static void list(DataOutputStream out, List<StoredSession> sessions) throws IOException {
        out.writeInt(sessions.size());
        for (StoredSession session : sessions) {
            session(out, session);
        }
    }

    private static List<StoredSession> list(DataInputStream in) throws IOException {
        int size = in.readInt();
        var sessions = new ArrayList<StoredSession>(size);
        for (int i = 0; i < size; i++) {
            sessions.add(session(in));
        }
        return sessions;
    }

    private static void session(DataOutputStream out, StoredSession session) throws IOException {
        out.writeUTF(session.callId());
        out.writeLong(session.version());
        out.writeUTF(session.owner());
        out.writeBoolean(session.pending());
        out.writeShort(session.group());
        out.writeInt(session.state().length);
        out.write(session.state());
    }

    private static StoredSession session(DataInputStream in) throws IOException {
        String callId = in.readUTF();
        long version = in.readLong();
        String owner = in.readUTF();
        boolean pending = in.readBoolean();
        int group = in.readShort();
        byte[] state = new byte[in.readInt()];
        in.readFully(state);
        return new StoredSession(callId, version, owner, pending, state, group);
    }
}
