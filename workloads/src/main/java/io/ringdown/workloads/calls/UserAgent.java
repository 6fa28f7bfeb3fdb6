package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunRecorder;
import io.ringdown.workloads.sip.Response;
import io.ringdown.workloads.sip.RetransmissionTimer;
import io.ringdown.workloads.sip.UdpLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The caller: client transactions (RFC 3261 section 17.1) and what a user agent does about their answers. Records every attempt once,
 * when it ends. Runs on its loop's thread.
 */
final class UserAgent implements AutoCloseable {
    private static final String SDP = "v=0\r\no=caller 0 0 IN IP4 127.0.0.1\r\ns=-\r\nc=IN IP4 127.0.0.1\r\nt=0 0\r\n"
            + "m=audio 9 RTP/AVP 0\r\na=inactive\r\n";

    final GeneratorSettings settings;
    final RunClock clock;
    final UdpLoop loop;
    private final RunRecorder recorder;
    private final String[] headers;
    private final Map<String, Attempt> open = new HashMap<>();
    private final Map<String, Dialog> dialogs = new HashMap<>();
    private final String run = Integer.toString(ThreadLocalRandom.current().nextInt(1 << 30), 36);
    private final String host;
    private long branches;
    private int calls;
    private long malformed;

    UserAgent(GeneratorSettings settings, RunRecorder recorder, RunClock clock) throws IOException {
        this.settings = settings;
        this.recorder = recorder;
        this.clock = clock;
        String node = settings.nodeHeader().isEmpty() ? "X-Unknown" : settings.nodeHeader();
        headers = new String[] {node, GeneratorSettings.COUNTER_HEADER, GeneratorSettings.SETUPS_HEADER};
        loop = new UdpLoop(settings.local(), clock::nanos, this::received);
        host = loop.local().getAddress().getHostAddress() + ":" + loop.local().getPort();
    }

    /** A dialog yet to be set up, with a number of its own. */
    Dialog newDialog() {
        int number = calls++;
        String target = "sip:answer@" + settings.service().getAddress().getHostAddress() + ":"
                + settings.service().getPort();
        return new Dialog(number, number + "-" + run + "@" + host, Integer.toString(number, 36) + run, target);
    }

    RunRecorder recorder() {
        return recorder;
    }

    /** Sends a request of its own transaction. */
    void attempt(Attempt attempt) {
        Dialog dialog = attempt.dialog;
        if (attempt.intent != Intent.OPTIONS) {
            dialogs.put(dialog.callId, dialog);
        }
        if (attempt.branch == null) {
            attempt.branch = newBranch();
        }
        attempt.request = request(attempt);
        attempt.sent = clock.nanos();
        open.put(key(attempt.branch, attempt.intent == Intent.CANCEL), attempt);
        loop.send(attempt.request, settings.service());
        var timer = new RetransmissionTimer(settings.t1(), attempt.invite());
        if (attempt.retransmits) {
            retransmit(attempt, timer, timer.first());
        }
        long patience = attempt.retransmits ? timer.timeout() : settings.scaled(2);
        loop.at(attempt.sent + patience, () -> {
            // Timer B stops at the first 1xx; timer F does not.
            if (!attempt.over() && !(attempt.invite() && attempt.answeredProvisionally())) {
                finish(attempt, 0);
            }
        });
    }

    private void retransmit(Attempt attempt, RetransmissionTimer timer, long wait) {
        loop.at(clock.nanos() + wait, () -> {
            boolean stopped = attempt.invite() && attempt.answeredProvisionally();
            if (!attempt.over() && !stopped) {
                attempt.retransmissions++;
                loop.send(attempt.request, settings.service());
                retransmit(attempt, timer, timer.next(wait, attempt.answeredProvisionally()));
            }
        });
    }

    /** Ends an attempt that the script has given up on. */
    void abandon(Attempt attempt) {
        if (!attempt.over()) {
            finish(attempt, 0);
        }
    }

    /** Cancels an INVITE that has got a 1xx (RFC 3261 section 9.1). */
    void cancel(Attempt invite, int intentIndex) {
        var cancel = new Attempt(
                invite.dialog,
                Intent.CANCEL,
                intentIndex,
                AttemptKind.FIRST,
                invite.cseq,
                clock.nanos(),
                Operation.NONE,
                Operation.NONE);
        cancel.ended = ended -> {};
        // It travels as its INVITE did.
        cancel.branch = invite.branch;
        attempt(cancel);
        // The INVITE's answer, if none comes: 64 T1 (section 9.1).
        loop.at(clock.nanos() + 64 * settings.t1(), () -> abandon(invite));
    }

