package io.ringdown.cluster.session;

import java.io.ByteArrayOutputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/**
 * Session state as a row of fields, each behind its length, so that one who holds an earlier state can be told no more than the fields that
 * changed.
 */
public final class Fields {
    private Fields() {}

    /** The state that consists of these fields. */
    public static byte[] joined(List<byte[]> fields) {
        ByteBuffer state = ByteBuffer.allocate(
                fields.stream().mapToInt(field -> Integer.BYTES + field.length).sum());
        fields.forEach(field -> state.putInt(field.length).put(field));
        return state.array();
    }

    /**
     * The fields of a state.
     *
     * @throws IllegalStateException if it is cut short
     */
    public static List<byte[]> of(byte[] state) {
        var fields = new ArrayList<byte[]>();
        ByteBuffer rest = ByteBuffer.wrap(state);
        while (rest.hasRemaining()) {
            int length = rest.remaining() < Integer.BYTES ? -1 : rest.getInt();
            if (length < 0 || length > rest.remaining()) {
                throw new IllegalStateException("session record cut short");
            }
            byte[] field = new byte[length];
            rest.get(field);
            fields.add(field);
        }
        return fields;
    }

    /** What turns one state into another: the fields that differ, each behind its place. Empty where the two have not as many fields. */
    public static Optional<byte[]> changes(byte[] before, byte[] after) {
        List<byte[]> old = of(before);
        List<byte[]> now = of(after);
        if (old.size() != now.size()) {
            return Optional.empty();
        }
        var changes = new ByteArrayOutputStream();
        try (var out = new DataOutputStream(changes)) {
            for (int i = 0; i < now.size(); i++) {
                if (!Arrays.equals(old.get(i), now.get(i))) {
                    out.writeShort(i);
                    out.writeInt(now.get(i).length);
                    out.write(now.get(i));
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return Optional.of(changes.toByteArray());
    }

    /** The state that the changes turn an earlier one into. */
    public static byte[] changed(byte[] before, byte[] changes) {
        List<byte[]> fields = of(before);
        ByteBuffer rest = ByteBuffer.wrap(changes);
        while (rest.hasRemaining()) {
            int place = rest.getShort();
            byte[] field = new byte[rest.getInt()];
            rest.get(field);
            fields.set(place, field);
        }
        return joined(fields);
    }
}
