package io.ringdown.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.dispatcher.DispatcherCounters;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.engine.Engine;
import io.ringdown.cluster.engine.EngineSettings;
import io.ringdown.cluster.engine.EngineSettings.Serving;
import io.ringdown.cluster.engine.Mutant;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.SessionReplicator;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;

/**
 * Calls that an element makes up before it joins the others, so that its code is compiled when it gets its share of the real ones: one that
 * has just been started is many times slower. A dispatcher and an engine of its own, a clock that passes at will, and neither socket nor
 * other element.
 */
final class Practice implements Engine.Surroundings {
    private static final long MICROS_BETWEEN = 20_000;
    private static final InetSocketAddress CALLER = new InetSocketAddress(InetAddress.getLoopbackAddress(), 5_060);

    private final PriorityQueue<Due> due = new PriorityQueue<>(Comparator.comparingLong(Due::at));
    private final InetSocketAddress service;
    private final Dispatcher dispatcher;
    private final Engine engine;
    private long now = 1;
    /** Of the last response, with the tag that the engine gave. */
    private String to = "";

    private int answers;

    private record Due(long at, Runnable task) {}

    private Practice(ClusterConfig config, ElementConfig self) {
        service = config.service();
        var members = new Members(1, List.of(self), List.of(self));
        dispatcher = new Dispatcher(
                service, (now, callId, mark) -> self, () -> members, this::dispatched, new DispatcherCounters(), 0, 0);
        engine = new Engine(self.name(), settings(config.engine()), this);
        engine.replicateBy(SessionReplicator.none());
    }

    private static EngineSettings settings(EngineSettings real) {
        return new EngineSettings(
                real.service(),
                real.t1Micros(),
                Depth.TRANSACTIONS,
                real.beforeSend(),
                // There is no store to fetch from.
                true,
                Mutant.NONE,
                real.earlyAcknowledgeMicros(),
                real.loseOneIn(),
                0,
                real.application(),
                Serving.answer());
    }

    /**
     * Makes up calls and serves them.
     *
     * @return how many requests were answered: all but the ACKs of each call
     */
    static int serve(ClusterConfig config, ElementConfig self, int calls) {
        var practice = new Practice(config, self);
        for (int call = 0; call < calls; call++) {
            practice.call(call);
        }
        return practice.answers;
    }

    private void call(int call) {
        to = "<sip:answer@practice>";
        request("INVITE", call, 1);
        request("ACK", call, 1);
        request("INFO", call, 2);
        request("INVITE", call, 3);
        request("ACK", call, 3);
        request("BYE", call, 4);
        pass(MICROS_BETWEEN);
    }

    private void request(String method, int call, int cseq) {
        String text = method + " sip:answer@practice SIP/2.0\r\nVia: SIP/2.0/UDP "
                + CALLER.getAddress().getHostAddress() + ":" + CALLER.getPort() + ";branch=z9hG4bK-" + call + "-"
                + cseq + method + "\r\nMax-Forwards: 70\r\nFrom: <sip:practice@practice>;tag=p\r\nTo: " + to
                + "\r\nCall-ID: practice-" + call + "\r\nCSeq: " + cseq + " " + method
                + "\r\nContact: <sip:practice@practice>\r\nContent-Length: 0\r\n\r\n";
        byte[] bytes = text.getBytes(ISO_8859_1);
        dispatcher.received(bytes, bytes.length, CALLER);
        engine.turnEnded();
    }

    private void pass(long micros) {
        now += micros;
        while (!due.isEmpty() && due.peek().at <= now) {
            due.poll().task.run();
            engine.turnEnded();
        }
    }

    /** What the dispatcher sends: requests to the engine, and what comes back to the caller. */
    private void dispatched(byte[] message, int length, InetSocketAddress destination) {
        String text = new String(message, 0, length, ISO_8859_1);
        if (!text.startsWith("SIP/2.0 ")) {
            engine.received(message, length, service);
            return;
        }
        int at = text.indexOf("\r\nTo: ") + 6;
        to = text.substring(at, text.indexOf("\r\n", at));
        answers += text.startsWith("SIP/2.0 2") ? 1 : 0;
    }

    @Override
    public long epochMicros() {
        return now;
    }

    @Override
    public void at(long epochMicros, Runnable task) {
        due.add(new Due(epochMicros, task));
    }

    @Override
    public void execute(Runnable task) {
        at(now, task);
    }

    @Override
    public void send(byte[] datagram, int length, InetSocketAddress to) {
        dispatcher.received(datagram, length, service);
    }

    @Override
    public void request(byte[] datagram, int length, InetSocketAddress to) {
        // it only answers
    }

    @Override
    public void halt() {
        // nobody dies of practice
    }

    @Override
    public void event(String name, Map<String, Object> detail) {
        // of no interest to anybody
    }
}
