package io.ringdown.cluster.sip;

import java.net.InetSocketAddress;
import java.util.Locale;

/**
 * A SIP URI as far as it says where a request goes (RFC 3261 section 19.1).
 *
 * @param text the URI without angle brackets and display name
 * @param user user part, empty if there is none
 * @param host a numeric address, or a name, which nobody looks up here
 * @param port 5060 if absent
 */
public record SipUri(String text, String user, String host, int port) {
    private static final int SIP_PORT = 5060;

    /**
     * Reads a URI, or the one in the angle brackets of a name-addr.
     *
     * @throws MalformedMessageException if it is none of scheme sip
     */
    public static SipUri of(String value) {
        int open = value.lastIndexOf('<');
        int close = value.indexOf('>', open);
        // Without brackets all parameters are the header's (section 20.10), which a bare Request-URI does not have.
        String text = open < 0 ? value.trim() : close < 0 ? "" : value.substring(open + 1, close);
        if (!isSip(text)) {
            throw new MalformedMessageException("no sip URI: " + value);
        }
        int at = text.indexOf('@');
        String user = at < 0 ? "" : text.substring(4, at);
        int hostAt = at < 0 ? 4 : at + 1;
        int end = hostAt;
        while (end < text.length() && text.charAt(end) != ';' && text.charAt(end) != '?') {
            end++;
        }
        String host = text.substring(hostAt, end);
        int colon = host.startsWith("[") ? host.indexOf(':', host.indexOf(']')) : host.indexOf(':');
        int port = colon < 0 ? SIP_PORT : Via.number(host.substring(colon + 1), 65_535, "port");
        host = colon < 0 ? host : host.substring(0, colon);
        if (host.isEmpty()) {
            throw new MalformedMessageException("URI without host: " + value);
        }
        return new SipUri(text, user, host, port);
    }

    /**
     * The URI of a To or Contact value as addresses-of-record are compared (RFC 3261 section 10.3): scheme and host in small letters, printable
     * escapes undone, no parameters. What is no such URI stays as it stands: this refuses nothing.
     */
    public static String canonical(String value) {
        int open = value.lastIndexOf('<');
        int close = value.indexOf('>', Math.max(0, open));
        String uri = open < 0 || close < open
                ? value.split(";", 2)[0].trim()
                : value.substring(open + 1, close).trim();
        int colon = uri.indexOf(':');
        String scheme = uri.substring(0, Math.max(0, colon)).toLowerCase(Locale.ROOT);
        if (!scheme.equals("sip") && !scheme.equals("sips")) {
            return uri;
        }
        int hostAt = Math.max(colon, uri.indexOf('@')) + 1;
        int end = hostAt;
        while (end < uri.length() && uri.charAt(end) != ';' && uri.charAt(end) != '?') {
            end++;
        }
        return scheme + ":" + unescaped(uri.substring(colon + 1, hostAt))
                + uri.substring(hostAt, end).toLowerCase(Locale.ROOT);
    }

    private static String unescaped(String text) {
        var plain = new StringBuilder(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            int high = c == '%' && i + 2 < text.length() ? Character.digit(text.charAt(i + 1), 16) : -1;
            int low = high < 0 ? -1 : Character.digit(text.charAt(i + 2), 16);
            int value = low < 0 ? -1 : 16 * high + low;
            if (value > ' ' && value < 0x7F) {
                plain.append((char) value);
                i += 2;
            } else {
                plain.append(c);
            }
        }
        return plain.toString();
    }

    /** Whether a URI is of scheme sip. */
    public static boolean isSip(String uri) {
        return uri.regionMatches(true, 0, "sip:", 0, 4);
    }

    /** Whether it stands for that address. */
    public boolean is(InetSocketAddress address) {
        return port == address.getPort() && host.equals(address.getAddress().getHostAddress());
    }

    /**
     * Where a request to it goes.
     *
     * @throws MalformedMessageException if that is a name
     */
    public InetSocketAddress address() {
        return Via.numeric(host, port, "URI");
    }
}
