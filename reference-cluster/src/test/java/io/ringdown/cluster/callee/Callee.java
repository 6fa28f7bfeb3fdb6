package io.ringdown.cluster.callee;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * A user agent that is called, for tests: it knows a repetition by RFC 3261 section 17.2.3, counts what it takes for new, and can send requests of
 * its own. For one thread.
 */
public final class Callee {
    /** Sends a message. */
    public interface Sender {
        void send(String text, InetSocketAddress to);
    }

    /** What it does with an INVITE. */
    public enum Manner {
        SILENT,
        RING,
        ANSWER,
        BUSY
    }

    /** One call of it. */
    private static final class Dialog {
        SipMessage invite;
        String tag;
        String accepted = "";
        int cseq = 100;
        int informed;
        boolean over;
    }

    private final InetSocketAddress self;
    private final Sender sender;
    private final Map<String, Dialog> dialogs = new HashMap<>();
    /** Last response, by transaction; empty: none yet. */
    private final Map<String, String> transactions = new LinkedHashMap<>();

    /** Failures of INVITEs without ACK, by the branch. */
    private final Map<String, String> refused = new LinkedHashMap<>();

    private final Map<String, String> open = new LinkedHashMap<>();
    private final List<String> seen = new ArrayList<>();
    private final List<String> responses = new ArrayList<>();
    private final List<String> texts = new ArrayList<>();
    private Manner manner = Manner.ANSWER;
    private long serial;

    public Callee(InetSocketAddress self, Sender sender) {
        this.self = self;
        this.sender = sender;
    }

    public void manner(Manner now) {
        manner = now;
    }

    /** Methods and CSeq numbers of the requests that it took for new ones, in order. */
    public List<String> seen() {
        return List.copyOf(seen);
    }

    /** How many INVITEs without To tag a call had. */
    public long invites(String callId) {
        return seen.stream().filter(("INVITE " + callId)::equals).count();
    }

    /** Statuses and methods of responses to its own requests. */
    public List<String> responses() {
        return List.copyOf(responses);
    }

    /** All that came, as it came. */
    public List<String> texts() {
        return List.copyOf(texts);
    }

    /** Call-IDs of its calls. */
    public List<String> calls() {
        return List.copyOf(dialogs.keySet());
    }

    public void receive(String text) {
        texts.add(text);
        byte[] bytes = text.getBytes(ISO_8859_1);
        SipMessage message = SipMessage.parse(bytes, bytes.length);
        if (!message.isRequest()) {
            responded(message);
            return;
        }
        Via top = message.vias().get(0);
        String transaction = top.branch() + " " + top.host() + ":" + top.port() + " " + message.method();
        if (message.method().equals("ACK")) {
            note(message);
            refused.remove(top.branch());
            Dialog dialog = dialogs.get(message.callId());
            if (dialog != null) {
                dialog.accepted = "";
            }
        } else if (transactions.containsKey(transaction)) {
            String last = transactions.get(transaction);
            if (!last.isEmpty()) {
                sender.send(last, top.destination());
            }
        } else {
            transactions.put(transaction, "");
            note(message);
            request(message, transaction);
        }
    }

    private void note(SipMessage message) {
        boolean begins = message.method().equals("INVITE") && message.toTag().isEmpty();
        seen.add(message.method() + " " + (begins ? message.callId() : message.cseq()));
    }

    private void request(SipMessage request, String transaction) {
        Dialog dialog = dialogs.get(request.callId());
        switch (request.method()) {
            case "INVITE" -> {
                if (request.toTag().isEmpty() && dialog != null) {
                    // Section 8.2.2.2.
                    respond(request, transaction, 482, "", "");
                } else if (request.toTag().isEmpty()) {
                    begin(request, transaction);
                } else if (manner != Manner.SILENT) {
                    dialog.accepted = respond(request, transaction, 200, dialog.tag, "v=again");
                }
            }
            case "CANCEL" -> {
                String invite = transaction.replace("CANCEL", "INVITE");
                respond(request, transaction, transactions.containsKey(invite) ? 200 : 481, "t", "");
                if (transactions.containsKey(invite) && dialog.accepted.isEmpty()) {
                    respond(dialog.invite, invite, 487, dialog.tag, "");
                }
            }
            default -> {
                if (dialog == null || dialog.over || !dialog.tag.equals(request.toTag())) {
                    respond(request, transaction, 481, "", "");
                } else if (manner != Manner.SILENT) {
                    dialog.over = request.method().equals("BYE");
                    dialog.informed += request.method().equals("INFO") ? 1 : 0;
                    respond(request, transaction, 200, dialog.tag, "");
                }
            }
        }
    }

    private void begin(SipMessage invite, String transaction) {
        var dialog = new Dialog();
        dialog.invite = invite;
        dialog.tag = "callee" + ++serial;
        dialogs.put(invite.callId(), dialog);
        switch (manner) {
            case RING -> respond(invite, transaction, 180, dialog.tag, "");
            case BUSY -> respond(invite, transaction, 486, dialog.tag, "");
            case ANSWER -> {
                respond(invite, transaction, 180, dialog.tag, "");
                answer(invite.callId());
            }
            default -> {
                // nothing yet
            }
        }
    }

