package io.ringdown.workloads.calls;

import java.net.InetSocketAddress;
import java.util.List;

/** The caller's side of a dialog (RFC 3261 section 12), from before its set-up on. */
final class Dialog {
    /** Number of its {@link io.ringdown.record.Call}. */
    final int call;

    final String callId;
    final String fromTag;
    /**
     * Where its requests are sent, whatever their target: the cluster is its outbound proxy. Another one after a fail-over, or where a redirection led its
     * set-up.
     */
    InetSocketAddress service;

    /** Its session timer, or null. */
    CallerSession session;
    /** What a REGISTER binds, or null in a call. */
    Binding binding;

    /** From and To of its requests without their tags, where the far side began it; null: the caller's own. */
    String from;

    String to;

    /** Its set-up, once that has ended. */
    Attempt setUp;
    /** Whether other INVITEs than its set-up were sent in it. */
    boolean special;

    int cseq;
    /** Highest number of the far side's requests; 0: none came. */
    int remoteCseq;

    int intents;
    String toTag = "";
    String remoteTarget;
    /** Whether its requests are sent to their target, since no route leads there and no proxy is to. */
    boolean direct;
    /** To-tag of a 2xx to a set-up whose place another one had taken by then; empty as long as none came. */
    String leftTag = "";
    /** Route set, first hop first. */
    List<String> routes = List.of();
    /** The far side's INVITE whose 2xx has no ACK yet, or null. */
    ServerTransaction unacknowledged;
    /** Whether an INVITE of this side's is open in it. */
    boolean modifying;
    /** Whether the far side ended it. */
    boolean endedRemotely;

    Dialog(int call, String callId, String fromTag, InetSocketAddress service) {
        this.call = call;
        this.callId = callId;
        this.fromTag = fromTag;
        this.service = service;
        remoteTarget = "sip:answer@" + service.getAddress().getHostAddress() + ":" + service.getPort();
    }

    /** The far side has named its target, perhaps another one (RFC 3261 section 12.2), or none: then it stays. */
    void target(String uri) {
        if (uri.isEmpty()) {
            return;
        }
        remoteTarget = uri;
        InetSocketAddress address = direct ? CalleesUser.address(uri) : null;
        service = address == null ? service : address;
    }
}
