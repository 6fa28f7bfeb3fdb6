package io.ringdown.harness.cluster;

import io.ringdown.harness.hosts.Quotas;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import java.io.IOException;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;

/** The cluster of a run: starts its elements, and tells what they tell. */
public interface Cluster {
    /** Waits a moment between two looks; an interruption ends the wait for good. */
    interface Pause {
        void moment() throws InterruptedException;
    }

    /**
     * Starts every element and waits until all serve.
     *
     * @throws IOException if an element ends or does not come up in time; the message names it and its output
     */
    void up() throws IOException, InterruptedException;

    /**
     * Waits until elements that were started again serve; one that fails keeps nobody from waiting for the others.
     *
     * @param between passes the time between two looks
     * @param serving told each one as soon as it does
     * @throws IOException if some do not in time; one line
     */
    void awaitReturn(Collection<String> names, Pause between, Consumer<String> serving)
            throws IOException, InterruptedException;

    /**
     * Asks those elements to stop that want to be asked, and gives them some time; whoever then is left is healing's. Those that do not run are left alone.
     *
     * @throws IOException if some cannot be asked; one line
     */
    void stop() throws IOException, InterruptedException;

    /** Puts into the run folder what elements do not write there themselves, once they have ended; a line for each that did not give all. */
    List<String> keepLogs() throws InterruptedException;

    /** What the host says of the machines' quotas; empty if the plan gives them none. */
    List<Quotas.Reading> quotas();

    /** Who owns which call, and who holds copies, now; empty if no element tells. */
    Optional<OwnerSnapshot> owners(String purpose, RunClock clock) throws InterruptedException;

    /**
     * How much each app processor has to do now, in whatever they count.
     *
     * @throws IOException if one of them does not tell: who is busiest is not known then; one line
     */
    Map<String, Double> loads() throws IOException, InterruptedException;

    /**
     * What elements say happened to them, by time.
     *
     * @param silent elements known not to answer, which are not waited for
     */
    List<RunEvent.ClusterEvent> events(List<String> silent, RunClock clock) throws InterruptedException;
}
