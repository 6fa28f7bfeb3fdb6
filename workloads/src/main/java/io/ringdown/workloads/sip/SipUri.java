package io.ringdown.workloads.sip;

import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * A SIP URI (RFC 3261 section 19.1.1).
 *
 * @param user with its password, or empty
 * @param host as it stands
 * @param port 0: none is told
 * @param parameters as they stand, in their order
 * @param headers what stands behind its question mark, or empty
 */
public record SipUri(String user, String host, int port, List<String> parameters, String headers) {
    private static final String SCHEME = "sip:";
    private static final int DEFAULT_PORT = 5060;
    private static final int LAST_PORT = 65_535;
    private static final Pattern PORT = Pattern.compile("[0-9]{1,5}");
    private static final String BYTE = "(25[0-5]|2[0-4][0-9]|1?[0-9]{1,2})";
    private static final Pattern ADDRESS = Pattern.compile(BYTE + "(\\." + BYTE + "){3}");
    /** Nothing that would end a Request-URI, or the line that it stands in. */
    private static final Pattern WRITABLE = Pattern.compile("[!-~&&[^<>\"]]+");

    /** Those that stand in one URI only where two are equal must be in neither (section 19.1.4). */
    private static final List<String> NEVER_IGNORED = List.of("user", "ttl", "method", "maddr");

    public SipUri {
        parameters = List.copyOf(parameters);
    }

    /** Reads one, without brackets; empty: it is none of the scheme {@code sip}, or none that could be written into a request. */
    public static Optional<SipUri> of(String text) {
        if (!text.regionMatches(true, 0, SCHEME, 0, SCHEME.length())
                || !WRITABLE.matcher(text).matches()) {
            return Optional.empty();
        }
        int at = text.indexOf('@');
        String user = at < 0 ? "" : text.substring(SCHEME.length(), at);
        String rest = text.substring(at < 0 ? SCHEME.length() : at + 1);
        int question = rest.indexOf('?');
        String headers = question < 0 ? "" : rest.substring(question + 1);
        String[] parts = (question < 0 ? rest : rest.substring(0, question)).split(";", -1);
        // The colons of an address of version 6 are its own.
        int colon = parts[0].indexOf(':', Math.max(0, parts[0].indexOf(']')));
        String host = colon < 0 ? parts[0] : parts[0].substring(0, colon);
        String port = colon < 0 ? "" : parts[0].substring(colon + 1);
        if (host.isEmpty() || colon >= 0 && !PORT.matcher(port).matches()) {
            return Optional.empty();
        }
        int number = port.isEmpty() ? 0 : Integer.parseInt(port);
        if (!port.isEmpty() && (number == 0 || number > LAST_PORT)) {
            return Optional.empty();
        }
        List<String> parameters = new ArrayList<>(Arrays.asList(parts).subList(1, parts.length));
        return Optional.of(new SipUri(user, host, number, parameters, headers));
    }

    /** A parameter's value in lower case, empty if it has none; or null if it is not there. */
    public String parameter(String name) {
        return named().get(name);
    }

    private Map<String, String> named() {
        var named = new TreeMap<String, String>();
        for (String parameter : parameters) {
            int equals = parameter.indexOf('=');
            String name = equals < 0 ? parameter : parameter.substring(0, equals);
            named.putIfAbsent(name.toLowerCase(Locale.ROOT), equals < 0 ? "" : plain(parameter.substring(equals + 1)));
        }
        return named;
    }

    private static String plain(String text) {
        return unescaped(text).toLowerCase(Locale.ROOT);
    }

    /**
     * Where it points; null if that is no address of digits: names are not looked up, which would be the failure of whoever asks, where it is the
     * cluster's.
     */
    public InetSocketAddress address() {
        String maddr = parameter("maddr");
        String place = maddr == null ? host : maddr;
        return ADDRESS.matcher(place).matches() ? new InetSocketAddress(place, port == 0 ? DEFAULT_PORT : port) : null;
    }

    /** It as a Request-URI: without the method and the headers that it asks for (section 19.1.1). */
    public SipUri ofRequest() {
        List<String> kept = parameters.stream()
                .filter(parameter -> !parameter.toLowerCase(Locale.ROOT).matches("method(=.*)?"))
                .toList();
        return new SipUri(user, host, port, kept, "");
    }

    /**
     * Whether it is equal to another one (section 19.1.4). Of an address of digits no port is the default one: there is no name that could lead elsewhere.
     */
    public boolean equivalent(SipUri other) {
        Map<String, String> own = named();
        Map<String, String> its = other.named();
        boolean differs = own.entrySet().stream()
                        .anyMatch(each -> its.containsKey(each.getKey())
                                ? !its.get(each.getKey()).equals(each.getValue())
                                : NEVER_IGNORED.contains(each.getKey()))
                || NEVER_IGNORED.stream().anyMatch(name -> its.containsKey(name) && !own.containsKey(name));
        return !differs
                && unescaped(user).equals(unescaped(other.user))
                && host.equalsIgnoreCase(other.host)
                && ports() == other.ports()
                && sorted(headers).equals(sorted(other.headers));
    }

    private int ports() {
        return port == 0 && ADDRESS.matcher(host).matches() ? DEFAULT_PORT : port;
    }

    private static List<String> sorted(String headers) {
        return Arrays.stream(headers.split("&")).map(SipUri::plain).sorted().toList();
    }

    /** What is escaped is the same as what is not (section 19.1.4). */
    private static String unescaped(String text) {
        if (text.indexOf('%') < 0) {
            return text;
        }
        var plain = new StringBuilder();
        for (int i = 0; i < text.length(); i++) {
            boolean escaped = text.charAt(i) == '%'
                    && i + 2 < text.length()
                    && Character.digit(text.charAt(i + 1), 16) >= 0
                    && Character.digit(text.charAt(i + 2), 16) >= 0;
            plain.append(escaped ? (char) Integer.parseInt(text, i + 1, i + 3, 16) : text.charAt(i));
            i += escaped ? 2 : 0;
        }
        return plain.toString();
    }

    /** As it is written. */
    @Override
    public String toString() {
        return SCHEME
                + (user.isEmpty() ? "" : user + "@")
                + host
                + (port == 0 ? "" : ":" + port)
                + parameters.stream().map(each -> ";" + each).collect(Collectors.joining())
                + (headers.isEmpty() ? "" : "?" + headers);
    }
}
