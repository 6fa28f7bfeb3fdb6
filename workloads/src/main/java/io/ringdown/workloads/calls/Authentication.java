package io.ringdown.workloads.calls;

import io.ringdown.workloads.sip.Challenge;
import io.ringdown.workloads.sip.Digest;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.MessageText;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * Answers challenges of servers and proxies (RFC 3261 section 22). What answered one goes with all further requests, so that each nonce is
 * asked for once.
 */
final class Authentication {
    private final Credentials credentials;
    private Digest server;
    private Digest proxy;

    /** @param credentials null: no challenge is answered */
    Authentication(Credentials credentials) {
        this.credentials = credentials;
    }

    /**
     * Takes a challenge.
     *
     * @param answeredBefore whether the request had an answer to a challenge of this kind
     * @return whether the request may be sent again, with what {@link #headers} tells then
     */
    boolean challenged(Message response, boolean answeredBefore) {
        boolean byProxy = response.status() == 407;
        Optional<Challenge> challenge = credentials == null
                ? Optional.empty()
                : Challenge.first(response.values(byProxy ? "Proxy-Authenticate" : "WWW-Authenticate"));
        // The same again would be refused again; a stale nonce says that the password is right.
        if (challenge.isEmpty() || answeredBefore && !challenge.get().stale()) {
            return false;
        }
        var digest = new Digest(challenge.get(), credentials.user(), credentials.password());
        server = byProxy ? server : digest;
        proxy = byProxy ? digest : proxy;
        return true;
    }

    /** The header lines that a request needs, each with its end; empty as long as nobody asked. */
    String headers(String method, String uri) {
        if (server == null && proxy == null) {
            return "";
        }
        String cnonce = Long.toHexString(ThreadLocalRandom.current().nextLong());
        return MessageText.latin((server == null ? "" : "Authorization: " + server.answer(method, uri, cnonce) + "\r\n")
                + (proxy == null ? "" : "Proxy-Authorization: " + proxy.answer(method, uri, cnonce) + "\r\n"));
    }
}
