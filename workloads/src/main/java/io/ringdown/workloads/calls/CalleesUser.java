package io.ringdown.workloads.calls;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.SipUri;
import java.net.InetSocketAddress;

/** What the callee sends of its own inside its dialogs: what the caller's script asked it for, and a BYE where its 2xx found nobody. */
final class CalleesUser {
    private final UserAgent agent;
    /** Most calls come the same way. */
    private String lastUri = "";

    private InetSocketAddress lastAddress;

    CalleesUser(UserAgent agent) {
        this.agent = agent;
    }

    /**
     * The callee's side of the dialog that an INVITE makes (RFC 3261 section 12.1.1).
     *
     * @return null if it names no address to send to
     */
    Dialog dialog(int number, String tag, Message invite) {
        var routes = invite.routes();
        String target = invite.contact();
        String uri = routes.isEmpty() ? target : routes.get(0);
        if (!uri.equals(lastUri)) {
            lastAddress = address(uri);
            lastUri = uri;
        }
        InetSocketAddress next = lastAddress;
        if (next == null) {
            return null;
        }
        var dialog = new Dialog(number, invite.callId(), tag, next);
        dialog.from = invite.to();
        dialog.to = untagged(invite.from());
        dialog.toTag = invite.fromTag();
        dialog.routes = routes;
        dialog.direct = routes.isEmpty();
        dialog.remoteTarget = target;
        return dialog;
    }

    private static String untagged(String from) {
        int tag = from.indexOf(";tag=", from.lastIndexOf('>') + 1);
        if (tag < 0) {
            return from;
        }
        int end = from.indexOf(';', tag + 1);
        return from.substring(0, tag) + (end < 0 ? "" : from.substring(end));
    }

    /** Where a URI points, in brackets or without; null if that is no address of digits. */
    static InetSocketAddress address(String uri) {
        int open = uri.indexOf('<');
        int close = uri.indexOf('>', open);
        String bare = open < 0 || close < 0 ? uri : uri.substring(open + 1, close);
        return SipUri.of(bare).map(SipUri::address).orElse(null);
    }

    /**
     * Begins to do what was asked for.
     *
     * @param over called when the call is over
     */
    void use(Leg leg, Runnable over) {
        if (leg.dialog == null || !leg.asked.operates()) {
            return;
        }
        var user = new DialogUser(agent, leg.dialog, over);
        at(leg.asked.info(), instant -> user.operate(Intent.INFO, instant, Operation.NONE));
        at(leg.asked.modify(), instant -> user.operate(Intent.MODIFY, instant, Operation.NONE));
        at(leg.asked.bye(), user::release);
    }

    private void at(long instant, java.util.function.LongConsumer task) {
        if (instant > agent.wire.nanos()) {
            agent.wire.at(instant, () -> task.accept(instant));
        }
    }

    /** Whether an INVITE of its own is open in the dialog. */
    boolean modifying(Leg leg) {
        return leg.dialog != null && leg.dialog.modifying;
    }

    /** Ends a call that nobody acknowledged; what becomes of the BYE changes nothing. */
    void hangUp(Leg leg) {
        if (leg.dialog != null) {
            agent.send(Attempt.first(leg.dialog, Intent.RELEASE, agent.wire.nanos()));
        }
    }
}
