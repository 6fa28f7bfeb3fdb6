package io.ringdown.cluster;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.sip.EventLoop;
import java.net.InetSocketAddress;

/** A dispatcher on its thread: told there of what happens to the members, and of its own backlog. */
record Dispatching(Dispatcher dispatcher, EventLoop loop, Backlog backlog) {
    /** What the others take to agree that an element is gone; then its requests go on whatever they think. */
    private static final long AGREED_MICROS = 200_000;

    /** One that refuses new calls while what comes to its address waits for too long. */
    static Dispatching watched(Dispatcher dispatcher, EventLoop loop, InetSocketAddress address, ClusterConfig config) {
        long overload = config.engine().overloadMicros();
        var backlog = new Backlog(loop::epochMicros, config.engine().t1Micros(), overload);
        if (overload > 0) {
            dispatcher.refuseNewWhile(backlog);
            backlog.watch(loop, address);
        }
        return new Dispatching(dispatcher, loop, backlog);
    }

    void received(byte[] data, int length, InetSocketAddress from) {
        if (!backlog.took(data, length, from)) {
            dispatcher.received(data, length, from);
        }
    }

    void membersChanged() {
        loop.execute(dispatcher::membersChanged);
    }

    void gone(ElementConfig element) {
        loop.execute(() -> {
            dispatcher.hold(element);
            loop.at(loop.epochMicros() + AGREED_MICROS, () -> dispatcher.release(element));
        });
    }
}
