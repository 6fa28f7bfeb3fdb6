package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.workloads.sip.Wire;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A wire whose clock a test advances, and whose far side the test is. */
final class ManualWire implements Wire {
    record Sent(long at, String text, InetSocketAddress to) {
        String method() {
            return text.substring(0, text.indexOf(' '));
        }

        String header(String name) {
            int at = text.indexOf("\r\n" + name + ": ");
            return at < 0 ? "" : text.substring(at + name.length() + 4, text.indexOf("\r\n", at + 2));
        }

        String branch() {
            return header("Via").replaceFirst(".*;branch=", "");
        }
    }

    private static final class Due implements Timer {
        private final long at;
        private final Runnable task;
        private boolean cancelled;

        Due(long at, Runnable task) {
            this.at = at;
            this.task = task;
        }

        @Override
        public void cancel() {
            cancelled = true;
        }
    }

    private final List<Due> timers = new ArrayList<>();
    final List<Sent> sent = new ArrayList<>();
    private long now;
    boolean reliable;
    boolean connected = true;

    @Override
    public boolean reliable() {
        return reliable;
    }

    @Override
    public boolean connected(InetSocketAddress to) {
        return connected;
    }

    @Override
    public long nanos() {
        return now;
    }

    @Override
    public Timer at(long instant, Runnable task) {
        var due = new Due(Math.max(now, instant), task);
        timers.add(due);
        return due;
    }

    @Override
    public void send(byte[] data, InetSocketAddress to) {
        sent.add(new Sent(now, new String(data, ISO_8859_1), to));
    }

    @Override
    public InetSocketAddress local() {
        return new InetSocketAddress("127.0.0.1", 5070);
    }

    /** Lets the time up to an instant pass. */
    void advanceTo(long instant) {
        while (true) {
            timers.removeIf(due -> due.cancelled);
            Due next =
                    timers.stream().min(Comparator.comparingLong(due -> due.at)).orElse(null);
            if (next == null || next.at > instant) {
                now = instant;
                return;
            }
            timers.remove(next);
            now = next.at;
            next.task.run();
        }
    }

    List<Sent> sent(String method) {
        return sent.stream().filter(message -> message.method().equals(method)).toList();
    }

    /** A response to a request that was sent. */
    static String response(Sent request, int status, String toTag, String... headers) {
        String to = request.header("To");
        String tag = toTag.isEmpty() || to.contains(";tag=") ? "" : ";tag=" + toTag;
        var text = new StringBuilder("SIP/2.0 " + status + " Reason\r\nVia: " + request.header("Via") + "\r\nFrom: "
                + request.header("From") + "\r\nTo: " + to + tag + "\r\nCall-ID: " + request.header("Call-ID")
                + "\r\nCSeq: " + request.header("CSeq") + "\r\n");
        for (String header : headers) {
            text.append(header).append("\r\n");
        }
        return text.append("Content-Length: 0\r\n\r\n").toString();
    }
}
