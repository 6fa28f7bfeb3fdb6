package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.SipUri;

/** A bug made on purpose: calls from or to the user {@code poison} kill whoever serves them. */
final class Poison {
    private static final String USER = "poison";

    private Poison() {}

    /** Whether a set-up is of such a call. */
    static boolean in(SipMessage invite) {
        return user(invite.requestUri()).equals(USER)
                || user(invite.header("From")).equals(USER);
    }

    private static String user(String uri) {
        try {
            return SipUri.of(uri).user();
        } catch (MalformedMessageException e) {
            return "";
        }
    }
}
