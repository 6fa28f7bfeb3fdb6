package io.ringdown.workloads.sip;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * A digest challenge (RFC 7616 section 3.3, RFC 3261 section 22.4).
 *
 * @param algorithm Java's name of the hash: {@code MD5} or {@code SHA-256}
 * @param named the challenge's word for the algorithm, or empty if it named none
 * @param auth whether it offers {@code qop=auth}; false: no qop at all, as RFC 2069
 * @param opaque to be returned as it is, or null
 * @param stale whether only the nonce was too old
 */
public record Challenge(
        String realm, String nonce, String algorithm, String named, boolean auth, String opaque, boolean stale) {
    /** Of several challenges the first, as its server prefers (RFC 8760 section 2.4), that can be answered. */
    public static Optional<Challenge> first(List<String> values) {
        return values.stream().map(Challenge::read).flatMap(Optional::stream).findFirst();
    }

    private static Optional<Challenge> read(String value) {
        if (!value.regionMatches(true, 0, "Digest ", 0, 7)) {
            return Optional.empty();
        }
        Map<String, String> parameters = parameters(value.substring(7));
        String named = parameters.getOrDefault("algorithm", "");
        String algorithm = switch (named.toUpperCase(Locale.ROOT)) {
            case "", "MD5" -> "MD5";
            case "SHA-256" -> "SHA-256";
            default -> null;
        };
        String qop = parameters.get("qop");
        boolean auth = qop != null && List.of(qop.trim().split("\\s*,\\s*")).contains("auth");
        boolean complete = parameters.containsKey("realm") && parameters.containsKey("nonce");
        if (algorithm == null || !complete || qop != null && !auth) {
            return Optional.empty();
        }
        return Optional.of(new Challenge(
                parameters.get("realm"),
                parameters.get("nonce"),
                algorithm,
                named,
                auth,
                parameters.get("opaque"),
                "true".equalsIgnoreCase(parameters.get("stale"))));
    }

    /** Names in lower case; quoted values as they stand between their quotes, backslashes and all. */
    private static Map<String, String> parameters(String text) {
        var parameters = new LinkedHashMap<String, String>();
        for (String part : parts(text)) {
            int equals = part.indexOf('=');
            if (equals > 0) {
                String value = part.substring(equals + 1).trim();
                boolean quoted = value.length() > 1 && value.startsWith("\"") && value.endsWith("\"");
                parameters.putIfAbsent(
                        part.substring(0, equals).trim().toLowerCase(Locale.ROOT),
                        quoted ? value.substring(1, value.length() - 1) : value);
            }
        }
        return parameters;
    }

    private static List<String> parts(String text) {
        var parts = new ArrayList<String>();
        boolean quoted = false;
        int from = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (quoted && c == '\\') {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ',' && !quoted) {
                parts.add(text.substring(from, i));
                from = i + 1;
            }
        }
        parts.add(text.substring(from));
        return parts;
    }
}
