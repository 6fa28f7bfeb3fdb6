package io.ringdown.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * Calls that go on all the while, one begun every few milliseconds: INVITE, some INFOs, BYE, part of them held open, each request sent again
 * until it is answered. A call that is not served as it should be is noted. Shares no code with the cluster.
 */
final class SteadyCalls implements AutoCloseable {
    private static final int INFOS = 6;
    private static final long EVERY_MILLIS = 25;
    private static final long PAUSE_MILLIS = 150;
    private static final long HELD_MILLIS = 400;
    /** Shorter, and a busy machine drowns in what is sent again. */
    static final int T1_MILLIS = 250;

    private static final long T2_MILLIS = 8 * T1_MILLIS;
    private static final long PATIENCE_MILLIS = 64 * T1_MILLIS;
    private static final Pattern FINAL = Pattern.compile("SIP/2\\.0 ([1-6]\\d\\d) ");

    private final DatagramSocket socket;
    private final InetSocketAddress service;
    private final Map<String, Call> calls = new HashMap<>();
    private final List<String> failures = new ArrayList<>();
    private final List<String> servedBy = new ArrayList<>();
    /** The numbers of those calls. */
    private final List<Integer> served = new ArrayList<>();

    private final Thread thread = new Thread(this::run, "steady calls");
    private volatile boolean ending;
    private int begun;
    private int completed;

    private static final class Call {
        final String callId;
        String to = "<sip:answer@cluster>";
        String method;
        int cseq;
        int counted;
        String request = "";
        boolean provisional;
        long deadline;
        long next;
        long interval;

        Call(String callId) {
            this.callId = callId;
        }
    }

    SteadyCalls(String service, String from) throws IOException {
        int colon = service.indexOf(':');
        this.service =
                new InetSocketAddress(service.substring(0, colon), Integer.parseInt(service.substring(colon + 1)));
        socket = new DatagramSocket(0, InetAddress.getByName(from));
        thread.start();
    }

    /** Calls that were not served as they should be, and why. */
    synchronized List<String> failures() {
        return List.copyOf(failures);
    }

    synchronized int completed() {
        return completed;
    }

    /** How many there have been; the Call-ID of the next one has this number. */
    synchronized int begun() {
        return begun;
    }

    /** The elements that accepted new calls, call by call. */
    synchronized List<String> servedBy() {
        return List.copyOf(servedBy);
    }

    /** Those that accepted calls from that number on: an answer that is on its way may be to an earlier one. */
    synchronized List<String> servedBy(int first) {
        var elements = new ArrayList<String>();
        for (int i = 0; i < served.size(); i++) {
            if (served.get(i) >= first) {
                elements.add(servedBy.get(i));
            }
        }
        return elements;
    }

    private static long now() {
        return System.nanoTime() / 1_000_000;
    }

    private void run() {
        long nextCall = now();
        var packet = new DatagramPacket(new byte[10_000], 10_000);
        try {
            socket.setSoTimeout(2);
            socket.setReceiveBufferSize(4_000_000);
            while (!ending || !none()) {
                if (!ending && now() >= nextCall) {
                    nextCall += EVERY_MILLIS;
                    begin();
                }
                again();
                try {
                    socket.receive(packet);
                    received(new String(packet.getData(), 0, packet.getLength(), ISO_8859_1));
                } catch (SocketTimeoutException e) {
                    // time for the next look at what is due
                }
            }
        } catch (IOException e) {
            note("the caller failed: " + e);
        }
    }

    private synchronized boolean none() {
        return calls.isEmpty();
    }

    private synchronized void note(String failure) {
        failures.add(failure);
    }

    private synchronized void begin() throws IOException {
        var call = new Call("steady-" + begun++ + "@" + socket.getLocalAddress().getHostAddress());
        calls.put(call.callId, call);
        request(call, "INVITE", begun % 3 == 0);
    }

    private void request(Call call, String method, boolean held) throws IOException {
        call.method = method;
        call.cseq++;
        call.provisional = false;
        call.interval = T1_MILLIS;
        call.next = now() + T1_MILLIS;
        call.deadline = now() + PATIENCE_MILLIS;
        long until = System.currentTimeMillis() + HELD_MILLIS;
        call.request = text(call, method, call.cseq, held ? "X-Ringdown-Hold: final=" + until + "\r\n" : "");
        send(call.request);
    }

