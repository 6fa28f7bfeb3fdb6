package io.ringdown.harness.hosts;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/** The beginning of what a command prints: one that never stops must not take the harness's memory. */
public final class Printed extends ByteArrayOutputStream {
    /** Of bytes that are kept. */
    public static final int MOST = 1 << 20;

    @Override
    public synchronized void write(byte[] bytes, int from, int length) {
        super.write(bytes, from, Math.min(length, MOST - count));
    }

    @Override
    public synchronized void write(int one) {
        if (count < MOST) {
            super.write(one);
        }
    }

    /** It as text. */
    public synchronized String text() {
        return toString(StandardCharsets.UTF_8);
    }
}
