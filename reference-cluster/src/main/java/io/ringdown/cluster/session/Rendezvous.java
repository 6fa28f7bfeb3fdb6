package io.ringdown.cluster.session;

/**
 * The hash by which calls find their places (rendezvous hashing, Thaler and Ravishankar, 1998): each place has a weight for each call, and
 * the heaviest one gets it. Everybody agrees without talking, and a place that comes or goes moves no call between the others.
 */
public final class Rendezvous {
    private Rendezvous() {}

    /** A call's key as a number. */
    public static long hash(String callId) {
        long hash = 0xCBF29CE484222325L;
        for (int i = 0; i < callId.length(); i++) {
            hash = (hash ^ callId.charAt(i)) * 0x100000001B3L;
        }
        return hash;
    }

    /** Spreads a number over all numbers. */
    public static long mix(long value) {
        long z = (value ^ (value >>> 30)) * 0xBF58476D1CE4E5B9L;
        z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
        return z ^ (z >>> 31);
    }
}
