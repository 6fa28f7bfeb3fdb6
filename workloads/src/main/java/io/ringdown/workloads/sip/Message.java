package io.ringdown.workloads.sip;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * A SIP message as it came (RFC 3261 section 7): a response, or a request. It is read once for where its header fields stand; a value
 * becomes a string when somebody asks for it. It shares the array that it was read from, so that who keeps a message for later keeps
 * {@link #kept a copy}.
 */
public final class Message {
    private static final byte[] VERSION = "SIP/2.0".getBytes(ISO_8859_1);
    private static final String[] METHODS = {
        "INVITE",
        "ACK",
        "BYE",
        "CANCEL",
        "INFO",
        "OPTIONS",
        "REGISTER",
        "UPDATE",
        "PRACK",
        "MESSAGE",
        "SUBSCRIBE",
        "NOTIFY"
    };

    private final byte[] data;
    private final int length;
    private final String nodeHeader;
    private HeaderLines lines;
    private int status;
    private String method;
    private int cseq;
    // Of header fields that most messages are asked for; 0: not there.
    private long via;
    private long from;
    private long to;
    private long callId;
    private long cseqValue;
    private long contact;
    private long contentLength;
    private long node;
    private long counter;
    private long setups;
    private int vias;
    private boolean routed;
    /** Whether any header's name begins with X. */
    private boolean extended;

    private Message(byte[] data, int length, String nodeHeader) {
        this.data = data;
        this.length = length;
        this.nodeHeader = nodeHeader;
    }

    /**
     * Reads a datagram.
     *
     * @param nodeHeader names the header with the serving element, or is empty
     * @return null if it is no SIP message
     */
    public static Message read(byte[] data, int length, String nodeHeader) {
        var message = new Message(data, length, nodeHeader);
        return message.readStartLine() && message.readHeader() ? message : null;
    }

    /** Whether a datagram only keeps a path open: line ends and nothing else (RFC 5626 section 3.5.1). */
    public static boolean keepAlive(byte[] data, int length) {
        for (int i = 0; i < length; i++) {
            if (data[i] != '\r' && data[i] != '\n') {
                return false;
            }
        }
        return length > 0;
    }

    /** The same message, whatever becomes of the array that it was read from. */
    public Message kept() {
        return read(Arrays.copyOf(data, length), length, nodeHeader);
    }

    /** Sets status and, of a request, method; whether the line is one that a message begins with. */
    private boolean readStartLine() {
        int end = Bytes.lineEnd(data, 0, length);
        if (end < 0) {
            return false;
        }
        lines = new HeaderLines(data, end + 2, length);
        if (Bytes.startsWith(data, 0, end, VERSION) && end > 10 && data[VERSION.length] == ' ') {
            int code = Bytes.number(data, 8, 11);
            status = code;
            return code >= 100 && code <= 699 && (end == 11 || data[11] == ' ');
        }
        int version = end - VERSION.length;
        int space = Bytes.indexOf(data, ' ', 0, end);
        boolean request = space > 0
                && space < version - 1
                && data[version - 1] == ' '
                && Bytes.startsWith(data, version, end, VERSION);
        method = request ? methodAt(0, space) : null;
        return request;
    }

    /** Notes where the fields stand; whether there are those that no message is without, and they make sense. */
    private boolean readHeader() {
        while (lines.next()) {
            note();
        }
        if (!lines.ended() || via == 0 || Spans.empty(callId) || !wholeBody()) {
            return false;
        }
        int digits = Spans.from(cseqValue);
        int end = Spans.until(cseqValue);
        while (digits < end && data[digits] > ' ') {
            digits++;
        }
        cseq = Bytes.number(data, Spans.from(cseqValue), digits);
        while (digits < end && data[digits] <= ' ') {
            digits++;
        }
        if (cseq < 0 || digits == end) {
            return false;
        }
        method = method == null ? methodAt(digits, end) : method;
        int open = Spans.bracket(data, contact);
        return open < 0 || Bytes.indexOf(data, '>', open, Spans.until(contact)) > 0;
    }

    /** Whether as much of a body came as there is to be, where that is told (RFC 3261 section 18.3). */
    private boolean wholeBody() {
        if (contentLength == 0) {
            return true;
        }
        int told = Bytes.number(data, Spans.from(contentLength), Spans.until(contentLength));
        return told >= 0 && told <= length - lines.body();
    }

    private void note() {
        switch (lines.initial()) {
            case 'v' -> {
                if (lines.named("Via", 'v')) {
                    via = via == 0 ? lines.value() : via;
                    vias++;
                }
            }
            case 'f' -> from = lines.named("From", 'f') ? lines.value() : from;
            case 't' -> to = lines.named("To", 't') ? lines.value() : to;
            case 'i' -> callId = lines.named("Call-ID", 'i') ? lines.value() : callId;
            case 'm' -> contact = lines.named("Contact", 'm') ? lines.value() : contact;
            case 'c' -> {
                if (lines.named("Call-ID", '\0')) {
                    callId = lines.value();
                } else if (lines.named("CSeq", '\0')) {
                    cseqValue = lines.value();
                } else if (lines.named("Contact", '\0')) {
                    contact = lines.value();
                } else if (lines.named("Content-Length", '\0')) {
                    contentLength = lines.value();
                }
            }
            case 'l' -> contentLength = lines.named("Content-Length", 'l') ? lines.value() : contentLength;
            case 'r' -> routed |= lines.named("Record-Route", '\0');
            case 'x' -> {
                extended = true;
                counter = lines.named("X-Ringdown-Counter", '\0') ? lines.value() : counter;
                setups = lines.named("X-Ringdown-Setups", '\0') ? lines.value() : setups;
            }
            default -> {
                // asked for by few
            }
        }
        if (!nodeHeader.isEmpty() && lines.named(nodeHeader, '\0')) {
            node = lines.value();
        }
    }

    /** A method that is known is always the same string. */
    private String methodAt(int from, int until) {
        for (String known : METHODS) {
            if (Bytes.equal(data, from, until, known)) {
                return known;
            }
        }
        return new String(data, from, until - from, ISO_8859_1);
    }

    /** Whether it is a request. */
    public boolean request() {
        return status == 0;
    }

    /** 0 for a request. */
    public int status() {
        return status;
    }

    /** Method of the request, or of the response's CSeq. */
    public String method() {
        return method;
    }

    /** Number of the CSeq. */
    public int cseq() {
        return cseq;
    }

    /** Branch of the topmost Via, or empty. */
    public String branch() {
        return Spans.parameter(data, via, "branch");
    }

    /** Host, and port if there is one, that the topmost Via says it was sent by (RFC 3261 section 18.1.1); or empty. */
    public String sentBy() {
        return Spans.sentBy(data, via);
    }

    /** Value of a parameter of the topmost Via, or empty. */
    public String viaParameter(String name) {
        return Spans.parameter(data, via, name);
    }

    /** All Via lines, as they stand. */
    public List<String> vias() {
        return vias == 1 ? List.of(Spans.text(data, via)) : values("Via");
    }

    /** Identifies the call. */
    public String callId() {
        return Spans.text(data, callId);
    }

    /** Whether it belongs to the call of a Call-ID. */
    public boolean isOf(String callId) {
        return Bytes.equal(data, Spans.from(this.callId), Spans.until(this.callId), callId);
    }

    /** The From as it stands, or empty. */
    public String from() {
        return Spans.text(data, from);
    }

    /** The To as it stands, or empty. */
    public String to() {
        return Spans.text(data, to);
    }

    /** Writes the From as it stands. */
    public void addFrom(MessageText to) {
        Spans.add(data, from, to);
    }

    /** Writes the To as it stands. */
    public void addTo(MessageText to) {
        Spans.add(data, this.to, to);
    }

    /** Writes the Call-ID. */
    public void addCallId(MessageText to) {
        Spans.add(data, callId, to);
    }

    /** Tag of the To, or empty. */
    public String toTag() {
        return Spans.parameter(data, to, "tag");
    }

    /** Tag of the From, or empty. */
    public String fromTag() {
        return Spans.parameter(data, from, "tag");
    }

    /** URI of the Contact, or empty. */
    public String contact() {
        return Spans.uri(data, contact);
    }

    /** All values of all Contacts, in their order. */
    public List<Contact> contacts() {
        return contact == 0 ? List.of() : Contact.of(values("Contact"));
    }

    /** Record-Route values, topmost first. */
    public List<String> routes() {
        if (!routed) {
            return List.of();
        }
        var routes = new ArrayList<String>(2);
        values("Record-Route").forEach(line -> HeaderLines.split(line, routes));
        return routes;
    }

    /** The element that made it, as it names itself; empty if it does not. */
    public String node() {
        return Spans.text(data, node);
    }

    /** The service's counter, or -1. */
    public long counter() {
        return Spans.wholeNumber(data, counter);
    }

    /** Set-ups that the service says it accepted for this Call-ID, or -1. */
    public int setups() {
        return (int) Math.min(Spans.wholeNumber(data, setups), Integer.MAX_VALUE);
    }

    /** The first value of a header that has no name here, or empty. A name's compact form is the same name (RFC 3261 section 20). */
    public String other(String name) {
        if (!extended && name.startsWith("X-")) {
            return "";
        }
        char compact = HeaderLines.compact(name);
        for (lines.rewind(); lines.next(); ) {
            if (lines.named(name, compact)) {
                return Spans.text(data, lines.value());
            }
        }
        return "";
    }

    /** The values of a header, a line each, in order. */
    public List<String> values(String name) {
        var values = new ArrayList<String>(1);
        char compact = HeaderLines.compact(name);
        for (lines.rewind(); lines.next(); ) {
            if (lines.named(name, compact)) {
                values.add(Spans.text(data, lines.value()));
            }
        }
        return values;
    }

    /** The whole number that a header's first value that begins with one begins with, or -1. */
    public long number(String name) {
        for (String value : values(name)) {
            int digits = 0;
            while (digits < value.length() && Character.digit(value.charAt(digits), 10) >= 0) {
                digits++;
            }
            if (digits > 0 && digits < 10) {
                return Long.parseLong(value.substring(0, digits));
            }
        }
        return -1;
    }
}
