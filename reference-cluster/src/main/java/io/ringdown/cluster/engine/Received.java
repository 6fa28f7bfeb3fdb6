package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.SipMessage;
import java.net.InetSocketAddress;

/** A message, and who sent it. */
record Received(SipMessage message, InetSocketAddress from) {}