    private String text(Call call, String method, int cseq, String more) {
        return method + " sip:answer@cluster SIP/2.0\r\nVia: SIP/2.0/UDP "
                + socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort() + ";branch=z9hG4bK-"
                + call.callId
                + "-" + cseq + (method.equals("ACK") ? "a" : "") + "\r\nMax-Forwards: 70\r\n"
                + "From: <sip:steady@caller>;tag=s\r\nTo: " + call.to + "\r\nCall-ID: " + call.callId + "\r\nCSeq: "
                + cseq + " " + method + "\r\n" + more + "Content-Length: 0\r\n\r\n";
    }

    private void send(String text) throws IOException {
        byte[] bytes = text.getBytes(ISO_8859_1);
        socket.send(new DatagramPacket(bytes, bytes.length, service));
    }

    /** Sends again what is unanswered, goes on with what has paused, and gives up what has waited too long. */
    private synchronized void again() throws IOException {
        for (Call call : List.copyOf(calls.values())) {
            if (now() > call.deadline) {
                end(call, call.method + " " + call.cseq + " unanswered");
            } else if (call.request.isEmpty() && now() >= call.next) {
                request(call, call.cseq <= INFOS ? "INFO" : "BYE", call.cseq == 2 || call.cseq == 5);
            } else if (!call.request.isEmpty() && !call.provisional && now() >= call.next) {
                send(call.request);
                call.interval = Math.min(2 * call.interval, T2_MILLIS);
                call.next = now() + call.interval;
            }
        }
    }

    private synchronized void received(String response) throws IOException {
        Matcher line = FINAL.matcher(response);
        Call call = calls.get(header(response, "Call-ID"));
        if (!line.lookingAt() || call == null) {
            return;
        }
        int status = Integer.parseInt(line.group(1));
        String cseq = header(response, "CSeq");
        if (cseq.equals("1 INVITE") && status == 200) {
            accepted(call, response);
        } else if (cseq.equals(call.cseq + " " + call.method) && !call.request.isEmpty()) {
            answered(call, status, response);
        }
    }

    /** A 2xx that comes again wants its ACK again. */
    private void accepted(Call call, String response) throws IOException {
        if (call.cseq == 1 && !call.request.isEmpty()) {
            call.to = header(response, "To");
            servedBy.add(header(response, "X-Ringdown-Node"));
            served.add(Integer.parseInt(call.callId.substring("steady-".length(), call.callId.indexOf('@'))));
            pause(call);
        }
        send(text(call, "ACK", 1, ""));
    }

    private void pause(Call call) {
        call.request = "";
        call.next = now() + PAUSE_MILLIS;
    }

    private void answered(Call call, int status, String response) {
        if (status < 200) {
            call.provisional = call.method.equals("INVITE");
        } else if (status == 503 && call.method.equals("INVITE") && response.contains("\r\nRetry-After: ")) {
            // Behind on a busy machine, which is no harm that maintenance did.
            calls.remove(call.callId);
        } else if (status >= 300) {
            end(
                    call,
                    call.method + " " + call.cseq + " answered " + status + " by "
                            + header(response, "X-Ringdown-Node"));
        } else {
            call.counted += call.method.equals("INFO") ? 1 : 0;
            String counter = header(response, "X-Ringdown-Counter");
            if (!counter.equals(String.valueOf(call.counted))) {
                end(call, call.method + " " + call.cseq + " counted " + counter + ", not " + call.counted);
            } else if (call.method.equals("BYE")) {
                completed++;
                calls.remove(call.callId);
            } else {
                pause(call);
            }
        }
    }

    private void end(Call call, String failure) {
        failures.add(call.callId + ": " + failure);
        calls.remove(call.callId);
    }

    private static String header(String text, String name) {
        int at = text.indexOf("\r\n" + name + ": ");
        return at < 0 ? "" : text.substring(at + name.length() + 4, text.indexOf("\r\n", at + 2));
    }

    /** Begins no more calls, and waits for the end of those that there are. */
    void finish() throws InterruptedException {
        ending = true;
        thread.join();
    }

    @Override
    public void close() {
        synchronized (this) {
            ending = true;
            calls.clear();
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        socket.close();
    }
}
