package io.ringdown.cluster.sip;

import java.util.Arrays;

/** Names, of calls or transactions, that were met last. In two generations, the older of which is forgotten as a whole. For one thread. */
public final class RecentNames {
    private final int slots;
    private final int most;
    private long[] newer;
    private long[] older;
    private int count;

    /** @param most how many of the last ones are known for certain; a power of two */
    public RecentNames(int most) {
        this.most = most;
        slots = 2 * most;
        newer = new long[slots];
        older = new long[slots];
    }

    public void add(String name) {
        long hash = hash(name);
        int slot = slot(newer, hash);
        if (newer[slot] != hash) {
            newer[slot] = hash;
            count++;
        }
        if (count == most) {
            long[] forgotten = older;
            older = newer;
            newer = forgotten;
            Arrays.fill(newer, 0);
            count = 0;
        }
    }

    public boolean contains(String name) {
        long hash = hash(name);
        return newer[slot(newer, hash)] == hash || older[slot(older, hash)] == hash;
    }

    /** Where it is, or would be. */
    private int slot(long[] table, long hash) {
        int slot = (int) (hash ^ (hash >>> 32)) & (slots - 1);
        while (table[slot] != 0 && table[slot] != hash) {
            slot = (slot + 1) & (slots - 1);
        }
        return slot;
    }

    private static long hash(String text) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < text.length(); i++) {
            hash = (hash ^ text.charAt(i)) * 0x100000001B3L;
        }
        return hash == 0 ? 1 : hash;
    }
}
