package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.SipMetrics;
import io.ringdown.judge.verdict.SipMetrics.Delay;
import io.ringdown.judge.verdict.SipMetrics.Of;
import io.ringdown.judge.verdict.SipMetrics.Ratio;
import io.ringdown.judge.verdict.Window;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;

/**
 * Takes the metrics of RFC 6076 from the calls' operations. t1 of every delay is when the request first left, whatever was retransmitted
 * later. A request that is sent again with credentials, after a 401, 402 or 407, goes on with the one that was challenged; a re-dial is a
 * request of its own, and a re-INVITE is none. Requests count where the first of their messages was sent, disconnects and durations where
 * the BYE was.
 */
final class SipMetricsRule {
    private static final Set<Integer> EFFECTIVE = Set.of(480, 486, 600, 603);
    private static final Set<Integer> INEFFECTIVE = Set.of(408, 500, 503, 504);

    private final long from;
    private final long until;
    private final boolean faulted;
    private final Map<Window, Counts> windows = new EnumMap<>(Window.class);

    /**
     * @param from when the fault struck (run nanos); {@link Long#MAX_VALUE} in a null run
     * @param until when the cluster was itself again
     */
    SipMetricsRule(long from, long until) {
        this.from = from;
        this.until = until;
        faulted = from != Long.MAX_VALUE;
        for (Window window : Window.values()) {
            windows.put(window, new Counts());
        }
    }

    private static final class Counts {
        final MicroSample requestDelay = new MicroSample();
        final MicroSample failedRequestDelay = new MicroSample();
        final MicroSample disconnectDelay = new MicroSample();
        final MicroSample duration = new MicroSample();
        final MicroSample failedDuration = new MicroSample();
        final MicroSample registrationDelay = new MicroSample();
        long held;
        long unanswered;
        long disconnectsLeftOut;
        long durationsLeftOut;
        long invites;
        long invitesUnknown;
        long redirected;
        long established;
        long effective;
        long ineffective;
        long completed;
        long sessionsUnknown;
        long registrations;
        long registrationsUnknown;
        long registrationsFailed;
    }

    /**
     * Takes a call with all that befell it.
     *
     * @param operations in order of time
     */
    void add(List<Operation> operations, List<Incident> incidents) {
        Request session = null;
        for (List<Operation> attempts : byIntent(operations)) {
            switch (attempts.get(0).intent()) {
                case SETUP -> {
                    Request established = invites(attempts);
                    session = established == null ? session : established;
                }
                case RELEASE -> disconnect(attempts);
                default -> {
                    if (registers(attempts.get(0))) {
                        registrations(attempts);
                    }
                }
            }
        }
        if (session != null) {
            end(session, operations, incidents);
        }
    }

    /** Whether it is a REGISTER: only the intent is needed to take RRD and IRA. */
    private static boolean registers(Operation op) {
        return op.intent().name().equals("REGISTER");
    }

    private static Iterable<List<Operation>> byIntent(List<Operation> operations) {
        var intents = new LinkedHashMap<Integer, List<Operation>>();
        for (Operation op : operations) {
            if (op.sent() != NONE) {
                intents.computeIfAbsent(op.intentIndex(), none -> new ArrayList<>(1))
                        .add(op);
            }
        }
        return intents.values();
    }

    /** A request, with those that follow its challenges up: t1 is the first one's, the result the last one's. */
    private record Request(Operation first, Operation last) {}

    private static List<Request> requests(List<Operation> attempts) {
        var requests = new ArrayList<Request>(1);
        for (Operation op : attempts) {
            Request before = requests.isEmpty() ? null : requests.get(requests.size() - 1);
            if (before != null && goesOn(before.last, op)) {
                requests.set(requests.size() - 1, new Request(before.first, op));
            } else {
                requests.add(new Request(op, op));
            }
        }
        return requests;
    }

