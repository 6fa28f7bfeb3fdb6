package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.SipUri;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/**
 * One Contact of a REGISTER (RFC 3261 section 20.10).
 *
 * @param uri where the user is found; {@link #ALL} stands for every binding
 * @param parameters the header's own but {@code expires}, each behind its semicolon
 * @param seconds for how long; 0: no more
 */
record Contact(String uri, String parameters, int seconds) {
    /** What one who registers for longer, or does not say for how long, is granted. */
    static final int LONGEST = 3_600;

    static final String ALL = "*";

    /** Of a URI, and of its parameters: each is kept in every store. */
    private static final int MOST_CHARACTERS = 500;

    private static final Pattern URI = Pattern.compile("[A-Za-z][A-Za-z0-9+.-]*:[^\\s<>\"]+");
    private static final int MOST_DIGITS = 9;

    /**
     * Those of a request, in their order.
     *
     * @throws MalformedMessageException if one of them makes no sense, or makes none beside the others
     */
    static List<Contact> of(SipMessage register) {
        var contacts = new ArrayList<Contact>(1);
        int otherwise = seconds(register.header("Expires"));
        for (String value : register.list("Contact")) {
            contacts.add(value.equals(ALL) ? new Contact(ALL, "", otherwise) : of(value, otherwise));
        }
        boolean all = contacts.stream().anyMatch(Contact::all);
        if (all && (contacts.size() > 1 || contacts.get(0).seconds != 0)) {
            throw new MalformedMessageException("Contact: * stands alone, with Expires: 0");
        }
        return contacts;
    }

    private static Contact of(String value, int otherwise) {
        int open = bracket(value);
        int close = value.indexOf('>', Math.max(0, open));
        if (open >= 0 && close < 0) {
            throw new MalformedMessageException("Contact: " + value);
        }
        int end = open < 0 ? (value + ";").indexOf(';') : close + 1;
        String uri = open < 0
                ? value.substring(0, end).trim()
                : value.substring(open + 1, close).trim();
        // A URI with header fields of its own has to stand in brackets (RFC 4475 section 3.1.2.13).
        if (!URI.matcher(uri).matches() || open < 0 && uri.indexOf('?') >= 0) {
            throw new MalformedMessageException("Contact: " + value);
        }
        var parameters = new StringBuilder();
        int seconds = otherwise;
        for (String parameter : parameters(value.substring(end))) {
            if (parameter.toLowerCase(Locale.ROOT).matches("(?s)expires\\s*=.*")) {
                seconds =
                        seconds(parameter.substring(parameter.indexOf('=') + 1).trim());
            } else {
                parameters.append(';').append(parameter);
            }
        }
        if (uri.length() > MOST_CHARACTERS || parameters.length() > MOST_CHARACTERS) {
            throw new MalformedMessageException("Contact too long");
        }
        return new Contact(uri, parameters.toString(), seconds);
    }

    /** Where the URI's bracket opens, outside of a quoted name; -1: nowhere. */
    private static int bracket(String value) {
        boolean quoted = false;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == '<' && !quoted) {
                return i;
            }
        }
        return -1;
    }

    private static List<String> parameters(String text) {
        var parameters = new ArrayList<String>(2);
        boolean quoted = false;
        int begin = 0;
        for (int i = 0; i <= text.length(); i++) {
            char c = i == text.length() ? ';' : text.charAt(i);
            if (i == text.length() && quoted) {
                throw new MalformedMessageException("quote left open: " + text);
            } else if (c == '\\' && quoted) {
                i++;
            } else if (c == '"') {
                quoted = !quoted;
            } else if (c == ';' && !quoted) {
                String parameter =
                        text.substring(begin, Math.min(i, text.length())).trim();
                begin = i + 1;
                if (!parameter.isEmpty()) {
                    parameters.add(parameter);
                }
            }
        }
        return parameters;
    }

    /** What makes no sense counts as an hour (section 20.10). */
    private static int seconds(String value) {
        boolean number = value != null && !value.isEmpty() && value.chars().allMatch(c -> c >= '0' && c <= '9');
        return !number || value.length() > MOST_DIGITS ? LONGEST : Math.min(LONGEST, Integer.parseInt(value));
    }

    boolean all() {
        return uri.equals(ALL);
    }

    /** Whether it is the address of a binding; parameters of the URI are compared as they stand (section 19.1.4). */
    boolean is(String bound) {
        return all()
                || SipUri.canonical("<" + uri + ">").equals(SipUri.canonical("<" + bound + ">"))
                        && rest(uri).equalsIgnoreCase(rest(bound));
    }

    private static String rest(String uri) {
        int at = Math.max(0, uri.indexOf('@'));
        int end = at;
        while (end < uri.length() && uri.charAt(end) != ';' && uri.charAt(end) != '?') {
            end++;
        }
        return uri.substring(end);
    }
}
