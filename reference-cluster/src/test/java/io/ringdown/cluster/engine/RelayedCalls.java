package io.ringdown.cluster.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.callee.Callee;
import io.ringdown.cluster.engine.EngineSettings.Serving;
import io.ringdown.cluster.engine.EngineSettings.Serving.Kind;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.sip.SipMessage;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import java.util.Random;

/** Two engines that relay, of which one lives at a time, between a caller and a callee. */
abstract class RelayedCalls extends TwoEngines {
    static final InetSocketAddress CALLEE = new InetSocketAddress("127.0.0.3", 5080);

    private final Queue<Runnable> network = new ArrayDeque<>();
    /** What the engines sent the callee, lost or not. */
    final List<String> passed = new ArrayList<>();

    final Callee callee = new Callee(CALLEE, (text, to) -> {
        assertService(to);
        network.add(() -> arrive(text, CALLEE));
    });

    Engine live;
    /** Whether what engines send to the callee is lost. */
    boolean calleeCutOff;

    /** What begins so is lost on its way to the callee. */
    String losing = "nothing";

    /** Loses datagrams by chance; null: none. */
    Random loss;

    /** The caller's dialog. */
    String toTag = "";

    String target = "sip:service@127.0.0.2:5060";
    String routes = "";

    private static void assertService(InetSocketAddress to) {
        if (!to.equals(SERVICE)) {
            throw new AssertionError("the callee sends to " + to);
        }
    }

    void begin(Kind kind) {
        begin(kind, Depth.TRANSACTIONS, Mutant.NONE);
    }

    void begin(Kind kind, Depth depth, Mutant mutant) {
        serving = new Serving(kind, CALLEE, serving.records(), serving.poison(), serving.guarded());
        start(depth, mutant);
        live = first;
    }

    @Override
    void leaves(String engine, String text, InetSocketAddress to) {
        if (engine.equals(dead) || lost()) {
            return;
        }
        if (to.equals(CALLEE)) {
            passed.add(text);
            if (!calleeCutOff && !text.startsWith(losing)) {
                network.add(() -> callee.receive(text));
            }
        } else if (to.equals(CALLER)) {
            sent.add(text);
        } else {
            throw new AssertionError("to " + to + ": " + text);
        }
    }

    private boolean lost() {
        return loss != null && loss.nextInt(5) == 0;
    }

    void arrive(String text, InetSocketAddress from) {
        if (lost()) {
            return;
        }
        byte[] bytes = text.getBytes(ISO_8859_1);
        live.received(bytes, bytes.length, from);
        live.turnEnded();
    }

    void deliver() {
        while (!network.isEmpty()) {
            network.poll().run();
        }
    }

    @Override
    void pass(long millis) {
        long end = now + millis * 1_000;
        while (!timers.isEmpty() && nextTimer() <= end) {
            super.pass(Math.max(0, (nextTimer() - now + 999) / 1_000));
            deliver();
        }
        super.pass((end - now) / 1_000);
        deliver();
    }

    @Override
    void firstDies() {
        network.clear();
        super.firstDies();
        live = second;
        deliver();
    }

    void fromCaller(String method, int cseq, String branch) {
        fromCaller(method, cseq, branch, "");
    }

    void fromCaller(String method, int cseq, String branch, String body) {
        arrive(
                method + " " + target + " SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK" + branch + "\r\n"
                        + routes + "Max-Forwards: 70\r\nFrom: \"A\" <sip:a@127.0.0.1:5070>;tag=f\r\n"
                        + "To: <sip:service@127.0.0.2>" + (toTag.isEmpty() ? "" : ";tag=" + toTag) + "\r\nCall-ID: "
                        + callId + "\r\nCSeq: " + cseq + " " + method
                        + "\r\nContact: <sip:a@127.0.0.1:5070>\r\nX-Custom: kept\r\nContent-Length: " + body.length()
                        + "\r\n\r\n" + body,
                CALLER);
        deliver();
    }

    /** The caller takes its dialog from the 2xx that came last. */
    void learn() {
        SipMessage last = message(sent.get(sent.size() - 1));
        toTag = last.toTag();
        target = last.header("Contact").replaceAll("[<>]", "");
        var text = new StringBuilder();
        List<String> recorded = last.list("Record-Route");
        for (int i = recorded.size() - 1; i >= 0; i--) {
            text.append("Route: ").append(recorded.get(i)).append("\r\n");
        }
        routes = text.toString();
    }

    @Override
    String establish() {
        fromCaller("INVITE", 1, "i", "v=offer");
        learn();
        fromCaller("ACK", 1, "a");
        return toTag;
    }

    /** The caller answers the request that came last. */
    void callerAnswers(int status) {
        SipMessage request = message(sent.stream()
                .filter(text -> !text.startsWith("SIP/2.0") && !text.startsWith("ACK"))
                .reduce((earlier, later) -> later)
                .orElseThrow());
        var text = new StringBuilder("SIP/2.0 " + status + " Fine\r\n");
        request.vias().forEach(via -> text.append("Via: ").append(via.text()).append("\r\n"));
        text.append("From: ").append(request.header("From")).append("\r\nTo: ").append(request.header("To"));
        text.append("\r\nCall-ID: ")
                .append(request.callId())
                .append("\r\nCSeq: ")
                .append(request.header("CSeq"));
        text.append("\r\nContact: <sip:a@127.0.0.1:5070>\r\nContent-Length: 0\r\n\r\n");
        arrive(text.toString(), CALLER);
        deliver();
    }

    /** The Call-ID that the callee knows. */
    String calleeCallId() {
        return serving.kind() == Kind.B2BUA ? CallKey.calleeSide(callId) : callId;
    }

    void fromCallee(String method) {
        callee.send(calleeCallId(), method, "");
        deliver();
    }

    static SipMessage message(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        return SipMessage.parse(bytes, bytes.length);
    }

    /** What came to the caller: status and method of responses, methods of requests, and the node of responses. */
    List<String> heard() {
        return sent.stream()
                .map(text -> text.startsWith("SIP/2.0")
                        ? text.substring(8, 11) + header(text, "CSeq").replaceAll("^\\d+", "") + " "
                                + header(text, "X-Ringdown-Node")
                        : text.substring(0, text.indexOf(' ')))
                .toList();
    }
}
