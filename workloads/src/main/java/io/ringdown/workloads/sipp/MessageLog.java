package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.time.format.DateTimeParseException;
import java.util.Locale;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * SIPp's log of whole messages ({@code -trace_msg}), written with {@code TZ=UTC}, while it grows: a line of hyphens with the time, one that says which
 * way it went and how long it is, an empty one, and the message.
 */
final class MessageLog {
    private static final Pattern TIME = Pattern.compile("-{47} (\\d{4}-\\d{2}-\\d{2} \\d{2}:\\d{2}:\\d{2}\\.\\d{6})$");
    private static final Pattern WAY = Pattern.compile("UDP message (received|sent) [\\[(](\\d+)[\\])]? ?bytes\\)? ?:");
    /** What was not sent is among its complaints. */
    private static final Pattern UNSENT = Pattern.compile("(Error|Truncation) sending ");

    private static final DateTimeFormatter FORMAT =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    private final Tail tail;
    private final StringBuilder text = new StringBuilder();
    private long epochMicros;
    private boolean sent;
    /** Length of the message that is being read; -1: none is. */
    private int length = -1;

    /** The empty line before it has been read. */
    private boolean heard;
    /** The line before had a time, which the next one is about. */
    private boolean timed;

    private long torn;

    /**
     * One datagram.
     *
     * @param epochMicros when it was read, or just after it was sent: wall-clock microseconds since 1970
     */
    record Logged(long epochMicros, boolean sent, byte[] bytes) {}

    MessageLog(Path file) {
        tail = new Tail(file);
    }

    /** Hands over the whole messages that came since the last time. */
    void read(Consumer<Logged> message) throws IOException {
        tail.read(line -> line(line, message));
    }

    /**
     * Places where messages may be missing: a write that failed, or a message that SIPp logged only in part, as it does what has a NUL in it; and where time
     * goes back.
     */
    long torn() {
        return torn;
    }

    private void line(String line, Consumer<Logged> message) {
        if (length < 0) {
            head(line);
            return;
        }
        if (!heard && line.isEmpty()) {
            heard = true;
            return;
        }
        if (!heard || TIME.matcher(line).find()) {
            torn++;
            over(message);
            head(line);
            return;
        }
        text.append(line).append('\n');
        if (text.length() >= length) {
            // With the end of line that SIPp puts after it, if it has none itself.
            torn += text.length() > length + 1 ? 1 : 0;
            text.setLength(length);
            over(message);
        }
    }

    private void over(Consumer<Logged> message) {
        message.accept(new Logged(epochMicros, sent, text.toString().getBytes(ISO_8859_1)));
        length = -1;
    }

    /** Between messages SIPp repeats those that it did not expect, without a time. */
    private void head(String line) {
        Matcher time = TIME.matcher(line);
        Matcher way = WAY.matcher(line);
        boolean begins = time.find();
        boolean message = way.lookingAt();
        boolean follows = message || UNSENT.matcher(line).lookingAt();
        // Each begins with its time, and nothing else does.
        torn += timed != follows || begins && time.start() > 0 ? 1 : 0;
        timed = begins;
        if (begins) {
            long before = epochMicros;
            epochMicros = micros(time.group(1));
            torn += epochMicros < before - SippProcess.SET_BACK_MICROS ? 1 : 0;
        } else if (message) {
            sent = way.group(1).equals("sent");
            length = Integer.parseInt(way.group(2));
            heard = false;
            text.setLength(0);
        }
    }

    private static long micros(String time) {
        try {
            var at = LocalDateTime.parse(time, FORMAT).toInstant(ZoneOffset.UTC);
            return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
        } catch (DateTimeParseException e) {
            throw new IllegalStateException("not SIPp's time: " + time, e);
        }
    }
}
