package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BiFunction;
import java.util.function.Predicate;

/**
 * A small callee on a real socket, written for these tests from RFC 3261 alone: accepts every call, counts its INFOs, obeys the hold
 * header, retransmits what wants an ACK. Tests may drop what comes and rewrite what leaves.
 */
final class AnsweringCallee implements AutoCloseable {
    /** A request as its lines stand. */
    record Request(String text, InetSocketAddress from) {
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

        String toTag() {
            String to = header("To");
            int at = to.indexOf(";tag=");
            return at < 0 ? "" : to.substring(at + 5);
        }

        int cseq() {
            return Integer.parseInt(header("CSeq").split(" ")[0]);
        }

        long hold(String which) {
            for (String part : header("X-Ringdown-Hold").split(";")) {
                if (part.startsWith(which + "=")) {
                    return Long.parseLong(part.substring(which.length() + 1)) * 1_000;
                }
            }
            return 0;
        }
    }

    private static final class Call {
        private final Request invite;
        private final String tag;
        private int counter;
        private boolean cancelled;
        private boolean over;
        private final Map<String, String> answers = new ConcurrentHashMap<>();
        private final Map<Integer, Boolean> acknowledged = new ConcurrentHashMap<>();

        Call(Request invite, String tag) {
            this.invite = invite;
            this.tag = tag;
        }
    }

    private final long t1Micros;
    private final DatagramSocket socket;
    private final ScheduledExecutorService timers = Executors.newSingleThreadScheduledExecutor();
    private final Map<String, Call> calls = new ConcurrentHashMap<>();
    private final AtomicLong tags = new AtomicLong();
    private final Thread thread = new Thread(this::run, "callee");
    private final boolean keeps;
    /** Everything that came and was not dropped, if it is kept. */
    final List<Request> received = java.util.Collections.synchronizedList(new ArrayList<>());

    volatile Predicate<Request> drops = request -> false;
    /** What leaves instead of a response; each element is a datagram. */
    volatile BiFunction<Request, String, List<String>> rewrites = (request, response) -> List.of(response);
    /** A status to answer with in place of 200, or 0. */
    volatile java.util.function.ToIntFunction<Request> refuses = request -> 0;
    /** The Contact lines of the answer to a REGISTER: the binding, unless it is to be removed. */
    volatile java.util.function.Function<Request, String> lists = request ->
            request.header("Expires").equals("0") ? "" : "Contact: " + request.header("Contact") + ";expires=3600\r\n";
    /** Whether held INVITEs are never answered. */
    volatile boolean mute;

    AnsweringCallee(long t1Millis) throws IOException {
        this(t1Millis, true);
    }

