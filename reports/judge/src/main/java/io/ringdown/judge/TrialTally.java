package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.CapacityResult.Outcome;
import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CalleesView;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.Trial;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Counts what became of one trial's sessions, operation by operation, in whatever order they come: while the trial goes on, so that the search
 * knows which to make next, and from the run folder afterwards.
 */
public final class TrialTally implements OperationLogReader.Visitor {
    private static final byte ESTABLISHED = 1;
    private static final byte RELEASED = 2;
    private static final byte FAILED = 4;
    private static final byte UNCLEAR = 8;
    /** Its last request was answered by a wish for another one, which has not been made. */
    private static final byte ASKED = 16;
    /** Less than this share of the rate that was asked for is another rate. */
    private static final double OFFERED = 0.98;

    private final Capacity capacity;
    private final int firstCall;
    private final long threshold;
    private final String unit;
    private final byte[] sessions;
    /** Sessions of which an answer asked for another request, while they were being set up. */
    private final Map<Integer, Asking> asking = new HashMap<>();

    private final MicroSample setUps = new MicroSample();
    private final MicroSample lateness = new MicroSample();
    private long firstSent = Long.MAX_VALUE;
    private long lastSent = Long.MIN_VALUE;
    private long retransmissions;
    private int begun;

    /**
     * What such answers took, in nanoseconds.
     *
     * @param since the intended instants
     * @param sent since the requests left
     */
    private record Asking(long since, long sent) {
        static final Asking NOTHING = new Asking(0, 0);

        Asking and(Operation op) {
            return new Asking(since + op.end() - op.intended(), sent + op.end() - op.sent());
        }
    }

    /**
     * Counts nothing yet.
     *
     * @param firstCall number of the first session's call
     * @param endCall one more than the number of the last one's
     */
    public TrialTally(Capacity capacity, int firstCall, int endCall) {
        this.capacity = capacity;
        this.firstCall = firstCall;
        threshold = capacity.threshold().toNanos();
        unit = capacity.callType().unit();
        sessions = new byte[Math.max(0, endCall - firstCall)];
    }

    boolean has(int call) {
        return call >= firstCall && call < firstCall + sessions.length;
    }

    @Override
    public void call(Call call) {
        begun += has(call.number()) ? 1 : 0;
    }

    @Override
    public void incident(Incident incident) {
        // The far side ended a session that its caller had not.
        if (incident.kind() == Incident.Kind.UNSCRIPTED_BYE && has(incident.call())) {
            mark(incident.call(), FAILED);
        }
    }

    @Override
    public void operation(Operation op) {
        if (!has(op.call())) {
            return;
        }
        retransmissions += op.retransmissions();
        if (op.attempt() == AttemptKind.FOLLOW_UP) {
            sessions[op.call() - firstCall] &= ~ASKED;
        }
        switch (op.outcome()) {
            case INDETERMINATE -> mark(op.call(), UNCLEAR);
            case FAILED -> failed(op);
            case OK -> mark(op.call(), succeeded(op));
        }
        if (opens(op) && op.sent() != NONE) {
            firstSent = Math.min(firstSent, op.sent());
            lastSent = Math.max(lastSent, op.sent());
            lateness.add(op.sent() - op.intended());
        }
    }

    /** Whether it sets a session up, or is a registration, which has no other part. */
    private static boolean opens(Operation op) {
        return op.intent() == Intent.SETUP || op.intent() == Intent.REGISTER;
    }

    /** Who asks for credentials, or to ask somebody else, has refused nothing yet; the time that this takes counts. */
    private void failed(Operation op) {
        if (!Attempts.asksToFollowUp(op)) {
            mark(op.call(), FAILED);
            return;
        }
        mark(op.call(), ASKED);
        if (opens(op)) {
            asking.put(op.call(), asked(op).and(op));
        }
    }

    private byte succeeded(Operation op) {
        if (!opens(op)) {
            return op.intent() == Intent.RELEASE ? RELEASED : 0;
        }
        Asking whole = asked(op).and(op);
        setUps.add(whole.since());
        if (whole.since() <= threshold) {
            return op.intent() == Intent.SETUP ? ESTABLISHED : ESTABLISHED | RELEASED;
        }
        // What the generator sent late is not the cluster's lateness.
        return whole.sent() <= threshold ? UNCLEAR : FAILED;
    }

    private Asking asked(Operation op) {
        return asking.isEmpty() ? Asking.NOTHING : asking.getOrDefault(op.call(), Asking.NOTHING);
    }

    private void mark(int call, byte state) {
        sessions[call - firstCall] |= state;
    }

    /** Whether every session has succeeded for its caller. */
    public boolean succeeded() {
        for (byte session : sessions) {
            if (session != (ESTABLISHED | RELEASED)) {
                return false;
            }
        }
        return true;
    }