    /** With credentials, or by its transport once more: the same request, whose CSeq a new one would not share. */
    private static boolean goesOn(Operation before, Operation op) {
        return op.attempt() == AttemptKind.FOLLOW_UP && challenged(before)
                || op.attempt() == AttemptKind.REPEAT && op.cseq() == before.cseq();
    }

    /** No final response came, and no SIP status tells why. */
    private static boolean unanswered(Operation op) {
        return op.status() < 100;
    }

    private static boolean challenged(Operation op) {
        return op.status() == 401 || op.status() == 402 || op.status() == 407;
    }

    /** Sections 4.3 and 4.6 to 4.8. @return the INVITE that established a session, or null */
    private Request invites(List<Operation> attempts) {
        Request established = null;
        for (Request request : requests(attempts)) {
            Counts counts = at(request.first.sent());
            Operation last = request.last;
            if (last.outcome() == Outcome.INDETERMINATE || last.end() == NONE) {
                counts.invitesUnknown++;
                counts.sessionsUnknown++;
                continue;
            }
            counts.invites++;
            boolean ok = last.outcome() == Outcome.OK;
            // What the transaction layer times out counts as a 408 (RFC 3261 section 8.1.3.1).
            int status = unanswered(last) ? 408 : last.status();
            counts.redirected += status >= 300 && status < 400 ? 1 : 0;
            counts.established += ok ? 1 : 0;
            counts.effective += ok || EFFECTIVE.contains(status) ? 1 : 0;
            counts.ineffective += INEFFECTIVE.contains(status) ? 1 : 0;
            delay(counts, request, ok);
            established = ok ? request : established;
        }
        return established;
    }

    private static void delay(Counts counts, Request request, boolean ok) {
        Operation last = request.last;
        long indicated = last.ringing() == NONE ? last.end() : Math.min(last.ringing(), last.end());
        long sent = request.first.sent();
        if (ok) {
            boolean asked = last.hold18x() != NONE || last.ringing() == NONE && last.holdFinal() != NONE;
            counts.held += asked ? 1 : 0;
            if (!asked) {
                counts.requestDelay.add(indicated - sent);
            }
        } else if (last.status() >= 400 && !challenged(last)) {
            counts.failedRequestDelay.add(indicated - sent);
        } else if (unanswered(last)) {
            counts.unanswered++;
        }
    }

    /** Section 4.4: a BYE that was refused and sent anew ends with the 2xx after all; one that Timer F ended is left out. */
    private void disconnect(List<Operation> attempts) {
        Counts counts = at(attempts.get(0).sent());
        boolean held = false;
        Operation accepted = null;
        for (Operation op : attempts) {
            held |= op.holdFinal() != NONE;
            accepted = accepted == null && op.outcome() == Outcome.OK && op.end() != NONE ? op : accepted;
        }
        if (accepted == null || held) {
            counts.disconnectsLeftOut++;
        } else {
            counts.disconnectDelay.add(accepted.end() - attempts.get(0).sent());
        }
    }

    /** Sections 4.5 and 4.9: how long the session lasted, and whether it completed. */
    private void end(Request session, List<Operation> operations, List<Incident> incidents) {
        Counts asked = at(session.first.sent());
        long established = session.last.end();
        Incident farBye = incidents.isEmpty() ? null : farBye(incidents);
        List<Operation> byes = Attempts.of(Intent.RELEASE, operations);
        byes.removeIf(bye -> bye.sent() == NONE);
        if (farBye != null && (byes.isEmpty() || farBye.at() <= byes.get(0).sent())) {
            at(farBye.at()).duration.add(farBye.at() - established);
            asked.completed++;
            return;
        }
        if (byes.isEmpty()) {
            asked.sessionsUnknown++;
            return;
        }
        Operation first = byes.get(0);
        Operation last = byes.get(byes.size() - 1);
        Counts ended = at(first.sent());
        if (last.outcome() == Outcome.OK || byes.stream().anyMatch(bye -> bye.outcome() == Outcome.OK)) {
            ended.duration.add(first.sent() - established);
            asked.completed++;
        } else if (last.outcome() == Outcome.INDETERMINATE || last.end() == NONE) {
            asked.sessionsUnknown++;
        } else if (unanswered(last)) {
            ended.failedDuration.add(last.end() - established);
        } else {
            ended.durationsLeftOut++;
        }
    }

