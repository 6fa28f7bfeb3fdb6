package io.ringdown.workloads.calls;

import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Phase;
import java.net.InetSocketAddress;
import java.util.concurrent.atomic.AtomicInteger;

/** OPTIONS outside of any dialog, from one source to one service address, at an interval; each has a Call-ID of its own. */
final class KeepAlives {
    private final UserAgent agent;
    private final Dialog stream;
    private final long interval;
    private volatile boolean stopped;
    private final AtomicInteger open = new AtomicInteger();

    KeepAlives(UserAgent agent, InetSocketAddress service, long interval) {
        this.agent = agent;
        this.interval = interval;
        stream = agent.newDialog();
        stream.service = service;
        agent.record(new Call(stream.call, stream.callId, CallRole.KEEP_ALIVE, Phase.NONE, false, -1));
    }

    void begin(long intended) {
        if (stopped) {
            return;
        }
        agent.wire.at(intended + interval, () -> begin(intended + interval));
        Dialog each = agent.probe(stream, stream.intents);
        each.service = stream.service;
        each.intents = stream.intents++;
        Attempt options = Attempt.first(each, Intent.OPTIONS, intended);
        options.paced = true;
        options.moves = false;
        options.ended = ended -> open.decrementAndGet();
        open.incrementAndGet();
        agent.send(options);
    }

    void stop() {
        stopped = true;
    }

    boolean open() {
        return open.get() > 0;
    }
}