    /** What a trial came to, all of whose sessions have been counted. */
    public TrialResult result(Trial trial, Workload workload) {
        var limits = Limits.of(workload);
        int failed = 0;
        int established = 0;
        for (byte session : sessions) {
            if ((session & (FAILED | ASKED)) != 0) {
                failed++;
            } else if (session == (ESTABLISHED | RELEASED)) {
                established++;
            }
        }
        int unclear = sessions.length - failed - established;
        int differing = differing(trial);
        failed += differing;
        established -= differing;
        double offered = lastSent > firstSent ? (sessions.length - 1) * 1e9 / (lastSent - firstSent) : 0;
        List<String> doubts = doubts(trial, workload, limits, offered);
        if (workload.callee() != null && !capacity.callType().registers() && trial.callee() == null && succeeded()) {
            doubts.add("nobody knows how the callee saw it");
        }
        // Whatever succeeded did so all the same.
        if (failed > 0 && trial.others() != null && trial.others() > ForeignLoad.MOST) {
            doubts.add("others took " + Figures.percent(trial.others()) + " of the processors for a second");
        }
        if (failed > 0) {
            doubts.addAll(new TrialShares(trial, limits).crowded());
        }
        boolean clean = failed == 0 && unclear == 0 && sessions.length == trial.sessions();
        Outcome outcome = trial.warmUp()
                ? Outcome.WARM_UP
                : !doubts.isEmpty() ? Outcome.UNCLEAR : clean ? Outcome.SUCCEEDED : decided(failed);
        boolean any = setUps.count() > 0;
        return new TrialResult(
                trial.number(),
                outcome,
                trial.rate(),
                sessions.length,
                offered,
                doubts.isEmpty() ? why(failed, unclear, trial.callee()) : String.join(", ", doubts),
                established,
                failed,
                unclear,
                retransmissions,
                any ? setUps.at(500) : null,
                any ? setUps.at(990) : null,
                any ? setUps.at(1_000) : null,
                latenessNanos(trial) / 1_000,
                trial.checks().kernelDrops(),
                trial.hostDrops(),
                trial.left());
    }

    private static Outcome decided(int failed) {
        return failed > 0 ? Outcome.FAILED : Outcome.UNCLEAR;
    }

    /** Sessions that succeeded for their callers, and otherwise for their callee. */
    private int differing(Trial trial) {
        return trial.callee() == null || !succeeded()
                ? 0
                : Math.min(sessions.length, trial.callee().differing());
    }

    private String why(int failed, int unclear, CalleesView callee) {
        if (failed > 0) {
            String how = callee == null ? "" : ", though for no caller: " + words(callee);
            return Figures.many(failed, unit) + " of " + Figures.count(sessions.length) + " failed" + how;
        }
        if (unclear > 0) {
            return "of " + Figures.many(unclear, unit) + " the end is not known";
        }
        return "every " + unit + " succeeded";
    }

    private static String words(CalleesView callee) {
        return Stream.of(
                        words(callee.unreached(), "never reached the callee"),
                        words(callee.again(), "reached it with more than was sent"),
                        words(callee.unacknowledged(), "without an ACK"),
                        words(callee.unreleased(), "without a BYE"))
                .filter(text -> !text.isEmpty())
                .collect(Collectors.joining(", "));
    }

    private static String words(int sessions, String what) {
        return sessions == 0 ? "" : Figures.count(sessions) + " " + what;
    }

    /** The worse of what the generator said and what its requests show. */
    private long latenessNanos(Trial trial) {
        long shown = lateness.count() == 0 ? 0 : lateness.at(990) * 1_000;
        return Math.max(shown, trial.checks().latenessP99Nanos());
    }

    /** Why the trial tells nothing of the cluster. */
    private List<String> doubts(Trial trial, Workload workload, Limits limits, double offered) {
        var doubts = new ArrayList<String>();
        if (!workload.caller().alone()) {
            doubts.addAll(
                    new TrialShares(trial, limits).doubts(workload.caller().loadHosts()));
        }
        if (doubts.isEmpty()) {
            doubts.addAll(doubts("the generator", trial.checks(), latenessNanos(trial), limits));
        }
        int made = Math.min(begun, sessions.length);
        if (made != trial.sessions()) {
            doubts.add("only " + Figures.many(made, unit) + " of " + Figures.count(trial.sessions()) + " were begun");
        } else if (sessions.length > 1 && offered < OFFERED * trial.rate()) {
            doubts.add("only " + Figures.decimals(offered, 0) + "/s were offered");
        }
        if (sessions.length < capacity.sessionsAt(trial.rate())) {
            doubts.add(Figures.many(sessions.length, unit) + " at this rate are too few to show an overload");
        }
        return doubts;
    }

    /**
     * Why those who make a trial's sessions cannot be believed.
     *
     * @param who they are
     * @param late nanoseconds by which their requests left late, 99th percentile
     */
    static List<String> doubts(String who, SelfChecks checks, long late, Limits limits) {
        var doubts = new ArrayList<String>();
        if (checks.saturated() || late > limits.lateness()) {
            doubts.add(who + " was late: p99 " + Figures.millis(late));
        }
        if (checks.longestStallNanos() > limits.t1()) {
            doubts.add(who + " stood still for " + Figures.millis(checks.longestStallNanos()));
        }
        if (checks.kernelDrops() != 0) {
            doubts.add(
                    checks.kernelDrops() < 0
                            ? "the kernel does not tell what it dropped"
                            : "the kernel dropped " + Figures.many(checks.kernelDrops(), "datagram") + " on its way to "
                                    + who);
        }
        if (checks.sendErrors() != 0) {
            doubts.add(Figures.many(checks.sendErrors(), "datagram") + " could not be sent");
        }
        if (checks.lostLines() != 0) {
            doubts.add(Figures.many(checks.lostLines(), "line") + " of SIPp's log could not be read");
        }
        return doubts;
    }
}
