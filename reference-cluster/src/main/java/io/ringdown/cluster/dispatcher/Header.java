package io.ringdown.cluster.dispatcher;

/** Where a header line stands in a message. */
record Header(int lineStart, int valueStart, int lineEnd) {
    /** The first line of that name, long or compact, before the empty line; null if there is none. */
    static Header find(String text, String name, char compact) {
        int at = text.indexOf("\r\n") + 2;
        while (at >= 2 && at < text.length()) {
            int end = text.indexOf("\r\n", at);
            if (end <= at) {
                return null;
            }
            int colon = text.indexOf(':', at);
            if (colon > at && colon < end) {
                int nameEnd = colon;
                while (nameEnd > at && text.charAt(nameEnd - 1) <= ' ') {
                    nameEnd--;
                }
                int length = nameEnd - at;
                if (length == name.length() && text.regionMatches(true, at, name, 0, length)
                        || length == 1 && Character.toLowerCase(text.charAt(at)) == compact) {
                    return new Header(at, colon + 1, end);
                }
            }
            at = end + 2;
        }
        return null;
    }

    String value(String text) {
        return text.substring(valueStart, lineEnd).trim();
    }

    /** The first of the values in a header line that may have several. */
    static String firstValue(String value) {
        int comma = value.indexOf(',');
        return comma < 0 ? value : value.substring(0, comma).trim();
    }
}
