package io.ringdown.workloads.calls;

import io.ringdown.record.CallRecorder;
import io.ringdown.record.Caller;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.SelfChecks;
import io.ringdown.workloads.Answerer;
import io.ringdown.workloads.sip.UdpLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicInteger;

/** The built-in callee: one user agent at an address, by UDP, on a thread of its own. */
public final class Callee implements Answerer {
    private final UdpLoop loop;
    private final UserAgent agent;
    private final CalledAgent called;
    private final Workload workload;
    private volatile Binding binding;

    /**
     * Binds its socket.
     *
     * @param services of the cluster, where it registers if the workload wants that
     * @param elements the SIP addresses of the cluster's elements, where it may be redirected
     * @param nodeHeader in which an element names itself, in what it passes on; or empty
     * @throws IOException if it cannot; the message is one line
     */
    public Callee(
            InetSocketAddress address,
            List<InetSocketAddress> services,
            List<InetSocketAddress> elements,
            Workload workload,
            String nodeHeader,
            CallRecorder recorder,
            RunClock clock)
            throws IOException {
        this.workload = workload;
        try {
            loop = new UdpLoop(address, clock::nanos);
        } catch (IOException e) {
            throw new IOException("callee: " + UserAgent.text(address) + ": " + e.getMessage(), e);
        }
        if (workload.caller().realTime()) {
            loop.inRealTime();
        }
        String run = "c" + Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
        var numbers = new AtomicInteger();
        var settings = new GeneratorSettings(services, List.of(address), workload.by(Caller.PLAIN), nodeHeader, null)
                .with(elements);
        agent = new UserAgent(settings, loop, recorder, clock, run, numbers::getAndIncrement, "callee");
        called = new CalledAgent(agent, clock, recorder, run, numbers);
    }

    /** Lets its answers leave together, for load ({@link UdpLoop#sendTogether}). Before it begins. */
    public void sendTogether() {
        loop.sendTogether();
    }

    @Override
    public void start() {
        if (workload.callee() != null && workload.callee().registers() != null) {
            var own = new Binding(agent, "callee", workload.callee().registers().toSeconds());
            binding = own;
            long now = loop.nanos();
            loop.at(now, () -> own.begin(now));
        }
        loop.start(called);
    }

    /** Where it is. */
    public InetSocketAddress address() {
        return loop.local();
    }

    @Override
    public Throwable failure() {
        return loop.failure();
    }

    @Override
    public String trouble() {
        String refused = binding == null ? "" : binding.refused();
        return refused.isEmpty() ? "" : "it is not registered: " + refused;
    }

    @Override
    public SelfChecks selfChecks() {
        return new SelfChecks(
                0,
                0,
                0,
                0,
                failure() != null,
                loop.kernelDrops(),
                loop.sendErrors(),
                loop.longestStall(),
                called.strays(),
                0);
    }

    @Override
    public void close() throws IOException {
        loop.close();
        called.close();
    }
}