    /** @param keeps whether to keep what comes */
    AnsweringCallee(long t1Millis, boolean keeps) throws IOException {
        t1Micros = t1Millis * 1_000;
        this.keeps = keeps;
        socket = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0));
        socket.setReceiveBufferSize(8 << 20);
        thread.setDaemon(true);
        thread.start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void run() {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            while (true) {
                socket.receive(packet);
                String text = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
                var request = new Request(text, (InetSocketAddress) packet.getSocketAddress());
                packet.setLength(65_535);
                if (!text.startsWith("SIP/2.0") && !drops.test(request)) {
                    if (keeps) {
                        received.add(request);
                    }
                    synchronized (this) {
                        handle(request);
                    }
                } else if (keeps && text.startsWith("SIP/2.0")) {
                    received.add(request);
                }
            }
        } catch (SocketException e) {
            // closed
        } catch (IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }

    private void handle(Request request) {
        Call call = calls.get(request.header("Call-ID"));
        switch (request.method()) {
            case "INVITE" -> invite(call, request);
            case "ACK" -> {
                if (call != null) {
                    call.acknowledged.put(request.cseq(), true);
                }
            }
            case "CANCEL" -> cancel(call, request);
            case "OPTIONS" -> answer(request, 200, "", "");
            case "REGISTER" -> answer(request, Math.max(200, refuses.applyAsInt(request)), "r", lists.apply(request));
            default -> within(call, request);
        }
    }

    private void invite(Call known, Request request) {
        Call call = known;
        if (call == null) {
            call = new Call(request, "c" + tags.incrementAndGet());
            calls.put(request.header("Call-ID"), call);
        } else if (call.answers.containsKey(key(request))) {
            send(request, call.answers.get(key(request)));
            return;
        } else if (request.toTag().isEmpty() && !call.invite.branch().equals(request.branch())) {
            answer(request, 482, "", "");
            return;
        } else if (call.invite.branch().equals(request.branch()) && call.invite != request) {
            return;
        }
        Call at = call;
        int refusal = refuses.applyAsInt(request);
        if (refusal > 0) {
            at.answers.put(key(request), answer(request, refusal, at.tag, ""));
            untilAcknowledged(at, request, t1Micros);
            return;
        }
        long ring = request.hold("18x");
        long accept = request.hold("final");
        if (ring > 0 || mute) {
            answer(request, 100, "", "");
        }
        if (mute) {
            return;
        }
        at(ring, () -> {
            if (accept > 0 && !at.cancelled) {
                answer(request, 180, at.tag, "");
            }
        });
        at(accept, () -> {
            if (!at.cancelled) {
                String extra = "Contact: <sip:callee@" + address().getHostString() + ":"
                        + address().getPort() + ">\r\nX-Ringdown-Setups: 1\r\n";
                at.answers.put(key(request), answer(request, 200, at.tag, extra));
                untilAcknowledged(at, request, t1Micros);
            }
        });
    }

    private void untilAcknowledged(Call call, Request request, long wait) {
        timers.schedule(
                () -> {
                    synchronized (this) {
                        if (!call.acknowledged.containsKey(request.cseq()) && !call.over && wait < 64 * t1Micros) {
                            send(request, call.answers.get(key(request)));
                            untilAcknowledged(call, request, Math.min(2 * wait, 8 * t1Micros));
                        }
                    }
                },
                wait,
                TimeUnit.MICROSECONDS);
    }

    private void cancel(Call call, Request request) {
        if (call == null) {
            answer(request, 481, "", "");
            return;
        }
        answer(request, 200, call.tag, "");
        Request invite = new Request(request.text.replace("CANCEL", "INVITE"), request.from);
        if (!call.answers.containsKey(key(invite)) && !call.cancelled) {
            call.cancelled = true;
            call.answers.put(key(invite), answer(invite, 487, call.tag, ""));
            untilAcknowledged(call, invite, t1Micros);
        }
    }

    private void within(Call call, Request request) {
        if (call == null || !call.tag.equals(request.toTag())) {
            answer(request, 481, "", "");
            return;
        }
        String before = call.answers.get(key(request));
        if (before != null) {
            if (!before.isEmpty()) {
                send(request, before);
            }
            return;
        }
        if (call.over) {
            answer(request, 481, "", "");
            return;
        }
        int refusal = refuses.applyAsInt(request);
        if (refusal > 0) {
            call.answers.put(key(request), answer(request, refusal, call.tag, ""));
            return;
        }
        call.answers.put(key(request), "");
        at(request.hold("final"), () -> {
            if (request.method().equals("INFO")) {
                call.counter++;
            } else if (request.method().equals("BYE")) {
                call.over = true;
            }
            String extra = "X-Ringdown-Counter: " + call.counter + "\r\n";
            call.answers.put(key(request), answer(request, 200, call.tag, extra));
        });
    }

    /** Sends a BYE of the callee's own in the call of an INVITE. */
    synchronized void hangUp(Request invite) {
        Call call = calls.get(invite.header("Call-ID"));
        String text = "BYE sip:caller SIP/2.0\r\nVia: SIP/2.0/UDP " + address().getHostString() + ":"
                + address().getPort() + ";branch=z9hG4bKbye\r\nFrom: " + invite.header("To") + ";tag=" + call.tag
                + "\r\nTo: " + invite.header("From") + "\r\nCall-ID: " + invite.header("Call-ID")
                + "\r\nCSeq: 1 BYE\r\nContent-Length: 0\r\n\r\n";
        call.over = true;
        datagram(text.getBytes(ISO_8859_1), invite.from);
    }

    private static String key(Request request) {
        return request.method() + request.branch();
    }

    private void at(long epochMicros, Runnable task) {
        long wait = epochMicros - System.currentTimeMillis() * 1_000;
        if (wait <= 0) {
            task.run();
        } else {
            timers.schedule(
                    () -> {
                        synchronized (this) {
                            task.run();
                        }
                    },
                    wait,
                    TimeUnit.MICROSECONDS);
        }
    }

    private String answer(Request request, int status, String tag, String extra) {
        String to = request.header("To") + (tag.isEmpty() || !request.toTag().isEmpty() ? "" : ";tag=" + tag);
        String text = "SIP/2.0 " + status + " Reason\r\nVia: " + request.header("Via") + "\r\nFrom: "
                + request.header("From") + "\r\nTo: " + to + "\r\nCall-ID: " + request.header("Call-ID") + "\r\nCSeq: "
                + request.header("CSeq") + "\r\nX-Ringdown-Node: callee\r\n" + extra + "Content-Length: 0\r\n\r\n";
        send(request, text);
        return text;
    }

    private void send(Request request, String response) {
        for (String text : rewrites.apply(request, response)) {
            datagram(text.getBytes(ISO_8859_1), request.from);
        }
    }

    void datagram(byte[] bytes, InetSocketAddress to) {
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, to));
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new java.io.UncheckedIOException(e);
            }
        }
    }

    /** Requests of a method that came, in order. */
    List<Request> received(String method) {
        synchronized (received) {
            return received.stream().filter(r -> r.method().equals(method)).toList();
        }
    }

    @Override
    public void close() {
        socket.close();
        timers.shutdownNow();
    }
}
