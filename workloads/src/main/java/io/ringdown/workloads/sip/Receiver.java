package io.ringdown.workloads.sip;

import java.net.InetSocketAddress;

/** Who is told what comes by a wire, on the wire's thread. */
public interface Receiver {
    /** A message came, or something else in its place; the array is reused. */
    void received(byte[] data, int length, InetSocketAddress from);

    /** A connection that was made to an address ended, with whatever was on its way. Another one is being made. */
    default void connectionLost(InetSocketAddress to) {
        // where there are no connections none is lost
    }
}
