package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.FarSide.Leg;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Map;

/**
 * Whether the two sides of a relayed call agree (criteria, section 2): a side that lives alone is LOST if the caller has it, and a GHOST if the callee
 * has; what reaches one of them more often than the other sent it is a GHOST.
 */
final class Agreement {
    /** What the caller may ask of the callee more than once in a call. */
    private static final List<Intent> COUNTED = List.of(Intent.SETUP, Intent.MODIFY, Intent.INFO, Intent.RELEASE);

    private final History history;
    private final FarSide farSide;

    /** Of a cluster that answered by itself there is nothing to agree about. */
    Agreement(History history) {
        this.history = history;
        farSide = history.farSide();
    }

    /** Whether the callee ended the call because the caller's script had asked it to. */
    boolean hungUpAsAsked(Call call, long at) {
        return farSide != null && farSide.of(call).stream().anyMatch(leg -> leg.hungUpAsAsked(at + farSide.margin(at)));
    }

    /** The requests of the callee's own in a call, but for those that nothing depends on: a BYE to nobody, or beside the caller's. Who died answers none. */
    List<Operation> calleesOwn(Call call) {
        if (farSide == null || !callerWhole(call)) {
            return List.of();
        }
        var own = new ArrayList<Operation>(0);
        for (Leg leg : farSide.of(call)) {
            boolean unacknowledged = leg.incident(Incident.Kind.UNACKNOWLEDGED) != null;
            List<Operation> byes = leg.received(Intent.RELEASE);
            for (Operation op : leg.own()) {
                boolean crossed = byes.stream().anyMatch(bye -> op.end() == NONE || bye.sent() <= op.end());
                if (op.intent() != Intent.RELEASE || !unacknowledged && !crossed) {
                    own.add(op);
                }
            }
        }
        return own;
    }

    /**
     * Whether all is there that a call's caller did and saw: of a load host that died, or of a call that went on when the run was cut short or whoever made it died, what was not
     * yet recorded may be just what the callee heard.
     */
    private boolean callerWhole(Call call) {
        return farSide.callerWhole(call)
                && (farSide.completed()
                        || new CallersView(history.of(call), history.incidents(call)).over() != Operation.NONE);
    }

    /** Judges a call by both sides of it. */
    void check(Judgement judgement, Call call, List<Operation> operations) {
        records(judgement, call, operations);
        if (farSide == null || operations.isEmpty()) {
            return;
        }
        if (!callerWhole(call)) {
            judgement.cannotTell();
            return;
        }
        List<Leg> legs = farSide.of(call);
        var caller = new CallersView(operations, history.incidents(call));
        COUNTED.forEach(intent -> counted(judgement, intent, caller, legs));
        if (caller.established()) {
            established(judgement, caller, legs);
        } else if (caller.refused()) {
            for (Leg leg : legs) {
                unwanted(judgement, caller, leg);
                if (caller.released()) {
                    // It was accepted after all, and hung up on at once.
                    orphan(judgement, caller, leg);
                }
            }
        }
        legs.forEach(leg -> fromCallee(judgement, caller, leg));
    }

    private void counted(Judgement judgement, Intent intent, CallersView caller, List<Leg> legs) {
        List<Operation> received = legs.stream()
                .flatMap(leg -> leg.received(intent).stream())
                .filter(op -> !Attempts.turnedBack(op))
                .toList();
        // Whose set-up was given up sends no BYE, and the callee is sent one all the same.
        long sent = intent == Intent.RELEASE ? Math.max(1, caller.attempts(intent)) : caller.attempts(intent);
        if (received.size() > sent) {
            Operation more = firstBeyond(intent, caller, received);
            judgement.add(new Harm(
                    Fate.GHOST,
                    more.sent(),
                    false,
                    more,
                    null,
                    () -> received.size() + " " + Attempts.method(more)
                            + "s of the call reached the callee where the caller sent " + caller.attempts(intent)));
        }
        List<Operation> accepted =
                received.stream().filter(op -> op.outcome() == Outcome.OK).toList();
        boolean told = intent == Intent.MODIFY || intent == Intent.INFO;
        if (told && caller.oks(intent) > accepted.size() && farSide.whole()) {
            Operation unheard = firstUnheard(intent, caller, accepted);
            judgement.add(Harm.by(
                    unheard,
                    Fate.LOST,
                    false,
                    () -> "the sides disagree: " + Attempts.name(unheard)
                            + " was answered, and the callee never accepted it"));
        }
    }

