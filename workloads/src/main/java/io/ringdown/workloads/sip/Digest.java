package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * Answers to a digest challenge (RFC 7616 section 3.4). Its text never tells the password.
 */
public final class Digest {
    private final Challenge challenge;
    private final String user;
    private final String secret;
    private int uses;

    /** Answers of a user who has a password. */
    public Digest(Challenge challenge, String user, String password) {
        this.challenge = challenge;
        this.user = user;
        // The one part in which the password is; kept in place of it.
        secret = hash(user + ":" + unquoted(challenge.realm()) + ":" + password);
    }

    /**
     * The value of an Authorization or Proxy-Authorization header. Each counts the nonce's uses on.
     *
     * @param uri the request's target
     * @param cnonce the client's own nonce, which is used where the challenge offers {@code qop}
     */
    public String answer(String method, String uri, String cnonce) {
        String target = hash(method + ":" + uri);
        var value = new StringBuilder("Digest username=\"")
                .append(user.replace("\\", "\\\\").replace("\"", "\\\""))
                .append("\", realm=\"")
                .append(challenge.realm())
                .append("\", nonce=\"")
                .append(challenge.nonce())
                .append("\", uri=\"")
                .append(uri)
                .append("\", response=\"");
        String nonce = unquoted(challenge.nonce());
        if (challenge.auth()) {
            String count = String.format("%08x", ++uses);
            value.append(hash(secret + ":" + nonce + ":" + count + ":" + cnonce + ":auth:" + target))
                    .append("\", qop=auth, nc=")
                    .append(count)
                    .append(", cnonce=\"")
                    .append(cnonce)
                    .append('"');
        } else {
            value.append(hash(secret + ":" + nonce + ":" + target)).append('"');
        }
        if (!challenge.named().isEmpty()) {
            value.append(", algorithm=").append(challenge.named());
        }
        if (challenge.opaque() != null) {
            value.append(", opaque=\"").append(challenge.opaque()).append('"');
        }
        return value.toString();
    }

    private static String unquoted(String text) {
        return text.replaceAll("\\\\(.)", "$1");
    }

    private String hash(String text) {
        try {
            return HexFormat.of()
                    .formatHex(MessageDigest.getInstance(challenge.algorithm()).digest(text.getBytes(UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
