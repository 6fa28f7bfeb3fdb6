package io.ringdown.cluster.session;

import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.SipUri;

/**
 * The key of a call by the Call-ID of any of its dialogs. A back-to-back user agent has two dialogs for a call, of which the second has the
 * Call-ID of the first with an end of its own; both belong to one owner and to one session. What is registered for a user has a key, too, by
 * the address-of-record, whatever the Call-ID: several devices register for one user.
 */
public final class CallKey {
    private static final String CALLEE_SIDE = "~callee";
    /** No Call-ID begins so: nothing stands before a header's value but spaces. */
    private static final String BINDINGS = "\t";

    private CallKey() {}

    /** The key of what a message belongs to. */
    public static String of(SipMessage message) {
        return message.isRequest() && message.method().equals("REGISTER")
                ? ofBindings(message.header("To"))
                : of(message.callId());
    }

    /** The key of a user's bindings, by a To value, which need not be sound (RFC 3261 section 10.3). */
    public static String ofBindings(String to) {
        return BINDINGS + SipUri.canonical(to);
    }

    /** Whether it is the key of a user's bindings, rather than a call's. */
    public static boolean isOfBindings(String key) {
        return key.startsWith(BINDINGS);
    }

    /** The key: the Call-ID itself, without the end that {@link #calleeSide} gave it. */
    public static String of(String callId) {
        return ofCalleeSide(callId) ? callId.substring(0, callId.length() - CALLEE_SIDE.length()) : callId;
    }

    /** Whether it is the Call-ID of a callee's dialog. */
    public static boolean ofCalleeSide(String callId) {
        return callId.length() > CALLEE_SIDE.length() && callId.endsWith(CALLEE_SIDE);
    }

    /** The Call-ID of the callee's dialog of a call. */
    public static String calleeSide(String key) {
        return key + CALLEE_SIDE;
    }
}
