package io.ringdown.workloads.calls;

import io.ringdown.record.Call;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.Receiver;
import io.ringdown.workloads.sip.Wire;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.function.IntSupplier;

/**
 * The caller: makes requests, and does about their answers what a user agent does; how they are sent is {@link ClientTransactions}'. Records every
 * attempt once, when it ends (an INVITE with a 2xx: when it is acknowledged). Runs on its wire's thread.
 */
final class UserAgent implements Receiver {
    private static final double PATIENCE_SECONDS = 4;

    final GeneratorSettings settings;
    final Wire wire;
    private final CallRecorder recorder;
    final Requests requests;
    private final String run;
    private final String host;
    private final ClientTransactions transactions;
    private final Successors successors;
    private final IntSupplier numbers;
    private final FarSide farSide;
    private final LateAnswers late;
    /** Calls that are over, of which something may come yet. */
    private final FinishedCalls finished;

    private volatile Lateness lateness = new Lateness(Long.MAX_VALUE / 2);
    private volatile int open;

    /**
     * Makes a caller.
     *
     * @param run a word that sets its Call-IDs, tags and branches apart from those of other runs: lower-case letters and digits
     */
    UserAgent(GeneratorSettings settings, Wire wire, CallRecorder recorder, RunClock clock, String run) {
        this(settings, wire, recorder, clock, run, new AtomicInteger()::getAndIncrement);
    }

    /** @param numbers of its calls; of several callers of a run no two have the same */
    UserAgent(
            GeneratorSettings settings,
            Wire wire,
            CallRecorder recorder,
            RunClock clock,
            String run,
            IntSupplier numbers) {
        this(settings, wire, recorder, clock, run, numbers, "caller");
    }

    /** @param user its name in its Contact */
    UserAgent(
            GeneratorSettings settings,
            Wire wire,
            CallRecorder recorder,
            RunClock clock,
            String run,
            IntSupplier numbers,
            String user) {
        this.numbers = numbers;
        this.settings = settings;
        this.wire = wire;
        this.recorder = recorder;
        this.run = run;
        transactions = new ClientTransactions(settings, wire, run, attempt -> finish(attempt, 0, null));
        host = text(wire.local());
        successors = new Successors(settings, this::inVain);
        boolean relayed = settings.workload().callee() != null;
        requests = new Requests(
                host,
                via(),
                contact(user),
                settings.workload().caller().sdp(),
                relayed,
                instant -> Math.floorDiv(clock.toEpochMicros(instant), 1_000L));
        finished = new FinishedCalls(timeout());
        farSide = new FarSide(
                wire, recorder, timeout(), this::dialogOfFinished, relayed, requests.offer(), settings.t1());
        late = new LateAnswers(this, farSide);
    }

    /** Protocol and sent-by of its Via. */
    String via() {
        return "SIP/2.0/" + (wire.reliable() ? "TCP " : "UDP ") + host;
    }

    /** Where a user of this caller's is reached. */
    String contact(String user) {
        return "sip:" + user + "@" + host + (wire.reliable() ? ";transport=tcp" : "");
    }

