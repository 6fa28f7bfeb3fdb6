package io.ringdown.workloads.sip;

import java.io.IOException;
import java.util.List;

/** One thread that sends and receives from one or more addresses, each a {@link Wire}, and fires their timers. */
public interface WireLoop extends AutoCloseable {
    /** One for each address, in order. */
    List<Wire> wires();

    /**
     * Starts the thread.
     *
     * @param receivers one for each wire
     */
    void start(List<? extends Receiver> receivers);

    /**
     * Lets messages wait for each other while the loop has more to do, so that they leave together where the system can send many in one go: for
     * load. Before {@link #start}. What loses or delays packets takes such a batch for one, so that nobody does this whose network is to fail.
     */
    default void sendTogether() {
        // nothing to gain
    }

    /**
     * Lets the loop's threads go before those of usual scheduling. Before {@link #start}.
     *
     * @throws IOException if that is not permitted, one line; the loop is closed then
     */
    void inRealTime() throws IOException;

    /** Messages that could not be sent. */
    long sendErrors();

    /** Datagrams that the kernel dropped on the sockets because nobody fetched them in time; -1 where it does not tell. */
    long kernelDrops();

    /** Longest time in nanoseconds for which a due timer had to wait because the loop was busy or did not run. */
    long longestStall();

    /** What ended the loop against its will, or null. */
    Throwable failure();

    /** Ends the thread and lets the sockets go. */
    @Override
    void close() throws IOException;
}
