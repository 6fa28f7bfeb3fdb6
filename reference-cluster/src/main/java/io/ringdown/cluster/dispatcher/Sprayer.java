package io.ringdown.cluster.dispatcher;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * An IP sprayer (paper section 5.2): passes datagrams to SIP proxies in turn and reads none. As it cannot keep a datagram's source address, it
 * puts a {@link ProxyHeader} in front that names it. May be told of changes from any thread.
 */
public final class Sprayer {
    private final LongAdder sprayed = new LongAdder();
    private final LongAdder dropped = new LongAdder();
    private volatile List<InetSocketAddress> proxies = List.of();
    private final AtomicInteger turns = new AtomicInteger();

    /** The proxies that live now. */
    public synchronized void sprayOver(List<InetSocketAddress> living) {
        proxies = List.copyOf(living);
    }

    /** One of them is gone. */
    public synchronized void without(InetSocketAddress proxy) {
        proxies = proxies.stream().filter(other -> !other.equals(proxy)).toList();
    }

    /** A datagram came. From any thread. */
    public void received(byte[] data, int length, InetSocketAddress from, Dispatcher.Sender sender) {
        List<InetSocketAddress> now = proxies;
        if (now.isEmpty()) {
            dropped.increment();
            return;
        }
        int turn = Math.floorMod(turns.incrementAndGet(), now.size());
        byte[] framed = ProxyHeader.framed(data, length, from, now.get(turn));
        sender.send(framed, framed.length, now.get(turn));
        sprayed.increment();
    }

    /** Figures in Prometheus' text format. */
    public String prometheus() {
        return "ringdown_sprayed_total " + sprayed.sum() + "\nringdown_dropped_total " + dropped.sum() + "\n";
    }
}
