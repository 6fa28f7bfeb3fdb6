package io.ringdown.cluster.sip;

import java.net.InetSocketAddress;
import java.util.regex.Pattern;

/**
 * One Via value (RFC 3261 section 20.42).
 *
 * @param text the value as it stands in the message
 * @param host sent-by host
 * @param port sent-by port, 5060 if absent
 * @param branch transaction's branch, empty if absent
 * @param received address the request came from, empty if absent
 * @param rport port it came from (RFC 3581): 0 if asked for but not filled in, -1 if absent
 */
public record Via(String text, String host, int port, String branch, String received, int rport) {
    private static final String COOKIE = "z9hG4bK";
    private static final Pattern IP_V4 = Pattern.compile("(?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$)|$)){4}");
    private static final Pattern IP_V6 = Pattern.compile("\\[?[0-9a-fA-F:.]*:[0-9a-fA-F:.]*]?");

    /** Parses one Via value. */
    public static Via parse(String text) {
        int space = afterProtocol(text);
        int parameters = text.indexOf(';', space);
        String sentBy = text.substring(space, parameters < 0 ? text.length() : parameters)
                .trim();
        int colon = sentBy.startsWith("[") ? sentBy.indexOf(':', sentBy.indexOf(']')) : sentBy.indexOf(':');
        String host = (colon < 0 ? sentBy : sentBy.substring(0, colon)).trim();
        if (host.isEmpty()) {
            throw new MalformedMessageException("Via without sent-by: " + text);
        }
        int port = colon < 0 ? 5060 : number(sentBy.substring(colon + 1).trim(), 65_535, "Via port");
        String branch = "";
        String received = "";
        int rport = -1;
        for (int at = parameters; at >= 0; ) {
            int end = text.indexOf(';', at + 1);
            String parameter =
                    text.substring(at + 1, end < 0 ? text.length() : end).trim();
            int equals = parameter.indexOf('=');
            String name =
                    equals < 0 ? parameter : parameter.substring(0, equals).trim();
            String value = equals < 0 ? "" : parameter.substring(equals + 1).trim();
            switch (name.toLowerCase(java.util.Locale.ROOT)) {
                case "branch" -> branch = value;
                case "received" -> received = value;
                case "rport" -> rport = value.isEmpty() ? 0 : number(value, 65_535, "rport");
                default -> {
                    // other parameters (ttl, maddr, extensions) do not matter here
                }
            }
            at = end;
        }
        return new Via(text, host, port, branch, received, rport);
    }

    /** Where the space after {@code SIP/2.0/UDP} is; spaces around its slashes are allowed (RFC 4475 section 3.1.1.1). */
    private static int afterProtocol(String text) {
        int second = text.indexOf('/', text.indexOf('/') + 1);
        int at = second + 1;
        while (at < text.length() && text.charAt(at) <= ' ') {
            at++;
        }
        while (at < text.length() && text.charAt(at) > ' ') {
            at++;
        }
        if (!text.regionMatches(true, 0, "SIP", 0, 3) || second < 0 || at == text.length()) {
            throw new MalformedMessageException("Via without protocol: " + text);
        }
        return at;
    }

    /** Whether it says that the request came by TCP. */
    public boolean tcp() {
        int end = afterProtocol(text);
        return text.regionMatches(true, end - 3, "TCP", 0, 3) && !Character.isLetterOrDigit(text.charAt(end - 4));
    }

    /**
     * The same Via with received and rport filled in as RFC 3261 section 18.2.1 and RFC 3581 section 4 demand of a server. By TCP the port is
     * filled in unasked: it tells the connection that the response goes back by, wherever that is known.
     */
    public Via receivedFrom(InetSocketAddress source) {
        String address = source.getAddress().getHostAddress();
        boolean port = rport >= 0 || tcp();
        if (!port && received.isEmpty() && host.equals(address)) {
            return this;
        }
        var filled = new StringBuilder(text.length() + 40);
        for (String part : text.split(";")) {
            String trimmed = part.trim();
            if (trimmed.equals("rport") || trimmed.startsWith("rport=") || trimmed.startsWith("received=")) {
                continue;
            }
            filled.append(filled.isEmpty() ? "" : ";").append(trimmed);
        }
        filled.append(";received=").append(address);
        if (port) {
            filled.append(";rport=").append(source.getPort());
        }
        return parse(filled.toString());
    }

    /** Whether the branch tells its transaction from all others (RFC 3261 section 8.1.1.7); clients of RFC 2543 send none that does. */
    public boolean unique() {
        return branch.length() > COOKIE.length() && branch.startsWith(COOKIE);
    }

    /**
     * Where a response goes (RFC 3261 section 18.2.2, RFC 3581 section 4).
     *
     * @throws MalformedMessageException if that is a name, which nobody looks up here
     */
    public InetSocketAddress destination() {
        return address(rport > 0 ? rport : port);
    }

    /** Where the request's sender says that it listens, for a response by TCP whose connection is gone. */
    public InetSocketAddress listening() {
        return address(port);
    }

    private InetSocketAddress address(int at) {
        return numeric(received.isEmpty() ? host : received, at, "Via");
    }

    /** Anything else than an address would be taken for a name, and asked for on the one thread there is. */
    static InetSocketAddress numeric(String host, int port, String what) {
        if (!IP_V4.matcher(host).matches() && !IP_V6.matcher(host).matches()) {
            throw new MalformedMessageException(what + " of no numeric address: " + host);
        }
        var address = new InetSocketAddress(host, port);
        if (address.isUnresolved()) {
            throw new MalformedMessageException(what + " of no numeric address: " + host);
        }
        return address;
    }

    static int number(String text, int most, String what) {
        long value = 0;
        if (text.isEmpty()) {
            throw new MalformedMessageException(what + " is empty");
        }
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            value = value * 10 + (c - '0');
            if (c < '0' || c > '9' || value > most) {
                throw new MalformedMessageException(what + " is not a number up to " + most + ": " + text);
            }
        }
        return (int) value;
    }
}