    /** Sends the ACK to a 2xx and closes the attempt. */
    void acknowledge(Attempt invite) {
        invite.ack = ack(invite, invite.dialog.toTag, newBranch());
        invite.acked = clock.nanos();
        loop.send(invite.ack, settings.service());
        record(invite);
        // The 2xx may come again for 64 T1.
        loop.at(invite.acked + 64 * settings.t1(), () -> open.remove(invite.branch));
    }

    /** A CANCEL shares its INVITE's branch and is yet a transaction of its own (RFC 3261 section 17.1.3). */
    private static String key(String branch, boolean cancel) {
        return cancel ? branch + "C" : branch;
    }

    private String newBranch() {
        return "z9hG4bK" + run + Long.toString(branches++, 36);
    }

    private void received(byte[] data, int length, InetSocketAddress from) {
        Response response = Response.read(data, length, headers);
        if (response == null) {
            malformed++;
        } else if (response.status() == 0) {
            requested(response, from);
        } else {
            Attempt attempt = open.get(key(response.branch(), response.method().equals("CANCEL")));
            if (attempt != null && attempt.cseq == response.cseq()) {
                answered(attempt, response);
            }
        }
    }

    private void answered(Attempt attempt, Response response) {
        if (attempt.over()) {
            again(attempt, response);
            return;
        }
        if (response.named()[0] != null) {
            attempt.node = response.named()[0];
        }
        long now = clock.nanos();
        if (response.status() < 200) {
            if (response.status() == 100) {
                attempt.trying = attempt.trying == Operation.NONE ? now : attempt.trying;
            } else if (attempt.ringing == Operation.NONE) {
                attempt.ringing = now;
            }
            if (attempt.provisional != null) {
                attempt.provisional.run();
            }
            return;
        }
        attempt.counter = number(response.named()[1]);
        attempt.setups = (int) number(response.named()[2]);
        if (attempt.invite() && response.status() < 300) {
            attempt.dialog.toTag = response.toTag();
            attempt.dialog.established = true;
            if (!response.contact().isEmpty()) {
                attempt.dialog.remoteTarget = response.contact();
            }
            if (attempt.intent == Intent.SETUP) {
                var routes = new java.util.ArrayList<>(response.routes());
                java.util.Collections.reverse(routes);
                attempt.dialog.routes = routes;
            }
        } else if (attempt.invite()) {
            loop.send(ack(attempt, response.toTag(), attempt.branch), settings.service());
        }
        finish(attempt, response.status());
    }

    /** A final response that came before: its ACK was lost, or it was forked. */
    private void again(Attempt attempt, Response response) {
        if (!attempt.invite() || response.status() < 200) {
            return;
        }
        if (response.status() >= 300) {
            loop.send(ack(attempt, response.toTag(), attempt.branch), settings.service());
        } else if (attempt.outcome == Outcome.OK && !response.toTag().equals(attempt.dialog.toTag)) {
            incident(
                    attempt.dialog,
                    Incident.Kind.FORKED_ANSWER,
                    "2xx with another To-tag, from " + response.named()[0]);
        } else if (attempt.ack != null) {
            loop.send(attempt.ack, settings.service());
        } else if (attempt.outcome != Outcome.OK) {
            // Answered after it was given up: acknowledge, then end it (RFC 3261 section 9.1).
            attempt.dialog.toTag = response.toTag();
            attempt.ack = ack(attempt, response.toTag(), newBranch());
            loop.send(attempt.ack, settings.service());
            var bye = new Attempt(
                    attempt.dialog,
                    Intent.RELEASE,
                    attempt.dialog.intents++,
                    AttemptKind.FOLLOW_UP,
                    ++attempt.dialog.cseq,
                    clock.nanos(),
                    Operation.NONE,
                    Operation.NONE);
            bye.ended = ended -> {};
            attempt(bye);
        }
    }

    private void finish(Attempt attempt, int status) {
        attempt.end = clock.nanos();
        attempt.status = status;
        attempt.outcome = status >= 200 && status < 300 ? Outcome.OK : Outcome.FAILED;
        boolean acknowledgeLater = attempt.invite() && attempt.outcome == Outcome.OK;
        if (acknowledgeLater) {
            if (!attempt.holdsAck) {
                acknowledge(attempt);
            }
        } else {
            record(attempt);
            if (attempt.invite()) {
                loop.at(attempt.end + 64 * settings.t1(), () -> open.remove(attempt.branch));
            } else {
                open.remove(key(attempt.branch, attempt.intent == Intent.CANCEL));
            }
        }
        attempt.ended.with(attempt);
    }

    private void record(Attempt attempt) {
        if (!attempt.recorded) {
            attempt.recorded = true;
            recorder.operation(attempt.operation());
        }
    }

