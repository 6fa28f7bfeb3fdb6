package io.ringdown.cluster.engine;

import static io.ringdown.cluster.engine.SessionCodec.field;
import static io.ringdown.cluster.engine.SessionCodec.text;

import io.ringdown.cluster.engine.AddressOfRecord.Answered;
import io.ringdown.cluster.engine.AddressOfRecord.Binding;
import io.ringdown.cluster.session.Fields;
import io.ringdown.cluster.session.StoredSession;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;

/**
 * A user's bindings as bytes, format 201, in {@link Fields}: the bindings, and the requests whose repetitions the replication depth covers.
 * Instants are microseconds since 1970.
 */
final class BindingsCodec {
    private static final int FORMAT = 201;
    private static final int FIELDS = 2;

    private final Depth depth;
    private final String owner;

    BindingsCodec(Depth depth, String owner) {
        this.depth = depth;
        this.owner = owner;
    }

    StoredSession encode(AddressOfRecord user) {
        byte[] state = Fields.joined(List.of(
                field(out -> {
                    out.writeByte(FORMAT);
                    out.writeByte(user.attempts);
                    for (Binding binding : user.bindings) {
                        text(out, binding.uri());
                        text(out, binding.parameters());
                        text(out, binding.callId());
                        out.writeInt(binding.cseq());
                        out.writeLong(binding.expires());
                    }
                }),
                field(out -> {
                    for (Answered request : depth == Depth.TRANSACTIONS ? user.answered : List.<Answered>of()) {
                        text(out, request.transaction);
                        out.writeLong(request.until);
                    }
                })));
        return new StoredSession(user.callId, user.version, owner, true, state);
    }

    /**
     * Reads what {@link #encode} wrote.
     *
     * @throws IllegalStateException if the bytes are cut short or of another format
     */
    AddressOfRecord decode(StoredSession stored) {
        List<byte[]> fields = Fields.of(stored.state());
        if (fields.size() < FIELDS) {
            throw new IllegalStateException("bindings cut short");
        }
        try (var bound = SessionCodec.in(fields.get(0));
                var answered = SessionCodec.in(fields.get(1))) {
            int format = bound.readUnsignedByte();
            if (format != FORMAT) {
                throw new IllegalStateException("bindings of unknown format " + format);
            }
            var user = new AddressOfRecord(stored.callId());
            user.version = stored.version();
            user.attempts = bound.readByte();
            var bindings = new ArrayList<Binding>(1);
            while (bound.available() > 0) {
                bindings.add(new Binding(text(bound), text(bound), text(bound), bound.readInt(), bound.readLong()));
            }
            user.bindings = List.copyOf(bindings);
            while (answered.available() > 0) {
                user.answered.add(new Answered(text(answered), answered.readLong()));
            }
            user.takenOver = !stored.owner().equals(owner);
            return user;
        } catch (IOException e) {
            throw new IllegalStateException("bindings cut short", e);
        }
    }
}
