package io.ringdown.cluster.engine;

import java.net.InetSocketAddress;

/** A request as it leaves, and where it goes. */
record Outgoing(String text, InetSocketAddress destination) {}