    private static Incident farBye(List<Incident> incidents) {
        return incidents.stream()
                .filter(incident -> incident.kind() == Incident.Kind.UNSCRIPTED_BYE)
                .findFirst()
                .orElse(null);
    }

    /** Sections 4.1 and 4.2. */
    private void registrations(List<Operation> attempts) {
        for (Request request : requests(attempts)) {
            Counts counts = at(request.first.sent());
            Operation last = request.last;
            if (last.outcome() == Outcome.INDETERMINATE || last.end() == NONE) {
                counts.registrationsUnknown++;
                continue;
            }
            counts.registrations++;
            if (last.outcome() == Outcome.OK) {
                counts.registrationDelay.add(last.end() - request.first.sent());
            } else if (unanswered(last) || last.status() >= 400 && !challenged(last)) {
                counts.registrationsFailed++;
            }
        }
    }

    private Counts at(long instant) {
        return windows.get(instant < from ? Window.BEFORE : instant < until ? Window.DURING : Window.AFTER);
    }

    SipMetrics result() {
        var delays = new ArrayList<Delay>();
        var ratios = new ArrayList<Ratio>();
        windows.forEach((window, counts) -> {
            if (window == Window.BEFORE || faulted) {
                delays(delays, window, counts);
                ratios(ratios, window, counts);
            }
        });
        return new SipMetrics(delays, ratios);
    }

    private static void delays(List<Delay> rows, Window window, Counts counts) {
        rows.add(row("SRD", "4.3.1", Of.SUCCESS, window, counts.requestDelay, counts.held));
        rows.add(row("SRD", "4.3.2", Of.FAILURE, window, counts.failedRequestDelay, counts.unanswered));
        rows.add(row("SDD", "4.4", Of.SUCCESS, window, counts.disconnectDelay, counts.disconnectsLeftOut));
        rows.add(row("SDT", "4.5.1", Of.SUCCESS, window, counts.duration, counts.durationsLeftOut));
        rows.add(row("SDT", "4.5.2", Of.FAILURE, window, counts.failedDuration, 0));
        rows.add(row("RRD", "4.1", Of.SUCCESS, window, counts.registrationDelay, 0));
    }

    private static Delay row(String metric, String section, Of of, Window window, MicroSample sample, long leftOut) {
        int count = sample.count();
        return count == 0
                ? new Delay(metric, section, of, window, 0, leftOut, null, null, null, null, null)
                : new Delay(
                        metric,
                        section,
                        of,
                        window,
                        count,
                        leftOut,
                        sample.mean(),
                        sample.at(500),
                        sample.at(900),
                        sample.at(990),
                        sample.at(1_000));
    }

    private static void ratios(List<Ratio> rows, Window window, Counts counts) {
        long sought = counts.invites - counts.redirected;
        rows.add(ratio("SER", "4.6", window, counts.established, sought, counts.invitesUnknown));
        rows.add(ratio("SEER", "4.7", window, counts.effective, sought, counts.invitesUnknown));
        rows.add(ratio("ISA", "4.8", window, counts.ineffective, counts.invites, counts.invitesUnknown));
        long ended = counts.invites + counts.invitesUnknown - counts.sessionsUnknown;
        rows.add(ratio("SCR", "4.9", window, counts.completed, ended, counts.sessionsUnknown));
        rows.add(ratio(
                "IRA", "4.2", window, counts.registrationsFailed, counts.registrations, counts.registrationsUnknown));
    }

    private static Ratio ratio(
            String metric, String section, Window window, long numerator, long denominator, long unknown) {
        Double percent = denominator == 0 ? null : Double.valueOf(100.0 * numerator / denominator);
        return new Ratio(metric, section, window, numerator, denominator, unknown, percent);
    }
}
