package io.ringdown.judge.verdict;

import io.ringdown.record.ResolvedPlan.CallType;
import java.util.Arrays;
import java.util.List;

/**
 * What a capacity search found (RFC 7502 section 5). Durations are microseconds.
 *
 * @param callType what a session did, by its name in a plan; registrations count as sessions
 * @param transport between generator and cluster
 * @param sessions sessions offered in a trial, at least
 * @param hold session duration (RFC 7501 section 3.1 and 3.3)
 * @param threshold establishment threshold time: how long a session might take to be established
 * @param rate session establishment rate, or that of registrations: the highest at which every one of a trial succeeded; 0: none
 * @param complete whether the search came to its end; if not, {@code rate} is only the least that it can be
 * @param required sessions a second that were demanded, or null
 * @param attempted sessions attempted in all trials
 */
public record CapacityResult(
        String callType,
        String transport,
        int sessions,
        long hold,
        long threshold,
        int rate,
        boolean complete,
        Integer required,
        long attempted,
        List<TrialResult> trials) {
    public CapacityResult {
        trials = List.copyOf(trials);
    }

    /** What {@link #callType} stands for. */
    public CallType type() {
        return Arrays.stream(CallType.values())
                .filter(type -> type.word().equals(callType))
                .findFirst()
                .orElse(CallType.INVITE_BYE);
    }

    /** What a trial came to. */
    public enum Outcome {
        /** Every session succeeded. */
        SUCCEEDED,
        /** A session failed, and the generator was not to blame. */
        FAILED,
        /** It tells nothing: the generator was late or saturated, or datagrams were lost on their way to it. */
        UNCLEAR,
        /** It only warmed up. */
        WARM_UP
    }

    /**
     * One trial. Durations are microseconds, and null if no session was established.
     *
     * @param rate sessions a second asked for
     * @param sessions sessions begun
     * @param offered sessions a second that really left
     * @param why in a few words, what decided its outcome
     * @param established sessions established in time, and released
     * @param failed sessions that failed
     * @param unclear sessions of which it cannot be told
     * @param retransmissions requests sent again
     * @param setUpP50 median from the intended instant to the 200
     * @param lateness 99th percentile of actual minus intended send time
     * @param kernelDrops datagrams dropped on the generator's own socket; -1 where the kernel does not tell
     * @param hostDrops datagrams dropped on all of the host's UDP sockets
     * @param left sessions left in the cluster afterwards; -1 if it does not tell
     */
    public record TrialResult(
            int number,
            Outcome outcome,
            int rate,
            int sessions,
            double offered,
            String why,
            int established,
            int failed,
            int unclear,
            long retransmissions,
            Long setUpP50,
            Long setUpP99,
            Long setUpMax,
            long lateness,
            long kernelDrops,
            long hostDrops,
            int left) {}
}