    /** Of more than the caller sent the first that arrived when it had not sent so many: no fault is to blame for what was there before it. */
    private Operation firstBeyond(Intent intent, CallersView caller, List<Operation> received) {
        List<Operation> byArrival = received.stream()
                .sorted(Comparator.comparingLong(Operation::sent))
                .toList();
        int known = intent == Intent.RELEASE ? 1 : 0;
        while (known < byArrival.size() - 1
                && known < caller.attempts(intent, latest(byArrival.get(known).sent()))) {
            known++;
        }
        return byArrival.get(known);
    }

    /** When the caller may say that it sent what arrived at an instant. */
    private long latest(long arrival) {
        return arrival + farSide.slack(arrival);
    }

    /** Of more than the callee accepted the first that was answered when it had not accepted so many. */
    private Operation firstUnheard(Intent intent, CallersView caller, List<Operation> accepted) {
        List<Operation> answered = caller.accepted(intent);
        for (int known = 0; known < answered.size(); known++) {
            // The two sides' times may differ by a little.
            long by = latest(answered.get(known).end()) + farSide.t1();
            if (accepted.stream().filter(op -> op.sent() <= by).count() <= known) {
                return answered.get(known);
            }
        }
        return answered.get(answered.size() - 1);
    }

    private void established(Judgement judgement, CallersView caller, List<Leg> legs) {
        List<Leg> accepted = legs.stream().filter(leg -> leg.accepted() != null).toList();
        Operation setUp = caller.lastOk(Intent.SETUP);
        if (accepted.isEmpty()) {
            if (farSide.whole()) {
                judgement.add(Harm.by(
                        setUp,
                        Fate.LOST,
                        false,
                        () -> "the sides disagree: " + Attempts.name(setUp) + " was answered, and the callee "
                                + (legs.isEmpty() ? "was never called" : "never accepted it")));
            } else {
                judgement.cannotTell();
            }
            return;
        }
        if (accepted.size() > 1) {
            judgement.add(
                    Harm.by(accepted.get(1).accepted(), Fate.GHOST, false, () -> "the callee accepted the call twice"));
        }
        for (Leg leg : legs) {
            endedAlone(judgement, caller, leg);
            orphan(judgement, caller, leg);
            givenUp(judgement, caller, leg);
            half(judgement, setUp, leg);
        }
    }

    /**
     * Half a call: the callee went on to send its 2xx until the caller hung up, for twice T2 after the caller's ACK, so that it came again and again. What
     * a fault had the cluster drop would have come with the next one; whether it was the cluster cannot be told of so few.
     */
    private void half(Judgement judgement, Operation setUp, Leg leg) {
        Operation accepted = leg.accepted();
        if (accepted == null || accepted.acked() != NONE || setUp.acked() == NONE || accepted.lastAnswer() == NONE) {
            return;
        }
        long hungUp = leg.received(Intent.RELEASE).stream()
                .mapToLong(Operation::sent)
                .min()
                .orElse(Long.MAX_VALUE);
        if (Math.min(hungUp, accepted.lastAnswer()) - setUp.acked()
                >= 16 * farSide.t1() - farSide.margin(setUp.acked())) {
            judgement.cannotTell();
        }
    }

    /** The callee was hung up on, and the caller went on. */
    private void endedAlone(Judgement judgement, CallersView caller, Leg leg) {
        for (Operation bye : leg.received(Intent.RELEASE)) {
            boolean asked = caller.hasSent(Intent.RELEASE, latest(bye.sent()));
            if (bye.outcome() == Outcome.OK && !asked && !caller.forked()) {
                judgement.add(Harm.by(
                        bye,
                        Fate.LOST,
                        false,
                        () -> "the sides disagree: the callee was sent a BYE that the caller had not sent"));
                return;
            }
        }
    }

    private static void orphan(Judgement judgement, CallersView caller, Leg leg) {
        Incident open = leg.incident(Incident.Kind.OPEN_LEG);
        if (open != null && caller.over() != NONE) {
            judgement.add(new Harm(
                    Fate.GHOST,
                    caller.over(),
                    false,
                    null,
                    open,
                    () -> "an orphan leg: the call was over for the caller, and " + open.detail()
                            + " at the callee to the end of the run"));
        }
    }

