package io.ringdown.cluster.callee;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.SipUri;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** A user agent that calls, for tests: keeps many calls, repeats what nobody answered, and accepts what it is asked. */
public final class Caller implements AutoCloseable {
    private static final class Dialog {
        String toTag = "";
        String target;
        List<String> routes = List.of();
        int cseq;
    }

    private final Line line;
    private final InetSocketAddress service;
    private final Map<String, Dialog> dialogs = new LinkedHashMap<>();
    private final Map<String, String> open = new LinkedHashMap<>();
    private final Map<String, SipMessage> responses = new LinkedHashMap<>();
    private final List<String> asked = new ArrayList<>();

    public Caller(String host, InetSocketAddress service) throws IOException {
        this.service = service;
        line = new Line(host, 0, this::receive, this::repeat);
    }

    /** Begins a call. */
    public synchronized void invite(String callId, String user) {
        var dialog = new Dialog();
        dialog.target = "sip:" + user + "@" + text(service);
        dialogs.put(callId, dialog);
        request(callId, "INVITE");
    }

    private static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** Sends the next request of a call, again until it has its final response. */
    public synchronized void request(String callId, String method) {
        Dialog dialog = dialogs.get(callId);
        dialog.cseq++;
        String key = callId + " " + dialog.cseq + " " + method;
        open.put(key, written(callId, dialog, method, dialog.cseq, method));
        send(dialog, open.get(key));
    }

    private String written(String callId, Dialog dialog, String method, int cseq, String branch) {
        var text = new StringBuilder(method + " " + dialog.target + " SIP/2.0\r\nVia: SIP/2.0/UDP "
                + text(line.address()) + ";branch=z9hG4bK" + callId + cseq + branch + "\r\nMax-Forwards: 70\r\n");
        dialog.routes.forEach(route -> text.append("Route: ").append(route).append("\r\n"));
        String tag = dialog.toTag.isEmpty() ? "" : ";tag=" + dialog.toTag;
        return text + "From: <sip:caller@ringdown>;tag=f\r\nTo: <sip:callee@ringdown>" + tag + "\r\nCall-ID: " + callId
                + "\r\nCSeq: " + cseq + " " + method + "\r\nContact: <sip:caller@" + text(line.address())
                + ">\r\nContent-Length: 0\r\n\r\n";
    }

    private void send(Dialog dialog, String text) {
        String next = dialog.routes.isEmpty() ? dialog.target : dialog.routes.get(0);
        line.send(text, SipUri.of(next).address());
    }

    private synchronized void repeat() {
        open.forEach((key, text) -> send(dialogs.get(key.split(" ")[0]), text));
    }

    private synchronized void receive(String text, InetSocketAddress from) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        SipMessage message = SipMessage.parse(bytes, bytes.length);
        if (message.isRequest()) {
            asked(message);
            return;
        }
        String key = message.callId() + " " + message.cseq() + " " + message.cseqMethod();
        Dialog dialog = dialogs.get(message.callId());
        boolean invite = message.cseqMethod().equals("INVITE");
        responses.merge(key, message, (before, now) -> now.status() >= before.status() ? now : before);
        if (message.status() < 200) {
            return;
        }
        String request = open.remove(key);
        if (invite && message.status() < 300) {
            dialog.toTag = message.toTag();
            dialog.target = SipUri.of(message.list("Contact").get(0)).text();
            dialog.routes = new ArrayList<>(message.list("Record-Route"));
            Collections.reverse(dialog.routes);
            send(dialog, written(message.callId(), dialog, "ACK", message.cseq(), "ACK"));
        } else if (invite && request != null) {
            String ack = request.replaceFirst("^INVITE", "ACK")
                    .replace("CSeq: " + message.cseq() + " INVITE", "CSeq: " + message.cseq() + " ACK")
                    .replaceFirst("\r\nTo: [^\r]*", "\r\nTo: " + message.header("To"));
            send(dialog, ack);
        }
    }

    private void asked(SipMessage request) {
        String what = request.callId() + " " + request.cseq() + " " + request.method();
        if (!asked.contains(what)) {
            asked.add(what);
        }
        if (request.method().equals("ACK")) {
            return;
        }
        var text = new StringBuilder("SIP/2.0 200 OK\r\n");
        request.vias().forEach(via -> text.append("Via: ").append(via.text()).append("\r\n"));
        text.append("From: " + request.header("From") + "\r\nTo: " + request.header("To") + "\r\nCall-ID: "
                + request.callId() + "\r\nCSeq: " + request.header("CSeq") + "\r\nContact: <sip:caller@"
                + text(line.address()) + ">\r\nContent-Length: 0\r\n\r\n");
        line.send(text.toString(), request.vias().get(0).destination());
    }

    /** Requests that have no final response. */
    public synchronized List<String> open() {
        return List.copyOf(open.keySet());
    }

    /** Highest response to each request, by Call-ID, CSeq number and method. */
    public synchronized Map<String, SipMessage> responses() {
        return Map.copyOf(responses);
    }

    /** What it was asked, once each: Call-ID, CSeq number and method. */
    public synchronized List<String> asked() {
        return List.copyOf(asked);
    }

    @Override
    public void close() {
        line.close();
    }
}
