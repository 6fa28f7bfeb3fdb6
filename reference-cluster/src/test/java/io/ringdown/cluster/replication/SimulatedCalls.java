package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls to {@link SimulatedCluster}: INVITE, some INFOs at random times, BYE, some of them held open, each sent again until it is answered, as RFC 3261
 * section 17.1 says. What goes wrong is noted.
 */
final class SimulatedCalls {
    private static final long T1 = 500_000;
    private static final Pattern STATUS = Pattern.compile("SIP/2\\.0 (\\d\\d\\d) ");

    private final Random random;
    private final ElementConfig dispatcher;
    private final Map<String, Call> calls = new LinkedHashMap<>();
    final List<String> failures = new ArrayList<>();
    SimulatedCluster cluster;
    int begun;
    int ended;
    /** When something died last. */
    long struck;

    private static final class Call {
        final String id;
        String to = "<sip:answer@127.0.0.1>";
        int infos;
        int counted;
        int cseq;
        /** Empty between two requests. */
        String method = "";

        String text;
        long asked;
        long next;
        long interval;
        long deadline;
        boolean provisional;

        Call(String id) {
            this.id = id;
        }
    }

    SimulatedCalls(Random random, ElementConfig dispatcher) {
        this.random = random;
        this.dispatcher = dispatcher;
    }

    void begin(String id) {
        var call = new Call(id);
        call.infos = random.nextInt(4);
        begun++;
        calls.put(call.id, call);
        request(call, "INVITE");
    }

    boolean none() {
        return calls.isEmpty();
    }

    private void request(Call call, String method) {
        call.method = method;
        call.cseq++;
        long hold = random.nextInt(3) == 0 ? cluster.now / 1_000 + random.nextInt(4_000) : 0;
        call.text = text(call, method, call.cseq, hold == 0 ? "" : "X-Ringdown-Hold: final=" + hold + "\r\n");
        call.asked = cluster.now;
        call.interval = T1;
        call.next = cluster.now + T1;
        call.deadline = cluster.now + (method.equals("INVITE") ? 64 * T1 + 10_000_000 : 64 * T1);
        call.provisional = false;
        cluster.request(dispatcher, call.text, call.id);
    }

    private static String text(Call call, String method, int cseq, String more) {
        return method + " sip:answer@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.9:5070;branch=z9hG4bK" + call.id
                + cseq
                + (method.equals("ACK") ? "a" : "") + "\r\nFrom: <sip:a@b>;tag=f\r\nTo: " + call.to + "\r\nCall-ID: "
                + call.id + "\r\nCSeq: " + cseq + " " + method + "\r\n" + more + "Content-Length: 0\r\n\r\n";
    }

    /** What is due by now. */
    void act() {
        for (Call call : List.copyOf(calls.values())) {
            if (call.method.isEmpty()) {
                if (cluster.now >= call.next) {
                    request(call, call.infos-- > 0 ? "INFO" : "BYE");
                }
            } else if (cluster.now >= call.deadline) {
                fail(call, "unanswered");
            } else if (!call.provisional && cluster.now >= call.next) {
                call.interval = call.method.equals("INVITE") ? 2 * call.interval : Math.min(2 * call.interval, 8 * T1);
                call.next = cluster.now + call.interval;
                cluster.request(dispatcher, call.text, call.id);
            }
        }
    }

    /** Three seconds, in which nothing is lost. */
    void rest() {
        for (int i = 0; i < 60; i++) {
            cluster.pass(50_000);
            act();
            while (cluster.deliverOne(false)) {
                // until all is quiet
            }
        }
    }

    void received(String response) {
        Matcher status = STATUS.matcher(response);
        Call call = calls.get(header(response, "Call-ID"));
        if (call == null || !status.lookingAt()) {
            return;
        }
        String cseq = header(response, "CSeq");
        boolean accepted = cseq.equals("1 INVITE") && status.group(1).equals("200");
        if (accepted && call.cseq > 1 | call.method.isEmpty()) {
            if (!header(response, "To").equals(call.to)) {
                fail(call, "accepted twice");
            }
            cluster.request(dispatcher, text(call, "ACK", 1, ""), call.id);
        } else if (cseq.equals(call.cseq + " " + call.method)) {
            answered(call, Integer.parseInt(status.group(1)), response);
        }
    }

    private void answered(Call call, int status, String response) {
        if (status < 200) {
            call.provisional = call.method.equals("INVITE");
            return;
        }
        call.counted += call.method.equals("INFO") ? 1 : 0;
        if (status != 200) {
            String before = call.asked <= struck ? ", asked before" : "";
            fail(call, "answered " + status + " by " + header(response, "X-Ringdown-Node") + before);
        } else if (call.method.equals("INVITE")) {
            call.to = header(response, "To");
            cluster.request(dispatcher, text(call, "ACK", 1, ""), call.id);
        } else if (!header(response, "X-Ringdown-Counter").equals(String.valueOf(call.counted))) {
            fail(call, "counted " + header(response, "X-Ringdown-Counter") + ", not " + call.counted);
        } else if (call.method.equals("BYE")) {
            ended++;
            calls.remove(call.id);
        }
        call.method = "";
        call.next = cluster.now + random.nextInt(15_000) * 1_000L;
    }

    private void fail(Call call, String how) {
        failures.add(call.id + ": " + call.method + " " + call.cseq + " " + how);
        calls.remove(call.id);
    }

    private static String header(String text, String name) {
        int at = text.indexOf("\r\n" + name + ": ");
        return at < 0 ? "" : text.substring(at + name.length() + 4, text.indexOf("\r\n", at + 2));
    }
}