    /** No ACK reached the callee, and it hung up: its caller, whether or not the BYE came through, had a call without a far side. */
    private void givenUp(Judgement judgement, CallersView caller, Leg leg) {
        Incident alone = leg.incident(Incident.Kind.UNACKNOWLEDGED);
        if (alone == null) {
            return;
        }
        long over = caller.over();
        // Within what the clocks may be off, its own hanging up may be what ended the call for the caller.
        if (over != NONE && over + farSide.margin(over) <= alone.at()) {
            judgement.add(new Harm(
                    Fate.GHOST,
                    over,
                    false,
                    null,
                    alone,
                    () -> "an orphan leg: the call was over for the caller, and the callee kept it until it gave up"));
        } else {
            judgement.add(Harm.by(
                    alone,
                    Fate.LOST,
                    () -> "the sides disagree: the caller had the call, and the callee, whom no ACK reached, hung up"));
        }
    }

    /** A set-up that the caller was refused, or gave up, must be none for the callee either. */
    private static void unwanted(Judgement judgement, CallersView caller, Leg leg) {
        Incident open = leg.incident(Incident.Kind.OPEN_LEG);
        boolean alone = leg.accepted() != null && leg.incident(Incident.Kind.UNACKNOWLEDGED) != null;
        if (!caller.released() && (open != null || alone)) {
            Operation setUp = caller.last(Intent.SETUP);
            judgement.add(new Harm(
                    Fate.GHOST,
                    alone ? Math.max(setUp.end(), leg.accepted().end()) : setUp.end(),
                    true,
                    setUp,
                    null,
                    () -> "an orphan leg: the callee "
                            + (open == null || leg.accepted() != null ? "accepted" : "was left ringing in")
                            + " a call whose set-up " + Attempts.ending(setUp)));
        }
    }

    /** What the callee sent of its own must have reached the caller, once. */
    private void fromCallee(Judgement judgement, CallersView caller, Leg leg) {
        for (Operation op : calleesAnswered(leg)) {
            if (op.intent() == Intent.RELEASE) {
                if (!caller.heardBye() && !caller.hasSent(Intent.RELEASE, op.end() + farSide.margin(op.end()))) {
                    judgement.add(Harm.by(op, Fate.LOST, false, () -> unheard(op)));
                } else if (caller.heard(Intent.RELEASE)
                        > leg.own(Intent.RELEASE).size()) {
                    judgement.add(Harm.by(op, Fate.GHOST, false, () -> heardTooOften(caller, leg, op)));
                }
            } else if (caller.heard(op.intent())
                    < leg.own(op.intent()).stream()
                            .filter(each -> each.outcome() == Outcome.OK)
                            .count()) {
                judgement.add(Harm.by(op, Fate.LOST, false, () -> unheard(op)));
            } else if (caller.heard(op.intent()) > leg.own(op.intent()).size()) {
                judgement.add(Harm.by(op, Fate.GHOST, false, () -> heardTooOften(caller, leg, op)));
            }
        }
    }

    private static String heardTooOften(CallersView caller, Leg leg, Operation op) {
        return caller.heard(op.intent()) + " " + Attempts.method(op) + "s reached the caller where the callee sent "
                + leg.own(op.intent()).size();
    }

    private static String unheard(Operation op) {
        return "the sides disagree: the callee's " + Attempts.name(op) + " was answered, and never reached the caller";
    }

    private List<Operation> calleesAnswered(Leg leg) {
        boolean alone = leg.incident(Incident.Kind.UNACKNOWLEDGED) != null;
        return leg.own().stream()
                .filter(op -> op.outcome() == Outcome.OK && !alone)
                .filter(op ->
                        op.intent() == Intent.RELEASE || op.intent() == Intent.INFO || op.intent() == Intent.MODIFY)
                .toList();
    }

    /** A call that is over has one call-detail record, and one that never came about has one at most. */
    private void records(Judgement judgement, Call call, List<Operation> operations) {
        Map<String, Integer> counts = history.callDetails();
        if (counts == null || operations.isEmpty()) {
            return;
        }
        var caller = new CallersView(operations, history.incidents(call));
        int count = counts.getOrDefault(call.callId(), 0);
        boolean over = caller.established() && (caller.heardBye() || caller.oks(Intent.RELEASE) > 0);
        if (count > 1 || over && count == 0 && history.callDetailsWhole()) {
            Operation last = operations.get(operations.size() - 1);
            judgement.add(Harm.by(
                    last,
                    Fate.GHOST,
                    false,
                    () -> "the call has " + (count == 0 ? "no" : Integer.toString(count)) + " call-detail record"
                            + (count == 1 ? "" : "s") + " where one is due"));
        }
    }
}
