package io.ringdown.cluster.session;

/**
 * The key of a call by the Call-ID of any of its dialogs. A back-to-back user agent has two dialogs for a call, of which the second has the
 * Call-ID of the first with an end of its own; both belong to one owner and to one session.
 */
public final class CallKey {
    private static final String CALLEE_SIDE = "~callee";

    private CallKey() {}

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
