package io.ringdown.record;

/**
 * Whether the generator can be believed.
 *
 * @param latenessP99Nanos 99th percentile of actual minus intended send time, but for the requests about the strike
 * @param latenessMaxNanos largest of them
 * @param strikeLatenessP99Nanos 99th percentile of it among the requests intended from 0.5 s before the instant of the strike to 2 s
 *     after it, where a short stall is not lost among all the others
 * @param strikeLatenessMaxNanos largest of those
 * @param saturated whether the generator could not offer the load that the plan asked for
 * @param kernelDrops datagrams that the kernel dropped on the generator's sockets; -1 where it does not tell
 * @param sendErrors datagrams, or messages by TCP, that could not be sent
 * @param longestStallNanos longest time for which the generator's loop did not run
 * @param malformed datagrams that were no SIP message, or belonged to no call
 * @param lostLines lines of SIPp's logs that could not be read, each of which may have told of a failure, or of a success
 */
public record SelfChecks(
        long latenessP99Nanos,
        long latenessMaxNanos,
        long strikeLatenessP99Nanos,
        long strikeLatenessMaxNanos,
        boolean saturated,
        long kernelDrops,
        long sendErrors,
        long longestStallNanos,
        long malformed,
        long lostLines) {
    /** What came to be since earlier ones of the same side, whose counts go on; of its stalls only one that is longer than all before can be told. */
    public SelfChecks since(SelfChecks earlier) {
        return new SelfChecks(
                latenessP99Nanos,
                latenessMaxNanos,
                strikeLatenessP99Nanos,
                strikeLatenessMaxNanos,
                saturated,
                kernelDrops < 0 || earlier.kernelDrops < 0 ? -1 : kernelDrops - earlier.kernelDrops,
                sendErrors - earlier.sendErrors,
                longestStallNanos > earlier.longestStallNanos ? longestStallNanos : 0,
                malformed - earlier.malformed,
                lostLines - earlier.lostLines);
    }

    /** Those of two sides of the same calls, of which the other one sends nothing at an instant of a plan's. */
    public SelfChecks with(SelfChecks other) {
        return new SelfChecks(
                latenessP99Nanos,
                latenessMaxNanos,
                strikeLatenessP99Nanos,
                strikeLatenessMaxNanos,
                saturated || other.saturated,
                kernelDrops < 0 || other.kernelDrops < 0 ? -1 : kernelDrops + other.kernelDrops,
                sendErrors + other.sendErrors,
                Math.max(longestStallNanos, other.longestStallNanos),
                malformed + other.malformed,
                lostLines + other.lostLines);
    }
}