    static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }

    /** A dialog yet to be set up, of a call with a number of its own. */
    Dialog newDialog() {
        int number = numbers.getAsInt();
        return new Dialog(
                number, number + "-" + run + "@" + host, Integer.toString(number, 36) + run, settings.service(number));
    }

    /** A dialog for one request that is to go to another address than the last one. */
    Dialog probe(Dialog stream, int index) {
        String callId = index + "-d-" + stream.callId;
        return new Dialog(stream.call, callId, stream.fromTag, settings.service(index));
    }

    void record(Call call) {
        recorder.call(call);
    }

    /** Sends a request as a transaction of its own. */
    void send(Attempt attempt) {
        Dialog dialog = attempt.dialog;
        if (attempt.intent == Intent.SETUP) {
            farSide.expect(dialog);
        } else if (attempt.intent != Intent.CANCEL) {
            attempt.toTag = dialog.toTag;
        }
        dialog.modifying |= attempt.intent == Intent.MODIFY;
        dialog.special |= attempt.intent == Intent.MODIFY;
        if (attempt.branch == null) {
            attempt.branch = transactions.newBranch();
        }
        attempt.route();
        successors.equip(attempt);
        attempt.request = dialog.binding == null ? requests.request(attempt) : dialog.binding.request(attempt);
        open++;
        if (!transactions.begin(attempt)) {
            finish(attempt, Operation.CONNECTION_LOST, null);
        } else if (attempt.paced) {
            lateness.add(attempt.intended, attempt.sent);
        }
    }

    /** A final response came that its user can do nothing with. */
    private void inVain(Attempt attempt, String why) {
        farSide.incident(attempt.dialog, Incident.Kind.UNUSABLE_ANSWER, why);
    }

    /**
     * Gives an INVITE up 4 s after its answer was due if it got a 1xx and no final response by then: it is cancelled (RFC 3261 section 9.1), and its
     * script is told to go on without it. Without any 1xx it is left to its retransmissions and to timer B; a first 1xx that comes
     * so late is given the time that an answer may take.
     */
    private void giveUpAfter(long due, Attempt invite, Runnable without) {
        invite.without = without;
        invite.patience = wire.after(due, settings.scaled(PATIENCE_SECONDS), () -> {
            if (invite.answeredProvisionally()) {
                invite.givenUp = true;
                cancel(invite);
                without.run();
            } else {
                invite.provisional = () -> giveUpAfter(wire.nanos(), invite, without);
            }
        });
    }

    /** Gives an INVITE up when its user's patience is over: 4 s after its answer was due. */
    void giveUpWhenStuck(Attempt invite, Runnable without) {
        giveUpWhenStuck(invite, 0, without);
    }

    /** The same of a user who waits for a time at least, in nanoseconds from when the answer was due. */
    void giveUpWhenStuck(Attempt invite, long least, Runnable without) {
        invite.leastPatience = least;
        giveUpAfter(invite.due() + Math.max(0, least - settings.scaled(PATIENCE_SECONDS)), invite, without);
    }

    private void cancel(Attempt invite) {
        send(Attempt.cancel(invite, wire.nanos()));
        // If no answer comes, the INVITE counts as cancelled after 64 T1 (section 9.1).
        invite.timer = wire.after(wire.nanos(), timeout(), () -> finish(invite, 0, null));
    }

    /** Sends the ACK to a 2xx, and so ends the attempt. */
    void acknowledge(Attempt invite) {
        invite.ackBranch = transactions.newBranch();
        invite.acked = wire.nanos();
        sendAck(invite, invite.dialog.toTag, invite.ackBranch);
        record(invite);
    }

    /** The ACK to a 2xx. */
    void sendAck(Attempt invite, String toTag, String branch) {
        wire.send(requests.ack(invite, toTag, branch), invite.dialog.service);
    }

    String newBranch() {
        return transactions.newBranch();
    }

    @Override
    public void received(byte[] data, int length, InetSocketAddress from) {
        if (Message.keepAlive(data, length)) {
            return;
        }
        Message message = Message.read(data, length, settings.nodeHeader());
        if (message == null) {
            farSide.unreadable();
        } else if (message.request()) {
            farSide.requested(message, from);
        } else {
            responded(message);
        }
    }

    /** What was on its way on a connection is sent again on the next one, once. */
    @Override
    public void connectionLost(InetSocketAddress to) {
        for (Attempt attempt : transactions.openTo(to)) {
            if (attempt.retransmits) {
                farSide.incident(
                        attempt.dialog,
                        Incident.Kind.CONNECTION_LOST,
                        attempt.method() + " (CSeq " + attempt.cseq + ") was open on the connection to " + text(to));
            }
            finish(attempt, Operation.CONNECTION_LOST, null);
        }
    }

    void responded(Message response) {
        Attempt attempt = transactions.of(response);
        if (attempt == null && response.method().equals("INVITE") && dialogOfFinished(response.callId()) != null) {
            attempt = transactions.of(response);
        }
        if (attempt == null) {
            // A response to a transaction that is over comes again when its sender was struck; only a branch never used
            // is stray.
            if (!transactions.made(response.branch())) {
                farSide.stray(response, "response with a branch of no request");
            }
        } else if (attempt.cseq != response.cseq()
                || !attempt.method().equals(response.method())
                || !response.isOf(attempt.dialog.callId)) {
            farSide.stray(response, "response that matches its request's branch, but not its CSeq and Call-ID");
        } else if (attempt.over()) {
            late.again(attempt, response);
        } else if (response.status() < 200) {
            provisional(attempt, response);
        } else {
            answered(attempt, response);
        }
    }

    private void provisional(Attempt attempt, Message response) {
        attempt.node = response.node().isEmpty() ? attempt.node : response.node();
        if (response.status() == 100 && attempt.trying == Operation.NONE) {
            attempt.trying = wire.nanos();
        } else if (response.status() > 100 && attempt.ringing == Operation.NONE) {
            attempt.ringing = wire.nanos();
        }
        if (response.status() > 100) {
            attempt.early(response.toTag());
        }
        if (attempt.invite() && !attempt.givenUp) {
            // Timers A and B end here.
            attempt.stopTimer();
        }
        Runnable then = attempt.provisional;
        attempt.forgetProvisional();
        then.run();
    }

    private void answered(Attempt attempt, Message response) {
        attempt.node = response.node().isEmpty() ? attempt.node : response.node();
        attempt.counter = response.counter();
        attempt.setups = response.setups();
        boolean accepted = response.status() < 300;
        if (accepted && !attempt.toTag.isEmpty() && another(response.toTag(), attempt.toTag)) {
            changedTag(attempt, response, "2xx to " + attempt.method());
        }
        if (accepted) {
            successors.accepted(attempt, response);
        }
        if (accepted && attempt.intent == Intent.UPDATE) {
            // Section 5.1 of RFC 3311.
            refresh(attempt, response);
        }
        if (attempt.invite() && accepted) {
            establish(attempt, response);
        } else if (attempt.invite()) {
            wire.send(requests.ackOfRefusal(attempt, response.toTag()), attempt.destination);
        }
        finish(attempt, response.status(), response);
    }

    /** What a 2xx to INVITE tells of the dialog (RFC 3261 sections 12.1.2 and 12.2.1.2). */
    void establish(Attempt invite, Message response) {
        Dialog dialog = invite.dialog;
        refresh(invite, response);
        if (invite.intent == Intent.SETUP) {
            dialog.toTag = response.toTag();
            if (another(dialog.leftTag, dialog.toTag)) {
                farSide.incident(dialog, Incident.Kind.FORKED_ANSWER, "2xx with another To-tag" + by(response));
            }
            if (invite.earlyTagChanged || another(invite.earlyTag, dialog.toTag)) {
                changedTag(invite, response, "2xx after an 18x");
            }
            dialog.routes = routes(response);
        }
    }

    /** The target is the far side's, who is where a redirection has led. */
    private static void refresh(Attempt attempt, Message response) {
        Dialog dialog = attempt.dialog;
        if (attempt.target != null && dialog.routes.isEmpty()) {
            dialog.service = attempt.destination;
            dialog.remoteTarget = attempt.uri;
        }
        dialog.target(response.contact());
    }

    /** The route set of the dialog that a 2xx makes. */
    static List<String> routes(Message response) {
        var routes = new ArrayList<>(response.routes());
        Collections.reverse(routes);
        return routes;
    }

    /** One service answers, so a dialog whose far tag changes is another one: what made the first is gone, or both were accepted. */
    private void changedTag(Attempt attempt, Message response, String what) {
        String detail = what + " with another To-tag" + by(response);
        farSide.incident(attempt.dialog, Incident.Kind.CHANGED_TAG, detail);
    }

    private static boolean another(String tag, String than) {
        return !tag.isEmpty() && !tag.equals(than);
    }

    static String by(Message response) {
        return response.node().isEmpty() ? "" : ", from " + response.node();
    }

    /** @param response null if none came */
    private void finish(Attempt attempt, int status, Message response) {
        attempt.status = status;
        attempt.dialog.modifying &= attempt.intent != Intent.MODIFY;
        Attempt next = null;
        if (status == 0 || status == Operation.CONNECTION_LOST) {
            next = successors.ofUnanswered(attempt, wire.nanos());
        } else if (status >= 300) {
            next = successors.ofAnswered(attempt, response, wire.nanos());
        }
        attempt.replaced = next != null;
        Consumer<Attempt> user = attempt.close();
        attempt.end = wire.nanos();
        attempt.outcome = status >= 200 && status < 300 && !attempt.inVain ? Outcome.OK : Outcome.FAILED;
        boolean accepted = attempt.invite() && attempt.outcome == Outcome.OK;
        if (accepted && (!attempt.holdsAck || attempt.givenUp)) {
            acknowledge(attempt);
        } else if (!accepted) {
            record(attempt);
        }
        if (attempt.invite()) {
            // Its final response may come again for 64 T1.
            keepForLateAnswers(attempt);
        } else {
            transactions.forget(attempt);
        }
        if (next != null) {
            send(next);
            if (next.without != null && !next.givenUp) {
                giveUpWhenStuck(next, next.leastPatience, next.without);
            }
        } else if (!attempt.givenUp) {
            user.accept(attempt);
        } else if (accepted && attempt.intent == Intent.SETUP) {
            // The CANCEL crossed a 2xx.
            late.release(attempt.dialog);
        }
        // Only now: whoever waits for the last one must not take the moment between an answer and what follows it for
        // the end.
        open--;
    }

    private void record(Attempt attempt) {
        if (attempt.recorded) {
            attempt.recorded = false;
            recorder.operation(attempt.operation());
        }
    }

    private void keepForLateAnswers(Attempt invite) {
        if (invite.intent == Intent.SETUP) {
            invite.dialog.setUp = invite;
        }
        invite.timer = wire.after(wire.nanos(), timeout(), () -> {
            transactions.forget(invite);
            invite.dialog.setUp = null;
        });
    }

    /** The dialog is over; its far side's last words, and answers to its set-up, may still come for a while. */
    void forget(Dialog dialog) {
        Attempt setUp = dialog.setUp;
        if (setUp != null && transactions.know(setUp) && finished.add(setUp, wire.nanos())) {
            setUp.stopTimer();
            transactions.forget(setUp);
            farSide.remove(dialog);
        } else {
            farSide.forget(dialog);
        }
    }

    /** Something came to a call that is over: it is made again what it was. Null if none such is kept. */
    private Dialog dialogOfFinished(String callId) {
        Attempt setUp = finished.take(callId, wire.nanos());
        if (setUp == null) {
            return null;
        }
        transactions.knowAgain(setUp);
        keepForLateAnswers(setUp);
        farSide.expect(setUp.dialog);
        farSide.forget(setUp.dialog);
        return setUp.dialog;
    }

    /** Calls that are over and kept as records only. */
    int finishedCalls() {
        return finished.count();
    }

    private long timeout() {
        return 64 * settings.t1();
    }

    /** How late requests left whose instant a script named. */
    Lateness lateness() {
        return lateness;
    }

    /** Has it told how late requests leave. Before the wire starts. */
    void measuredBy(Lateness lateness) {
        this.lateness = lateness;
    }

    /** Transactions that have no final response yet. */
    int open() {
        return open;
    }

    /** Datagrams that were no SIP message, or belonged to no call. */
    long malformed() {
        return farSide.malformed();
    }

    /** Records what is still open, as indeterminate if its user still waits for it. After the wire has ended. */
    void close() {
        transactions.all().forEach(attempt -> {
            attempt.leave(wire.nanos());
            record(attempt);
        });
    }
}
