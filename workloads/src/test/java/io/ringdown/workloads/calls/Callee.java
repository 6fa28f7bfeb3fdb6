package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.Executors;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/**
 * A callee that shares no code with the generator: answers calls as the service {@code answer} does, with its hold hooks, and remembers
 * every datagram. A test may put its own manners before those.
 */
final class Callee implements AutoCloseable {
    static final String NODE = "callee-1";

    /** What a test does with a request; false leaves it to the callee. */
    interface Manner {
        boolean answers(CalleeRequest request, Callee callee);

        /** Requests of a method are lost on the way. */
        static Manner deafTo(String method) {
            return (request, callee) -> request.method().equals(method);
        }

        /** The first requests of a method, one a transaction, get a final response; those after them are served. */
        static Manner refusing(String method, int times, String status) {
            var refused = new HashMap<String, Boolean>();
            return (request, callee) -> {
                if (!request.method().equals(method)
                        || refused.size() == times && !refused.containsKey(request.branch())) {
                    return false;
                }
                refused.put(request.branch(), true);
                callee.reply(request, status, "");
                return true;
            };
        }
    }

    private static final class Session {
        int setUps;
        int counter;
        boolean acknowledged;
        boolean over;
    }

    private final DatagramSocket socket =
            new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    private final ScheduledExecutorService thread =
            Executors.newSingleThreadScheduledExecutor(task -> new Thread(task, "callee"));
    private final Manner manner;
    private final long t1;
    private final Map<String, Session> sessions = new HashMap<>();
    private final Map<String, String> answers = new HashMap<>();
    final List<CalleeRequest> requests = new CopyOnWriteArrayList<>();
    /** What the caller answers to requests of ours. */
    final List<String> responses = new CopyOnWriteArrayList<>();

    Callee(long t1) throws IOException {
        this(t1, (request, callee) -> false);
    }

    Callee(long t1, Manner manner) throws IOException {
        this.t1 = t1;
        this.manner = manner;
        new Thread(this::receive, "callee-receiver").start();
    }

    InetSocketAddress address() {
        return (InetSocketAddress) socket.getLocalSocketAddress();
    }

