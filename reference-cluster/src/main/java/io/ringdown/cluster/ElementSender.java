package io.ringdown.cluster;

import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.sip.EventLoop;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;

/**
 * What a dispatcher sends by an event loop.
 *
 * @param tcp whether to other elements by connections that are kept open, instead of as datagrams
 */
record ElementSender(EventLoop loop, boolean tcp) implements Dispatcher.Sender {
    @Override
    public void send(byte[] message, int length, InetSocketAddress to) {
        if (tcp) {
            loop.sendByTrunk(message, length, to);
        } else {
            loop.send(message, length, to);
        }
    }

    @Override
    public String transport() {
        return tcp ? "TCP" : "UDP";
    }

    @Override
    public long behind(InetSocketAddress processor) {
        return tcp ? loop.behind(processor) : 0;
    }

    @Override
    public void respond(byte[] response, int length, Via via) {
        loop.respond(response, length, via);
    }

    @Override
    public void later(long micros, Runnable task) {
        loop.at(loop.epochMicros() + micros, task);
    }
}
