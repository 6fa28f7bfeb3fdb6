package io.ringdown.workloads.peer;

import java.io.IOException;
import java.net.InetSocketAddress;

/** Somebody who takes every call, at an address. */
public interface Peer extends AutoCloseable {
    /** Where requests are sent. */
    InetSocketAddress address();

    @Override
    void close() throws IOException;
}
