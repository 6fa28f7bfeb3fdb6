package io.ringdown.workloads.calls;

import java.util.Arrays;

/**
 * A number by a key, known for a while at least and for a quarter longer at most: some 30 bytes each, in arrays that no garbage collector looks into.
 * Of a key only 64 bits are kept. Of two million keys any two are then taken for one with a probability of one in ten million.
 */
final class Remembered {
    /** What is not known. */
    static final long NOTHING = -1;

    private static final int GENERATIONS = 4;
    private static final int LEAST = 1_024;

    private final long each;
    /** The newest first. */
    private final Generation[] generations = new Generation[GENERATIONS + 1];

    private long next;

    /** Those that came in one quarter of the time; open addressing. */
    private static final class Generation {
        long[] keys;
        long[] values;
        int count;

        Generation(int size) {
            keys = new long[size];
            values = new long[size];
        }

        /** Where a key is, or where it would be. */
        int slot(long key) {
            int mask = keys.length - 1;
            int slot = (int) (key >>> 32) & mask;
            while (keys[slot] != 0 && keys[slot] != key) {
                slot = slot + 1 & mask;
            }
            return slot;
        }

        void put(long key, long value) {
            if (2 * (count + 1) > keys.length) {
                long[] oldKeys = keys;
                long[] oldValues = values;
                keys = new long[2 * oldKeys.length];
                values = new long[2 * oldKeys.length];
                count = 0;
                for (int i = 0; i < oldKeys.length; i++) {
                    if (oldKeys[i] != 0) {
                        put(oldKeys[i], oldValues[i]);
                    }
                }
            }
            int slot = slot(key);
            count += keys[slot] == 0 ? 1 : 0;
            keys[slot] = key;
            values[slot] = value;
        }
    }

    /** @param keptFor nanoseconds */
    Remembered(long keptFor) {
        each = (keptFor + GENERATIONS - 1) / GENERATIONS;
        Arrays.setAll(generations, i -> new Generation(LEAST));
    }

    /** @param value 0 or larger */
    void put(String key, long value, long now) {
        age(now);
        generations[0].put(hash(key), value);
    }

    /** What was last put by a key, or {@link #NOTHING}. */
    long get(String key, long now) {
        age(now);
        long hash = hash(key);
        for (Generation generation : generations) {
            int slot = generation.slot(hash);
            if (generation.keys[slot] == hash) {
                return generation.values[slot];
            }
        }
        return NOTHING;
    }

    private void age(long now) {
        if (next == 0) {
            next = now + each;
        }
        while (now >= next) {
            next += each;
            System.arraycopy(generations, 0, generations, 1, GENERATIONS);
            generations[0] = new Generation(generations[1].count == 0 ? LEAST : generations[1].keys.length);
        }
    }

    /** FNV-1a, and a last mixing; never 0. */
    private static long hash(String key) {
        long hash = 0xcbf29ce484222325L;
        for (int i = 0; i < key.length(); i++) {
            hash = (hash ^ key.charAt(i)) * 0x100000001b3L;
        }
        hash = (hash ^ hash >>> 33) * 0xff51afd7ed558ccdL;
        hash ^= hash >>> 33;
        return hash == 0 ? 1 : hash;
    }
}