    /** Accepts a call. */
    public void answer(String callId) {
        Dialog dialog = dialogs.get(callId);
        Via top = dialog.invite.vias().get(0);
        String transaction = top.branch() + " " + top.host() + ":" + top.port() + " INVITE";
        dialog.accepted = respond(dialog.invite, transaction, 200, dialog.tag, "v=answer");
    }

    private String respond(SipMessage request, String transaction, int status, String tag, String body) {
        var text = new StringBuilder("SIP/2.0 " + status + " Fine\r\n");
        request.vias().forEach(via -> text.append("Via: ").append(via.text()).append("\r\n"));
        request.headers("Record-Route")
                .forEach(route -> text.append("Record-Route: ").append(route).append("\r\n"));
        text.append("From: ").append(request.header("From")).append("\r\nTo: ").append(request.header("To"));
        boolean tagged = request.toTag().isEmpty() && !tag.isEmpty();
        text.append(tagged ? ";tag=" + tag : "").append("\r\nCall-ID: ").append(request.callId());
        text.append("\r\nCSeq: ").append(request.header("CSeq"));
        text.append("\r\nContact: <").append(uri()).append(">\r\n");
        Dialog dialog = dialogs.get(request.callId());
        if (request.method().equals("INFO") && dialog != null) {
            text.append("X-Ringdown-Counter: ").append(dialog.informed).append("\r\n");
        }
        text.append("X-Ringdown-Node: callee\r\nContent-Length: ")
                .append(body.length())
                .append("\r\n\r\n")
                .append(body);
        transactions.put(transaction, text.toString());
        if (request.method().equals("INVITE") && status >= 300) {
            refused.put(request.vias().get(0).branch(), text.toString());
        }
        sender.send(text.toString(), request.vias().get(0).destination());
        return text.toString();
    }

    private String uri() {
        return "sip:callee@" + self.getAddress().getHostAddress() + ":" + self.getPort();
    }

    /** Sends a request of its own inside a call, to be repeated until it is answered. */
    public void send(String callId, String method, String body) {
        Dialog dialog = dialogs.get(callId);
        dialog.cseq += method.equals("ACK") ? 0 : 1;
        String branch = "z9hG4bKown" + ++serial;
        List<String> routes = dialog.invite.list("Record-Route");
        String contact = dialog.invite.list("Contact").get(0);
        var text = new StringBuilder(method + " " + contact.replaceAll("[<>]", "") + " SIP/2.0\r\nVia: SIP/2.0/UDP "
                + self.getAddress().getHostAddress() + ":" + self.getPort() + ";branch=" + branch + "\r\n");
        routes.forEach(route -> text.append("Route: ").append(route).append("\r\n"));
        text.append("From: ")
                .append(dialog.invite.header("To"))
                .append(";tag=")
                .append(dialog.tag)
                .append("\r\nTo: ")
                .append(dialog.invite.header("From"))
                .append("\r\nCall-ID: ")
                .append(callId)
                .append("\r\nMax-Forwards: 70\r\nCSeq: ")
                .append(dialog.cseq + " " + method)
                .append("\r\nContact: <" + uri() + ">\r\nContent-Length: " + body.length() + "\r\n\r\n" + body);
        if (!method.equals("ACK")) {
            open.put(branch, text.toString());
        }
        sender.send(text.toString(), next(dialog));
    }

    /** Where its requests go: the first of its route set, or the contact. */
    private static InetSocketAddress next(Dialog dialog) {
        List<String> all = new ArrayList<>(dialog.invite.list("Record-Route"));
        all.addAll(dialog.invite.list("Contact"));
        return io.ringdown.cluster.sip.SipUri.of(all.get(0)).address();
    }

    private void responded(SipMessage response) {
        String branch = response.vias().get(0).branch();
        if (response.status() < 200 || open.remove(branch) == null) {
            return;
        }
        responses.add(response.status() + " " + response.cseqMethod());
        if (response.cseqMethod().equals("INVITE")) {
            send(response.callId(), "ACK", "");
        }
    }

    /** Sends again what nobody answered or acknowledged: to be called at times. */
    public void repeat() {
        List.copyOf(open.values()).forEach(text -> {
            byte[] bytes = text.getBytes(ISO_8859_1);
            sender.send(
                    text, next(dialogs.get(SipMessage.parse(bytes, bytes.length).callId())));
        });
        refused.values().forEach(this::back);
        for (Dialog dialog : Collections.unmodifiableCollection(dialogs.values())) {
            if (!dialog.accepted.isEmpty()) {
                back(dialog.accepted);
            }
        }
    }

    private void back(String response) {
        byte[] bytes = response.getBytes(ISO_8859_1);
        sender.send(
                response, SipMessage.parse(bytes, bytes.length).vias().get(0).destination());
    }
}
