package io.ringdown.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.List;
import java.util.Objects;

/**
 * One trial of a capacity search: a number of sessions offered at a rate (RFC 7502 section 4.10). What became of them tells the operations
 * log, by their calls' numbers.
 *
 * @param number from 0, in the order in which they were made
 * @param warmUp whether it only warmed cluster and generator up, and decides nothing
 * @param rate sessions a second that were to be begun
 * @param sessions sessions that were to be begun
 * @param firstCall number of the first session's {@link Call}
 * @param endCall one more than the number of the last one's
 * @param began run nanos at which the first session was to begin
 * @param ended run nanos at which the last one had ended
 * @param checks of the generator, in this trial alone; where several load hosts share it, the worst of each
 * @param hostDrops datagrams that the kernel dropped on this host's UDP sockets meanwhile for want of room, the generator's included; -1 where
 *     it does not tell
 * @param others largest share of the harness's machine's processors that others took in a second of it; null if unknown
 * @param callee how the callee saw its sessions, if the cluster relays them and all had succeeded for their callers; else null
 * @param left sessions that the cluster still kept when it was waited for no longer; -1 if it does not tell
 * @param shares of the load hosts that its sessions were dealt over; empty, and left out: the harness itself called
 */
public record Trial(
        int number,
        boolean warmUp,
        int rate,
        int sessions,
        int firstCall,
        int endCall,
        long began,
        long ended,
        SelfChecks checks,
        long hostDrops,
        Double others,
        CalleesView callee,
        int left,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<TrialShare> shares) {
    public Trial {
        Objects.requireNonNull(checks, "checks");
        // Left out where there is nothing to tell.
        shares = shares == null ? List.of() : List.copyOf(shares);
    }
}
