package io.ringdown.cluster.sip;

/**
 * What TCP connections of clients may take of an element.
 *
 * @param most how many there are at once
 * @param idleMicros silence of a client that ends its connection. Longer than an INVITE takes that a proxy gives up (Timer C): transactions
 *     end on the connection that they began on
 * @param stuckMicros for how long a message may take to come as a whole, or to be taken
 * @param mostUnsent bytes that one client may leave untaken
 * @param mostKept bytes of unfinished and of untaken messages of all clients
 */
public record ConnectionLimits(int most, long idleMicros, long stuckMicros, int mostUnsent, int mostKept) {
    /** Where nothing else is said. */
    public static ConnectionLimits usual() {
        return of(2_000, 200_000_000);
    }

    /** With the other limits as usual. */
    public static ConnectionLimits of(int most, long idleMicros) {
        return new ConnectionLimits(most, idleMicros, Math.min(idleMicros, 32_000_000), 1 << 20, 16 << 20);
    }
}
