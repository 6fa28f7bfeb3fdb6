package io.ringdown.cluster.dispatcher;

import io.ringdown.cluster.sip.ProxyHeader;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.LongAdder;

/**
 * An IP sprayer (paper section 5.2): passes datagrams and connections to SIP proxies in turn and reads none. As it cannot keep their source, it
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
        InetSocketAddress proxy = next();
        if (proxy != null) {
            byte[] framed = ProxyHeader.framed(data, length, from, proxy);
            sender.send(framed, framed.length, proxy);
        }
    }

    /** Whose turn it is to get a datagram or a connection, or null if there is nobody. From any thread. */
    public InetSocketAddress next() {
        List<InetSocketAddress> now = proxies;
        if (now.isEmpty()) {
            dropped.increment();
            return null;
        }
        sprayed.increment();
        return now.get(Math.floorMod(turns.incrementAndGet(), now.size()));
    }

    /** The proxies that get something now. */
    public List<InetSocketAddress> living() {
        return proxies;
    }

    /** Figures in Prometheus' text format. */
    public String prometheus() {
        return "ringdown_sprayed_total " + sprayed.sum() + "\nringdown_dropped_total " + dropped.sum() + "\n";
    }
}
