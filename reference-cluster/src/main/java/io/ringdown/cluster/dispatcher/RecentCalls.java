package io.ringdown.cluster.dispatcher;

/**
 * The calls whose set-up was passed on last, some hundred thousand: when new ones are refused, an INVITE that comes again must not be, since its
 * call may have been accepted. In two generations, the older of which is forgotten as a whole. For one thread.
 */
final class RecentCalls {
    private static final int SLOTS = 1 << 17;
    private static final int MOST = SLOTS / 2;

    private long[] newer = new long[SLOTS];
    private long[] older = new long[SLOTS];
    private int count;

    void add(String callId) {
        long hash = hash(callId);
        int slot = slot(newer, hash);
        if (newer[slot] != hash) {
            newer[slot] = hash;
            count++;
        }
        if (count == MOST) {
            long[] forgotten = older;
            older = newer;
            newer = forgotten;
            java.util.Arrays.fill(newer, 0);
            count = 0;
        }
    }

    boolean contains(String callId) {
        long hash = hash(callId);
        return newer[slot(newer, hash)] == hash || older[slot(older, hash)] == hash;
    }

    /** Where it is, or would be. */
    private static int slot(long[] table, long hash) {
        int slot = (int) (hash ^ (hash >>> 32)) & (SLOTS - 1);
        while (table[slot] != 0 && table[slot] != hash) {
            slot = (slot + 1) & (SLOTS - 1);
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
