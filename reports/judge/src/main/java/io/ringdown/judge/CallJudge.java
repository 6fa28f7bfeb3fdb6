package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** Finds the fate of a call: what became of its set-up, of each later intent, and of the dialog's state (criteria, section 2). */
final class CallJudge {
    private static final Comparator<Operation> BY_INTENT =
            Comparator.comparingInt(Operation::intentIndex).thenComparing(Operation::intent);

    private final History history;
    private final Limits limits;
    private final Budget budget;
    private final DialogJudge dialogs;
    private final CounterRule counters;
    private final Agreement agreement;

    /** @param strikes in order of time; none: the run did not get so far */
    CallJudge(History history, Limits limits, List<Strike> strikes, CrowdedMachines crowded) {
        this.history = history;
        this.limits = limits;
        budget = new Budget(limits, crowded);
        dialogs = new DialogJudge(limits, budget, strikes);
        agreement = new Agreement(history);
        counters = new CounterRule(strikes);
    }

    /** Judges a call that is no re-dial, together with its re-dials. */
    Judgement judge(Call call) {
        var judgement = new Judgement(call);
        List<Operation> operations = history.of(call);
        List<Call> redials = history.redials(call);
        setUp(judgement, operations, redials);
        judgement.later(() -> {
            dialog(judgement, call, operations);
            for (Call redial : redials) {
                dialog(judgement, redial, history.of(redial));
            }
        });
        return judgement;
    }

    private void setUp(Judgement judgement, List<Operation> operations, List<Call> redials) {
        List<Operation> own = Attempts.of(Intent.SETUP, operations);
        if (own.isEmpty()) {
            judgement.cannotTell();
            return;
        }
        Operation first = Attempts.effectiveFirst(own);
        // Repeats, and what answered their challenges.
        var later = new ArrayList<Operation>(0);
        boolean after = false;
        for (Operation op : own) {
            if (after) {
                later.add(op);
            }
            after |= op == first;
        }
        redials.forEach(redial -> later.addAll(Attempts.of(Intent.SETUP, history.of(redial))));
        if (later.isEmpty() && redials.isEmpty()) {
            onlySetUp(judgement, own, operations);
            return;
        }
        long due = Budget.due(first);
        boolean repeated =
                later.stream().anyMatch(op -> op.outcome() == Outcome.OK && op.end() - due <= limits.repeat());
        boolean open = later.isEmpty() || later.stream().anyMatch(op -> op.outcome() == Outcome.INDETERMINATE);
        String what = "set-up " + Attempts.ending(first);
        if (repeated || open) {
            judgement.add(Harm.by(
                    first,
                    Fate.REPEATED,
                    true,
                    () -> what
                            + (redials.isEmpty() ? "; sent again" : "; re-dialled")
                            + (repeated ? " with success" : "")));
        } else if (budget.crowdedOut(first) && later.stream().allMatch(budget::crowdedOut)) {
            judgement.crowdedOut();
        } else {
            judgement.add(Harm.by(first, Fate.FAILED, true, () -> what + ", and so did every re-dial"));
        }
    }

    private void onlySetUp(Judgement judgement, List<Operation> setUps, List<Operation> operations) {
        Operation first = Attempts.effectiveFirst(setUps);
        switch (first.outcome()) {
            case OK -> budget.check(judgement, setUps, first);
            case INDETERMINATE -> judgement.cannotTell();
            case FAILED -> {
                if (budget.crowdedOut(first)) {
                    judgement.crowdedOut();
                } else if (first.status() != 487 || !cancelledByScript(first, operations)) {
                    judgement.add(Harm.by(
                            first,
                            Fate.FAILED,
                            true,
                            () -> "set-up " + Attempts.ending(first) + ", and nobody re-dialled"));
                }
            }
        }
    }

    private void dialog(Judgement judgement, Call call, List<Operation> operations) {
        boolean established = false;
        boolean released = false;
        for (Operation op : operations) {
            established |= op.intent() == Intent.SETUP && op.outcome() == Outcome.OK;
            released |= op.intent() == Intent.RELEASE;
        }
        List<Incident> incidents = history.incidents(call);
        incidents(judgement, call, incidents, operations, established);
        setUpsAccepted(judgement, operations);
        agreement.check(judgement, call, operations);
        intents(judgement, agreement.calleesOwn(call), true);
        intents(judgement, operations, established);
        if (!established) {
            judgement.unknownLost |= operations.isEmpty();
            return;
        }
        counters.check(judgement, operations);
        if (!released && !judgement.lost() && !endedUnasked(incidents)) {
            judgement.cannotTell();
        }
    }

    private static boolean endedUnasked(List<Incident> incidents) {
        return incidents.stream().anyMatch(incident -> incident.kind() == Incident.Kind.UNSCRIPTED_BYE);
    }

