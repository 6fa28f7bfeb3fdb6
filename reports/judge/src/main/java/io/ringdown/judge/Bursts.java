package io.ringdown.judge;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Operation;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.ResolvedPlan.Burst;
import java.util.List;
import java.util.Optional;

/**
 * What became of a plan's bursts: calls beyond what the cluster may be able to carry. It may refuse them with 503 (RFC 3261 section 21.5.4), which is
 * how it protects the others, and harms nobody; whatever else happens to them counts as it does to any call.
 *
 * @param asked calls that the plan has
 * @param offered those whose INVITE was sent
 * @param refused those that got 503
 */
record Bursts(int asked, int offered, int refused) {
    /** Of a burst's calls, for it to have been one. */
    private static final double NEARLY_ALL = 0.99;

    static Bursts of(RecordedRun run, History history) {
        int asked = run.plan().workload() == null
                ? 0
                : run.plan().workload().bursts().stream().mapToInt(Burst::calls).sum();
        int offered = 0;
        int refused = 0;
        for (int number = 0; asked > 0 && number < history.end(); number++) {
            Call call = history.call(number);
            if (call != null && call.role() == CallRole.BURST) {
                List<Operation> operations = history.of(call);
                offered += operations.isEmpty() ? 0 : 1;
                refused += refused(operations) ? 1 : 0;
            }
        }
        return new Bursts(asked, offered, refused);
    }

    /** Whether all that a call's caller heard was that it was refused. */
    static boolean refused(List<Operation> operations) {
        return operations.size() == 1
                && operations.get(0).attempt() == AttemptKind.FIRST
                && Attempts.turnedAway(operations.get(0));
    }

    /** A burst that was not offered proves nothing. */
    void check(RunChecks checks) {
        if (asked == 0) {
            return;
        }
        String text = Figures.count(offered) + " of " + Figures.many(asked, "call") + " were offered";
        if (offered >= NEARLY_ALL * asked) {
            checks.confirmed("bursts", "bursts offered", text);
        } else {
            checks.trouble("bursts", "bursts offered", "bursts were not offered: " + text);
        }
    }

    Optional<String> note() {
        return asked == 0
                ? Optional.empty()
                : Optional.of(Figures.count(refused) + " of " + Figures.many(offered, "call")
                        + " of bursts were refused with 503, which changes no level");
    }
}
