package io.ringdown.harness.hosts;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.Observation;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.SettableClock;
import io.ringdown.faults.Undoing;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Where a cluster's elements run, one machine or several: starts their processes, has faults act on them and stops them. Whatever is started
 * is in the ledger before, as an undo that {@link #undoing} understands. What only some hosts can do is a capability that says so itself,
 * such as {@link Quotas}.
 */
public interface Host extends AutoCloseable {
    /** How a host for one run is come by. */
    @FunctionalInterface
    interface Opening {
        /**
         * Opens a host.
         *
         * @param logs folder for what elements print, {@code NAME.log} each
         * @throws IOException if it cannot be used; one line
         */
        Host open(Path logs, Ledger ledger) throws IOException;
    }

    /**
     * Starts an element's process in a session of its own; does not wait until it serves.
     *
     * @param command program and arguments, as they are called where it runs
     * @throws IOException if it runs already or cannot be started; the message is one line
     */
    void start(String element, List<String> command) throws IOException;

    /**
     * Starts an element of other makers, which may become several processes: all of them are the element, and are frozen, killed and watched together. It
     * has a folder of its own, of its name, in that of {@link Premises}, or of the logs. Waits until a command that goes into the background has done so.
     *
     * @throws IOException if it runs already or cannot be started; the message is one line
     */
    void startTree(String element, TreeStart how) throws IOException;

    /**
     * Learns what cuts the power of machines. No file does, but whoever heals when the harness has died.
     *
     * @throws IOException if nobody would; one line
     */
    void switches(List<PowerSwitch> switches) throws IOException;

    /** Whether an element was started. */
    boolean has(String element);

    /**
     * Asks elements to stop, as they want to be asked; waits for nothing.
     *
     * @throws IOException if one cannot be asked; one line
     */
    void terminate(List<String> elements) throws IOException;

    /**
     * Asks an element by a command, where it runs. Several may be asked at once.
     *
     * @return what the command prints, if it ends in time and with status 0
     * @throws IOException if it cannot be tried; one line
     */
    Optional<String> ask(ElementQuestion question) throws IOException, InterruptedException;

    /**
     * Brings what commands print of elements' logs into the folder of logs, once all is healed.
     *
     * @return a line for each that did not give all
     */
    List<String> keepLogs() throws InterruptedException;

    /** Looks at an element's process. */
    Observation observe(String element);

    /** The elements that were started and run, neither frozen nor gone. */
    Set<String> running();

    /** The run's processes on this machine, those of elements and those that look after them there. */
    Collection<ProcessIdentity> processes();

    /** A line for each address that an element could not bind now: who has it, if that can be told, or why. */
    List<String> taken(List<Wanted> addresses);

    /** What this host can do to hold machines to a share of the processors. */
    Quotas quotas();

    /** What strikes and repairs elements here. */
    Injecting injecting(RunClock clock, BlastRadius radius);

    /** How long before its instant a fault must be begun to be ready in time. */
    Duration lead();

    /** Carries out the undos that this host writes to the ledger. */
    Undoing undoing();

    /**
     * Stops all elements: those that run are asked to and killed if they take more than 5 s, frozen ones are killed.
     *
     * @return a line an element; complete if all are gone
     */
    HealResult stopAll();

    /** What an element finds where it runs; empty, unless its host is another machine: all that is on this one. */
    default Optional<Premises> premises(String element) {
        return Optional.empty();
    }

    /**
     * By which library the wall clocks of processes can be set where an element runs, as {@link SettableClock} has it.
     *
     * @throws IOException if by none; one line that tells where it is missing and what changes that
     */
    default String clockLibrary(String element) throws IOException {
        return SettableClock.library()
                .orElseThrow(() -> new IOException("no " + SettableClock.LIBRARY
                        + ", by which wall clocks are set (kind clock); " + SettableClock.REMEDY));
    }

    /** Puts a file from the folder of logs into the folder of every element's machine. On this machine it is there. */
    default void put(Path file) throws IOException {
        // whose host is another machine has it put there
    }

    /** Brings what elements have written so far into the folder of logs. */
    void fetch() throws IOException;

    /** How far an element's wall clock is ahead of this machine's, in microseconds; 0 on this machine. */
    default long clockAheadMicros(String element) {
        return 0;
    }

    /** Why this host cannot be relied on any more, though nobody asked for that; one line. Empty: it can. */
    Optional<String> failure();

    /** Where what is not of the cluster runs, such as those who call it: beside the harness. */
    LocalHost beside();

    /** Stops all elements, unless they are to outlive the harness. */
    @Override
    void close();
}