    /** @param established whether there is a dialog: a CANCEL has none */
    private void intents(Judgement judgement, List<Operation> operations, boolean established) {
        List<Operation> sorted = operations;
        for (int i = 1; i < operations.size(); i++) {
            if (BY_INTENT.compare(operations.get(i - 1), operations.get(i)) > 0) {
                sorted = operations.stream().sorted(BY_INTENT).toList();
                break;
            }
        }
        for (int from = 0, until; from < sorted.size(); from = until) {
            until = from + 1;
            while (until < sorted.size() && BY_INTENT.compare(sorted.get(from), sorted.get(until)) == 0) {
                until++;
            }
            List<Operation> attempts = sorted.subList(from, until);
            switch (attempts.get(0).intent()) {
                case SETUP -> {
                    // judged across re-dials
                }
                case CANCEL -> {
                    if (scripted(attempts.get(0), operations)) {
                        dialogs.cancel(judgement, attempts);
                    }
                }
                default -> {
                    if (established) {
                        dialogs.intent(judgement, attempts);
                    }
                }
            }
        }
    }

    private boolean cancelledByScript(Operation invite, List<Operation> operations) {
        return operations.stream()
                .anyMatch(op -> op.intent() == Intent.CANCEL && op.cseq() == invite.cseq() && scripted(op, operations));
    }

    /** A user who is stuck cancels 4 s after the answer was due; whoever cancels earlier was told to. */
    private boolean scripted(Operation cancel, List<Operation> operations) {
        return operations.stream()
                .filter(op ->
                        op.cseq() == cancel.cseq() && (op.intent() == Intent.SETUP || op.intent() == Intent.MODIFY))
                .allMatch(invite -> cancel.intended() < Budget.due(invite) + limits.stuck() - 1_000_000);
    }

    private static void setUpsAccepted(Judgement judgement, List<Operation> operations) {
        for (Operation op : operations) {
            if (op.setups() > 1) {
                judgement.add(Harm.by(
                        op,
                        Fate.GHOST,
                        false,
                        () -> "the service accepted " + op.setups() + " set-ups for this one Call-ID"));
                return;
            }
        }
    }

    private void incidents(
            Judgement judgement, Call call, List<Incident> incidents, List<Operation> operations, boolean established) {
        for (Incident incident : incidents) {
            switch (incident.kind()) {
                case UNSCRIPTED_BYE -> {
                    if (agreement.hungUpAsAsked(call, incident.at())) {
                        continue;
                    }
                    if (established) {
                        ended(judgement, incident, operations);
                    } else {
                        endedUnestablished(judgement, incident, operations);
                    }
                }
                case FORKED_ANSWER ->
                    judgement.add(
                            Harm.by(incident, Fate.GHOST, () -> "one INVITE was answered twice: " + incident.detail()));
                // RFC 3261 allows a fork several early dialogs; the one service of a call has no reason for a second.
                case CHANGED_TAG ->
                    judgement.add(Harm.by(
                            incident, Fate.GHOST, () -> "its dialog was made a second time: " + incident.detail()));
                case ORPHAN_SESSION ->
                    judgement.add(Harm.by(
                            incident,
                            Fate.GHOST,
                            () -> "the cluster keeps a session after the call's end: " + incident.detail()));
                case UNACKNOWLEDGED, OPEN_LEG, FAR_SIDE_REQUEST -> {
                    // They are judged by both sides.
                }
                case CONNECTION_LOST, UNUSABLE_ANSWER -> {
                    // What it cost is told by the attempts.
                }
                case STRAY -> {
                    // A late answer of an element that was frozen is one, and harms nobody.
                }
            }
        }
    }

    private static void ended(Judgement judgement, Incident bye, List<Operation> operations) {
        boolean releasing = operations.stream()
                .anyMatch(op -> op.intent() == Intent.RELEASE && op.sent() != NONE && op.sent() <= bye.at());
        judgement.add(
                releasing
                        ? Harm.by(bye, Fate.GHOST, () -> "the far side sent a BYE of its own as well")
                        : Harm.by(bye, Fate.LOST, () -> "the far side ended the call unasked"));
    }

    /**
     * The far side gives up a 2xx that nobody acknowledged (RFC 3261 section 13.3.1.4). The caller never had the call, so it cannot be LOST, and what
     * became of its set-up tells its fate. But where the set-up was refused, it was accepted as well.
     */
    private static void endedUnestablished(Judgement judgement, Incident bye, List<Operation> operations) {
        List<Operation> setUps = Attempts.of(Intent.SETUP, operations);
        Operation last = setUps.isEmpty() ? null : setUps.get(setUps.size() - 1);
        if (last != null && last.outcome() == Outcome.FAILED && last.status() >= 300) {
            judgement.add(Harm.by(bye, Fate.GHOST, () -> "the far side ended a call that had been refused"));
        }
    }
}
