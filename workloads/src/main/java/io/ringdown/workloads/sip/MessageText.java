package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.Arrays;

/** A message that is being written, a byte a character; to be used again and again. */
public final class MessageText {
    private byte[] bytes = new byte[1_024];
    private int length;

    /** A text of which each character is a byte; others become question marks. */
    public static String latin(String text) {
        return new String(text.getBytes(ISO_8859_1), ISO_8859_1);
    }

    /** Begins anew. */
    public MessageText clear() {
        length = 0;
        return this;
    }

    /** @param text of {@link #latin} characters only */
    @SuppressWarnings("deprecation") // What it is deprecated for, taking each character for a byte, is wanted.
    public MessageText add(String text) {
        int more = text.length();
        room(more);
        text.getBytes(0, more, bytes, length);
        length += more;
        return this;
    }

    /** Adds a number in digits. */
    public MessageText add(long number) {
        return add(Long.toString(number));
    }

    MessageText add(byte[] data, int from, int until) {
        room(until - from);
        System.arraycopy(data, from, bytes, length, until - from);
        length += until - from;
        return this;
    }

    private void room(int more) {
        if (length + more > bytes.length) {
            bytes = Arrays.copyOf(bytes, Math.max(length + more, 2 * bytes.length));
        }
    }

    /** What has been written. */
    public byte[] bytes() {
        return Arrays.copyOf(bytes, length);
    }
}
