package io.ringdown.workloads;

import io.ringdown.record.SelfChecks;
import java.io.IOException;

/**
 * Who drives the calls of a run: the built-in generator, or SIPp. Fills every phase towards one instant, makes probes all the while, sees each
 * call to its end, and records what happens to all of them into one operations log, so that a run is judged alike whoever drove it.
 */
public interface Driver extends AutoCloseable {
    /** Nanoseconds that it needs between {@link #start} and the strike. */
    long timeToFill();

    /**
     * Begins to call.
     *
     * @param strike the instant at which every phase is to be full, at least {@link #timeToFill} away
     * @param seed what the scripts' random choices are drawn from
     * @throws IOException if it cannot; the message is one line
     */
    void start(long strike, long seed) throws IOException;

    /** Calls, without the probes, that have not ended. */
    int openCalls();

    /** Set-up and detection probes that have begun and not ended. */
    int openProbes();

    /** Set-up probes that ended well since the last one that did not. */
    int probeSuccessesInARow();

    /** What ended it, or its recording, against its will; or null. */
    Throwable failure();

    /** Makes no further probes. */
    void stopProbing();

    /** Whether it can be believed: so far, and once it is closed for the whole run. */
    SelfChecks selfChecks();

    /** Ends all calls where they are; what is open is recorded as indeterminate. */
    @Override
    void close() throws IOException;
}