    private void receive() {
        var packet = new DatagramPacket(new byte[65_535], 65_535);
        try {
            while (true) {
                socket.receive(packet);
                long at = System.nanoTime();
                var text = new String(packet.getData(), 0, packet.getLength(), ISO_8859_1);
                var from = (InetSocketAddress) packet.getSocketAddress();
                if (text.startsWith("SIP/2.0")) {
                    responses.add(text);
                } else {
                    var request = new CalleeRequest(text, from, at);
                    thread.execute(() -> received(request));
                }
            }
        } catch (SocketException | RejectedExecutionException e) {
            // closed
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    private void received(CalleeRequest request) {
        requests.add(request);
        if (manner.answers(request, this)) {
            return;
        }
        String last = answers.get(request.transaction());
        if (last != null) {
            send(last, request.from());
            return;
        }
        switch (request.method()) {
            case "INVITE" -> invited(request);
            case "ACK" -> session(request, session -> session.acknowledged = true);
            case "CANCEL" -> {
                reply(request, "200 OK", "");
                reply(request.asInvite(), "487 Request Terminated", "");
            }
            case "OPTIONS" -> reply(request, "200 OK", "");
            default -> inDialog(request);
        }
    }

    private void invited(CalleeRequest invite) {
        if (!invite.toTag().isEmpty() && !sessions.containsKey(invite.callId())) {
            reply(invite, "481 Call/Transaction Does Not Exist", "");
            return;
        }
        reply(invite, "100 Trying", "");
        Session session = sessions.computeIfAbsent(invite.callId(), callId -> new Session());
        session.setUps += invite.toTag().isEmpty() ? 1 : 0;
        if (invite.toTag().isEmpty()) {
            at(invite.hold("18x"), () -> {
                if (answers.get(invite.transaction()).startsWith("SIP/2.0 100")) {
                    reply(invite, "180 Ringing", "");
                }
            });
        }
        at(invite.hold("final"), () -> {
            if (answers.get(invite.transaction()).startsWith("SIP/2.0 1")) {
                session.acknowledged = false;
                reply(invite, "200 OK", service(session));
                again(invite, session, t1);
            }
        });
    }

    /** A 2xx is sent again until its ACK comes, at intervals that double up to T2 (RFC 3261 section 13.3.1.4). */
    private void again(CalleeRequest invite, Session session, long wait) {
        thread.schedule(
                () -> {
                    if (!session.acknowledged && !session.over) {
                        send(answers.get(invite.transaction()), invite.from());
                        again(invite, session, Math.min(2 * wait, 8 * t1));
                    }
                },
                wait,
                TimeUnit.NANOSECONDS);
    }

    private void inDialog(CalleeRequest request) {
        Session session = sessions.get(request.callId());
        if (session == null || session.over || !request.toTag().equals(tag(request))) {
            reply(request, "481 Call/Transaction Does Not Exist", "");
            return;
        }
        if (request.method().equals("INFO")) {
            session.counter++;
        } else {
            session.over = true;
        }
        String headers = service(session);
        // Known from now on, so that a retransmission counts once and gets the answer when it is due.
        answers.put(request.transaction(), "");
        at(request.hold("final"), () -> reply(request, "200 OK", headers));
    }

    private static String service(Session session) {
        return "X-Ringdown-Counter: " + session.counter + "\r\nX-Ringdown-Setups: " + session.setUps + "\r\n";
    }

    private void session(CalleeRequest request, Consumer<Session> act) {
        Session session = sessions.get(request.callId());
        if (session != null) {
            act.accept(session);
        }
    }

    /** Runs at a wall-clock millisecond, or now if that is none or past. */
    private void at(long epochMillis, Runnable task) {
        long wait = epochMillis - System.currentTimeMillis();
        if (wait <= 0) {
            task.run();
        } else {
            thread.schedule(task, wait, TimeUnit.MILLISECONDS);
        }
    }

    private static String tag(CalleeRequest request) {
        return "t" + Integer.toHexString(request.callId().hashCode());
    }

    /** Answers a request, and its retransmissions likewise. */
    void reply(CalleeRequest request, String status, String headers) {
        String text = response(request, status, headers);
        answers.put(request.transaction(), text);
        send(text, request.from());
    }

    /** A response in full. */
    String response(CalleeRequest request, String status, String headers) {
        String to = request.header("To");
        return "SIP/2.0 " + status + "\r\nVia: " + request.header("Via") + "\r\nFrom: " + request.header("From")
                + "\r\nTo: "
                + (request.toTag().isEmpty() && !status.startsWith("100") ? to + ";tag=" + tag(request) : to)
                + "\r\nCall-ID: " + request.callId() + "\r\nCSeq: " + request.header("CSeq")
                + "\r\nContact: <sip:callee@"
                + address().getAddress().getHostAddress() + ":" + address().getPort() + ">\r\nX-Ringdown-Node: " + NODE
                + "\r\n" + headers + "Content-Length: 0\r\n\r\n";
    }

    /** A request of ours in the dialog that a request of the caller's belongs to. */
    String unasked(String method, CalleeRequest request) {
        return method + " sip:caller@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:"
                + address().getPort()
                + ";branch=z9hG4bKunasked" + method + "\r\nMax-Forwards: 70\r\nFrom: <sip:answer@ringdown.invalid>;tag="
                + tag(request) + "\r\nTo: " + request.header("From") + "\r\nCall-ID: " + request.callId()
                + "\r\nCSeq: 1 "
                + method + "\r\nContent-Length: 0\r\n\r\n";
    }

    void send(String text, InetSocketAddress to) {
        if (text.isEmpty()) {
            return;
        }
        byte[] data = text.getBytes(ISO_8859_1);
        try {
            socket.send(new DatagramPacket(data, data.length, to));
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new AssertionError(e);
            }
        }
    }

    /** Requests of a method, in the order of their arrival. */
    List<CalleeRequest> of(String method) {
        return requests.stream()
                .filter(request -> request.method().equals(method))
                .toList();
    }

    @Override
    public void close() {
        thread.shutdownNow();
        socket.close();
    }
}
