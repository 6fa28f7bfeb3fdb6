package io.ringdown.cluster.engine;

import io.ringdown.cluster.engine.RelayedCall.Side;
import io.ringdown.cluster.sip.ServerMark;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.SipUri;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Set;

/**
 * How a proxy writes that stays in the path of its calls (RFC 3261 section 16): it adds its Via and, to what begins a call, its Record-Route,
 * takes away what it added, and leaves the rest as it came. It routes loosely and does not fork.
 */
final class Proxy implements Translation {
    private static final Set<String> OF_A_HOP = Set.of("via", "max-forwards", "route", "content-length");
    private static final Set<String> OF_A_SERVER = Set.of("via", "content-length", "x-ringdown-node");

    private final InetSocketAddress service;
    private final InetSocketAddress callee;
    private final String via;
    private final String recordRoute;

    Proxy(String name, InetSocketAddress service, InetSocketAddress callee) {
        this.service = service;
        this.callee = callee;
        String address = B2bua.text(service);
        via = "SIP/2.0/UDP " + address + ServerMark.of(name) + ";branch=";
        recordRoute = "<sip:" + address + ";lr" + ServerMark.of(name) + ">";
    }

    @Override
    public boolean endToEnd() {
        return true;
    }

    @Override
    public RelayedCall begin(SipMessage invite) {
        return new RelayedCall(
                invite.callId(),
                new Side(invite.callId(), invite.header("From"), "", "", ""),
                new Side(invite.callId(), invite.header("To"), "", "", ""),
                "");
    }

    @Override
    public boolean fromCaller(RelayedCall call, SipMessage request) {
        return request.fromTag().equals(SipMessage.tag(call.caller.remote()));
    }

    @Override
    public boolean belongs(RelayedCall call, boolean fromCaller, SipMessage request) {
        // Whether they have such a dialog is for the two sides to know.
        return true;
    }

    @Override
    public Outgoing passed(RelayedCall call, boolean fromCaller, SipMessage request, String vias, String branch) {
        boolean begins = request.toTag().isEmpty();
        var routes = new ArrayList<>(request.list("Route"));
        if (!routes.isEmpty() && SipUri.of(routes.get(0)).is(service)) {
            routes.remove(0);
        }
        SipUri uri = SipUri.of(request.requestUri());
        SipUri target = begins || uri.is(service) ? target(uri) : uri;
        MessageText out = new MessageText(request.method() + " " + target.text() + " SIP/2.0")
                .header("Via", via + branch)
                .headers("Via", vias)
                .header("Max-Forwards", Integer.toString(MessageText.forwards(request)));
        routes.forEach(route -> out.header("Route", route));
        if (begins && request.method().equals("INVITE")) {
            out.header("Record-Route", recordRoute);
        }
        InetSocketAddress next =
                routes.isEmpty() ? target.address() : SipUri.of(routes.get(0)).address();
        return new Outgoing(out.allBut(OF_A_HOP, request).body(request.body()), next);
    }

    /** Where goes what is for this service, a new call or not (RFC 3261 section 16.5): all to one. */
    private SipUri target(SipUri uri) {
        return SipUri.of("sip:" + (uri.user().isEmpty() ? "" : uri.user() + "@") + B2bua.text(callee));
    }

    @Override
    public void learn(RelayedCall call, Exchange exchange, SipMessage response) {
        // the dialog is between the two sides
    }

    @Override
    public String back(RelayedCall call, Exchange exchange, SipMessage response) {
        return new MessageText("SIP/2.0 " + response.status() + " " + response.reason())
                .allBut(OF_A_SERVER, response)
                .body(response.body());
    }

    @Override
    public String own(RelayedCall call, Exchange exchange, int status) {
        SipMessage request = MessageText.read(exchange.request);
        boolean tagged = status == 100 || !request.toTag().isEmpty();
        String tag =
                tagged ? "" : ";tag=" + Integer.toHexString(request.callId().hashCode());
        return new MessageText(Answers.statusLine(status))
                .header("From", request.header("From"))
                .header("To", request.header("To") + tag)
                .header("Call-ID", request.callId())
                .header("CSeq", request.header("CSeq"))
                .body("");
    }
}