    private void requested(Response request, InetSocketAddress from) {
        Dialog dialog = dialogs.get(request.callId());
        var text =
                new StringBuilder("SIP/2.0 ").append(dialog == null ? "481 Call/Transaction Does Not Exist" : "200 OK");
        request.vias().forEach(via -> text.append("\r\nVia: ").append(via));
        text.append("\r\nFrom: ").append(request.from()).append("\r\nTo: ").append(request.to());
        text.append("\r\nCall-ID: ")
                .append(request.callId())
                .append("\r\nCSeq: ")
                .append(request.cseq())
                .append(' ');
        text.append(request.method()).append("\r\nContent-Length: 0\r\n\r\n");
        if (!request.method().equals("ACK")) {
            loop.send(text.toString().getBytes(ISO_8859_1), from);
        }
        if (dialog != null && request.method().equals("BYE") && !dialog.endedRemotely) {
            dialog.endedRemotely = true;
            incident(dialog, Incident.Kind.UNSCRIPTED_BYE, "BYE from the far side");
        }
    }

    private void incident(Dialog dialog, Incident.Kind kind, String detail) {
        recorder.incident(new Incident(dialog.call, clock.nanos(), kind, detail));
    }

    /** The dialog is over and done with. */
    void forget(Dialog dialog) {
        loop.at(clock.nanos() + 64 * settings.t1(), () -> dialogs.remove(dialog.callId));
    }

    private static long number(String text) {
        try {
            return text == null ? -1 : Long.parseLong(text);
        } catch (NumberFormatException e) {
            return -1;
        }
    }

    private byte[] request(Attempt attempt) {
        Dialog dialog = attempt.dialog;
        String method = switch (attempt.intent) {
            case SETUP, MODIFY -> "INVITE";
            case RELEASE -> "BYE";
            default -> attempt.intent.name();
        };
        boolean early = attempt.intent == Intent.SETUP || attempt.intent == Intent.CANCEL && !dialog.established;
        var text = start(method, dialog, attempt.branch, early ? "" : dialog.toTag, attempt.cseq);
        text.append("Contact: <sip:caller@").append(host).append(">\r\n");
        if (attempt.hold18x != Operation.NONE || attempt.holdFinal != Operation.NONE) {
            text.append(GeneratorSettings.HOLD_HEADER)
                    .append(": ")
                    .append(hold(attempt))
                    .append("\r\n");
        }
        String body = attempt.invite() ? SDP : "";
        if (!body.isEmpty()) {
            text.append("Content-Type: application/sdp\r\n");
        }
        return text.append("Content-Length: ")
                .append(body.length())
                .append("\r\n\r\n")
                .append(body)
                .toString()
                .getBytes(ISO_8859_1);
    }

    private String hold(Attempt attempt) {
        var text = new StringBuilder();
        if (attempt.hold18x != Operation.NONE) {
            text.append("18x=").append(clock.toEpochMicros(attempt.hold18x) / 1_000);
        }
        if (attempt.holdFinal != Operation.NONE) {
            text.append(text.isEmpty() ? "" : ";")
                    .append("final=")
                    .append(clock.toEpochMicros(attempt.holdFinal) / 1_000);
        }
        return text.toString();
    }

    private byte[] ack(Attempt invite, String toTag, String branch) {
        return start("ACK", invite.dialog, branch, toTag, invite.cseq)
                .append("Content-Length: 0\r\n\r\n")
                .toString()
                .getBytes(ISO_8859_1);
    }

    private StringBuilder start(String method, Dialog dialog, String branch, String toTag, int cseq) {
        var text = new StringBuilder(640);
        text.append(method)
                .append(' ')
                .append(dialog.remoteTarget)
                .append(" SIP/2.0\r\nVia: SIP/2.0/UDP ")
                .append(host);
        text.append(";branch=").append(branch).append("\r\nMax-Forwards: 70\r\n");
        for (String route : List.copyOf(dialog.routes)) {
            text.append("Route: ").append(route).append("\r\n");
        }
        text.append("From: <sip:caller@").append(host).append(">;tag=").append(dialog.fromTag);
        text.append("\r\nTo: <sip:answer@ringdown.invalid>");
        if (!toTag.isEmpty()) {
            text.append(";tag=").append(toTag);
        }
        text.append("\r\nCall-ID: ")
                .append(dialog.callId)
                .append("\r\nCSeq: ")
                .append(cseq)
                .append(' ')
                .append(method);
        return text.append("\r\n");
    }

    long malformed() {
        return malformed;
    }

    /** Records what is still open as indeterminate, and lets the socket go. */
    @Override
    public void close() throws IOException {
        loop.close();
        for (Attempt attempt : open.values()) {
            if (!attempt.over() || attempt.invite() && attempt.outcome == Outcome.OK) {
                record(attempt);
            }
        }
    }
}
