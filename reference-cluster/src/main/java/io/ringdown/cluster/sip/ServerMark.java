package io.ringdown.cluster.sip;

/**
 * How a message names the app processor that a call began at, where its tags do not: a parameter of the Via that comes back in a response, and
 * of the Record-Route that comes back as Route.
 */
public final class ServerMark {
    /** Begins the branch of every request that an app processor sends. */
    public static final String BRANCH = "z9hG4bK-e";

    private static final String PARAMETER = ";server=";

    private ServerMark() {}

    /** The parameter that names an app processor. */
    public static String of(String name) {
        return PARAMETER + name;
    }

    /** The app processor that a Via or Route value names; empty if it names none. */
    public static String in(String value) {
        int at = value.indexOf(PARAMETER);
        if (at < 0) {
            return "";
        }
        int begin = at + PARAMETER.length();
        int end = begin;
        while (end < value.length() && ";>,? \t".indexOf(value.charAt(end)) < 0) {
            end++;
        }
        return value.substring(begin, end);
    }
}
