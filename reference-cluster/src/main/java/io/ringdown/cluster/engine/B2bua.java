package io.ringdown.cluster.engine;

import io.ringdown.cluster.engine.RelayedCall.Side;
import io.ringdown.cluster.engine.Session.State;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.sip.ServerMark;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.SipUri;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * How a back-to-back user agent (RFC 3261 section 6) writes: each side has a dialog with the engine. A request has the same CSeq number on both
 * sides: no side sees any but those of the other, so that the numbers grow as they must, and no engine has to know more than the request
 * to write it as another one did.
 */
final class B2bua implements Translation {
    /** What differs between the two sides. */
    private static final Set<String> OF_A_SIDE = Set.of(
            "via",
            "max-forwards",
            "route",
            "record-route",
            "from",
            "to",
            "call-id",
            "cseq",
            "contact",
            "content-length",
            "x-ringdown-node");

    private static final Set<String> WITH_CONTACT = Set.of("INVITE", "UPDATE");
    private static final Pattern TAG = Pattern.compile(";\\s*tag\\s*=\\s*[^;\\s]*", Pattern.CASE_INSENSITIVE);

    private final String name;
    private final String via;
    private final String contact;
    private final InetSocketAddress callee;

    B2bua(String name, InetSocketAddress service, InetSocketAddress callee) {
        this.name = name;
        this.callee = callee;
        String address = text(service);
        via = "SIP/2.0/UDP " + address + ServerMark.of(name) + ";branch=";
        contact = "<sip:b2bua@" + address + ">";
    }

    static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    @Override
    public boolean endToEnd() {
        return false;
    }

    /** The tag is the same whoever makes it, but for the name at its end, by which the call is found. */
    @Override
    public RelayedCall begin(SipMessage invite) {
        String from = invite.header("From");
        String to = invite.header("To");
        long hash = (invite.callId() + ' ' + SipMessage.tag(from)).hashCode() & 0xFFFF_FFFFL;
        String tag = ";tag=" + Long.toHexString(hash) + "-" + name;
        String user = SipUri.of(invite.requestUri()).user();
        String target = "sip:" + (user.isEmpty() ? "" : user + "@") + text(callee);
        return new RelayedCall(
                invite.callId(),
                new Side(
                        invite.callId(),
                        from,
                        to + tag,
                        invite.list("Contact").isEmpty() ? SipUri.of(from).text() : contact(invite, ""),
                        String.join("\n", invite.list("Record-Route"))),
                new Side(CallKey.calleeSide(invite.callId()), to, withoutTag(from) + tag, target, ""),
                String.join("\n", invite.headers("Record-Route")));
    }

    private static String withoutTag(String value) {
        Matcher tag = TAG.matcher(value).region(Math.max(0, value.lastIndexOf('>')), value.length());
        return tag.find() ? value.substring(0, tag.start()) + value.substring(tag.end()) : value;
    }

    private static String contact(SipMessage message, String otherwise) {
        List<String> contacts = message.list("Contact");
        return contacts.isEmpty() ? otherwise : SipUri.of(contacts.get(0)).text();
    }

    @Override
    public boolean fromCaller(RelayedCall call, SipMessage request) {
        return !CallKey.ofCalleeSide(request.callId());
    }

    @Override
    public boolean belongs(RelayedCall call, boolean fromCaller, SipMessage request) {
        return SipMessage.tag(call.side(fromCaller).local()).equals(request.toTag());
    }

    @Override
    public Outgoing passed(RelayedCall call, boolean fromCaller, SipMessage request, String vias, String branch) {
        if (request.method().equals("INVITE")) {
            refresh(call, fromCaller, request);
        }
        Side to = call.side(!fromCaller);
        MessageText out = begun(to, request.method(), request.cseq(), branch, MessageText.forwards(request));
        return new Outgoing(out.allBut(OF_A_SIDE, request).body(request.body()), destination(to));
    }

    /** A request that nobody asked for. */
    Outgoing own(RelayedCall call, boolean toCaller, String method, int cseq, String branch) {
        Side to = call.side(toCaller);
        return new Outgoing(begun(to, method, cseq, branch, 70).body(""), destination(to));
    }

    private MessageText begun(Side to, String method, int cseq, String branch, int forwards) {
        var out = new MessageText(method + " " + to.target() + " SIP/2.0")
                .header("Via", via + branch)
                .header("Max-Forwards", Integer.toString(forwards))
                .headers("Route", to.routes())
                .header("From", to.local())
                .header("To", to.remote())
                .header("Call-ID", to.callId())
                .header("CSeq", cseq + " " + method);
        return WITH_CONTACT.contains(method) ? out.header("Contact", contact) : out;
    }

    private static InetSocketAddress destination(Side to) {
        String first = to.routes().lines().findFirst().orElse(to.target());
        return SipUri.of(first).address();
    }

    @Override
    public void learn(RelayedCall call, Exchange exchange, SipMessage response) {
        if (response.toTag().isEmpty()) {
            return;
        }
        if (call.state.compareTo(State.ACCEPTED) < 0) {
            var routes = new ArrayList<>(response.list("Record-Route"));
            Collections.reverse(routes);
            // From as it comes: a former owner may have begun the call that this one knows nothing of.
            call.callee = new Side(
                    call.callee.callId(),
                    response.header("To"),
                    response.header("From"),
                    contact(response, call.callee.target()),
                    String.join("\n", routes));
        } else {
            refresh(call, !exchange.fromCaller, response);
        }
    }

    /** Target refresh (RFC 3261 section 12.2.1.2). */
    private static void refresh(RelayedCall call, boolean caller, SipMessage message) {
        Side side = call.side(caller);
        var fresh =
                new Side(side.callId(), side.remote(), side.local(), contact(message, side.target()), side.routes());
        call.caller = caller ? fresh : call.caller;
        call.callee = caller ? call.callee : fresh;
    }

    @Override
    public String back(RelayedCall call, Exchange exchange, SipMessage response) {
        String line = "SIP/2.0 " + response.status() + " " + response.reason();
        return answer(call, exchange, line, response.status())
                .allBut(OF_A_SIDE, response)
                .body(response.body());
    }

    @Override
    public String own(RelayedCall call, Exchange exchange, int status) {
        return answer(call, exchange, Answers.statusLine(status), status).body("");
    }

    private MessageText answer(RelayedCall call, Exchange exchange, String line, int status) {
        Side side = call.side(exchange.fromCaller);
        // No tag in a 100 (RFC 3261 section 8.2.6.2): the dialog does not exist before a later response.
        String to = status == 100 && call.state == State.PROCEEDING ? call.callee.remote() : side.local();
        MessageText out = new MessageText(line)
                .header("From", side.remote())
                .header("To", to)
                .header("Call-ID", side.callId())
                .header("CSeq", exchange.cseq + " " + exchange.method);
        if (exchange.invite() && status > 100 && status < 300) {
            out.header("Contact", contact).headers("Record-Route", exchange.fromCaller ? call.recordRoutes : "");
        }
        return out;
    }
}
