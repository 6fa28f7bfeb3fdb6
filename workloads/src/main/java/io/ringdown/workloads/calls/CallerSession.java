package io.ringdown.workloads.calls;

import io.ringdown.record.Caller;
import io.ringdown.workloads.sip.Message;
import java.util.Locale;

/** The caller's side of a dialog's session timer (RFC 4028): what it asks for, and what it was granted. */
final class CallerSession {
    private long expires;
    private long minimum;
    private final boolean update;
    private boolean peerUpdates;

    CallerSession(Caller.SessionTimer timer) {
        expires = timer.expires().toSeconds();
        minimum = timer.minimum() == null ? 0 : timer.minimum().toSeconds();
        update = timer.update();
    }

    /** Header lines of a set-up or a refresh; the caller refreshes, so that the far side need not. */
    String headers() {
        return "Supported: timer\r\nSession-Expires: " + expires + ";refresher=uac\r\n"
                + (minimum > 0 ? "Min-SE: " + minimum + "\r\n" : "");
    }

    /** A 2xx came. If it tells no interval the far side has no timer, and the one that was asked for stands (section 7.2). */
    void accepted(Message response) {
        long granted = response.number("Session-Expires");
        expires = granted > 0 ? granted : expires;
        peerUpdates |= response.values("Allow").stream()
                .anyMatch(methods -> methods.toUpperCase(Locale.ROOT).contains("UPDATE"));
    }

    /**
     * A 422 came (section 7.4).
     *
     * @return whether it asks for more than was offered
     */
    boolean tooSmall(Message response) {
        long least = response.number("Min-SE");
        boolean more = least > minimum && least > 0;
        if (more) {
            minimum = least;
            expires = Math.max(expires, least);
        }
        return more;
    }

    /** Whether a refresh is an UPDATE, rather than a re-INVITE. */
    boolean byUpdate() {
        return update && peerUpdates;
    }

    /** Nanoseconds from one refresh to the next: half of the interval (section 7.2). */
    long refreshEach() {
        return expires * 500_000_000L;
    }
}
