package io.ringdown.cluster.engine;

import static io.ringdown.cluster.engine.SessionCodec.field;
import static io.ringdown.cluster.engine.SessionCodec.text;

import io.ringdown.cluster.engine.RelayedCall.Side;
import io.ringdown.cluster.engine.Session.State;
import io.ringdown.cluster.session.Fields;
import io.ringdown.cluster.session.StoredSession;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A relayed call as bytes, format 102, in {@link Fields}: what changes, the two sides, and the exchanges that the replication depth covers.
 * Instants are microseconds since 1970.
 */
final class RelayedCallCodec {
    private static final int FORMAT = 102;
    private static final int FIELDS = 3;

    private final Depth depth;
    private final String owner;

    RelayedCallCodec(Depth depth, String owner) {
        this.depth = depth;
        this.owner = owner;
    }

    StoredSession encode(RelayedCall call) {
        List<Exchange> covered = call.exchanges.stream().filter(this::covers).toList();
        boolean pending = call.terminated() || covered.stream().anyMatch(Exchange::pending);
        byte[] state = Fields.joined(List.of(
                field(out -> {
                    out.writeByte(FORMAT);
                    out.writeByte(call.state.ordinal());
                    out.writeInt(call.callerCseq);
                    out.writeInt(call.calleeCseq);
                    out.writeLong(call.begun);
                    out.writeLong(call.answered);
                    out.writeLong(call.ended);
                    text(out, call.endedBy);
                    out.writeBoolean(call.recorded);
                    out.writeByte(call.attempts);
                    out.writeBoolean(call.poison);
                }),
                field(out -> {
                    write(out, call.caller);
                    write(out, call.callee);
                    text(out, call.recordRoutes);
                    out.writeLong(call.begunBy);
                }),
                field(out -> {
                    for (Exchange exchange : covered) {
                        write(out, exchange);
                    }
                })));
        return new StoredSession(call.callId, call.version, owner, pending, state);
    }

    /** Below full depth only the 2xx to INVITE is kept, with its ACK: losing either would lose the call. */
    private boolean covers(Exchange exchange) {
        return depth == Depth.TRANSACTIONS || exchange.invite() && exchange.accepted();
    }

    private static void write(DataOutputStream out, Side side) throws IOException {
        text(out, side.callId());
        text(out, side.remote());
        text(out, side.local());
        text(out, side.target());
        text(out, side.routes());
    }

    private static void write(DataOutputStream out, Exchange exchange) throws IOException {
        out.writeBoolean(exchange.fromCaller);
        text(out, exchange.method);
        out.writeInt(exchange.cseq);
        text(out, exchange.branch);
        text(out, exchange.vias);
        text(out, exchange.passedBranch);
        text(out, exchange.request);
        write(out, exchange.destination);
        out.writeBoolean(exchange.cancelled);
        out.writeShort(exchange.status);
        text(out, exchange.response);
        out.writeBoolean(exchange.awaitsAck);
        text(out, exchange.ack);
        write(out, exchange.ackDestination);
        out.writeLong(exchange.expires);
    }

    private static void write(DataOutputStream out, InetSocketAddress address) throws IOException {
        byte[] bytes = address == null ? new byte[0] : address.getAddress().getAddress();
        out.writeByte(bytes.length);
        out.write(bytes);
        out.writeInt(address == null ? 0 : address.getPort());
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException if the bytes are cut short or of another format
     */
    RelayedCall decode(StoredSession stored) {
        List<byte[]> fields = Fields.of(stored.state());
        if (fields.size() < FIELDS) {
            throw new IllegalStateException("session record cut short");
        }
        try (var changing = SessionCodec.in(fields.get(0));
                var sides = SessionCodec.in(fields.get(1));
                var exchanges = SessionCodec.in(fields.get(2))) {
            State state = SessionCodec.state(changing, FORMAT);
            var call = new RelayedCall(stored.callId(), side(sides), side(sides), text(sides));
            call.begunBy = sides.readLong();
            call.state = state;
            call.version = stored.version();
            call.callerCseq = changing.readInt();
            call.calleeCseq = changing.readInt();
            call.begun = changing.readLong();
            call.answered = changing.readLong();
            call.ended = changing.readLong();
            call.endedBy = text(changing);
            call.recorded = changing.readBoolean();
            call.attempts = changing.readByte();
            call.poison = changing.readBoolean();
            while (exchanges.available() > 0) {
                call.exchanges.add(exchange(exchanges));
            }
            call.takenOver = !stored.owner().equals(owner);
            return call;
        } catch (IOException e) {
            throw new IllegalStateException("session record cut short", e);
        }
    }

    private static Side side(DataInputStream in) throws IOException {
        return new Side(text(in), text(in), text(in), text(in), text(in));
    }

    private static Exchange exchange(DataInputStream in) throws IOException {
        var exchange = new Exchange(in.readBoolean(), text(in), in.readInt(), text(in), text(in));
        exchange.passedBranch = text(in);
        exchange.request = text(in);
        exchange.destination = address(in);
        exchange.cancelled = in.readBoolean();
        exchange.status = in.readShort();
        exchange.response = text(in);
        exchange.awaitsAck = in.readBoolean();
        exchange.ack = text(in);
        exchange.ackDestination = address(in);
        exchange.expires = in.readLong();
        return exchange;
    }

    private static InetSocketAddress address(DataInputStream in) throws IOException {
        byte[] bytes = in.readNBytes(in.readByte());
        int port = in.readInt();
        return bytes.length == 0 ? null : new InetSocketAddress(InetAddress.getByAddress(bytes), port);
    }
}
