package io.ringdown.workloads.calls;

import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Phase;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * OPTIONS sent once each, steadily: they show when rerouting is done. Each has a Call-ID of its own, so that they reach every engine;
 * one recorded call stands for all of them.
 */
final class DetectionProbes {
    private final List<UserAgent> agents;
    private final Dialog stream;
    private final long interval;
    private final int step;
    private final long until;
    private final AtomicInteger open = new AtomicInteger();
    private volatile boolean stopped;

    /**
     * Probes yet to begin.
     *
     * @param agents of one thread; the probes are dealt over them
     * @param interval nanoseconds between two of them
     * @param until instant of the last one at most
     * @param share which of them these are
     */
    DetectionProbes(List<UserAgent> agents, long interval, long until, Share share) {
        this.agents = List.copyOf(agents);
        UserAgent agent = agents.get(0);
        step = share.of();
        this.interval = step * interval;
        this.until = until;
        stream = agent.newDialog();
        stream.intents = share.index();
        agent.record(new Call(stream.call, stream.callId, CallRole.DETECTION_PROBE, Phase.NONE, false, -1));
    }

    void begin(long intended) {
        if (intended > until || stopped) {
            return;
        }
        UserAgent agent = agents.get(stream.intents / step % agents.size());
        agent.wire.at(intended + interval, () -> begin(intended + interval));
        Dialog probe = agent.probe(stream, stream.intents);
        probe.intents = stream.intents;
        stream.intents += step;
        Attempt options = Attempt.first(probe, Intent.OPTIONS, intended);
        options.paced = true;
        options.retransmits = false;
        options.ended = ended -> open.decrementAndGet();
        open.incrementAndGet();
        agent.send(options);
    }

    void stop() {
        stopped = true;
    }

    int open() {
        return open.get();
    }
}
