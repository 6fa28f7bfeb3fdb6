package io.ringdown.harness.hosts;

import io.ringdown.faults.HealResult;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undoing;
import io.ringdown.faults.Victims;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;

/**
 * Where a cluster's elements run: starts their processes, lets faults act on them ({@link Victims}) and stops them. Each process is in the
 * ledger before it is started, as an undo that {@link #undoing} understands. What only some hosts can do is a capability that says so
 * itself, such as {@link Quotas}.
 */
public interface Host extends Victims, AutoCloseable {
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
     * @param command program and arguments
     * @throws IOException if it runs already or cannot be started; the message is one line
     */
    default void start(String element, List<String> command) throws IOException {
        start(element, command, null);
    }

    /**
     * Starts a process in a session of its own, which works in a folder; does not wait until it serves.
     *
     * @param command program and arguments
     * @param folder to work in; null: where the harness does
     * @throws IOException if it runs already or cannot be started; the message is one line
     */
    void start(String element, List<String> command, Path folder) throws IOException;

    /**
     * Starts a process in a session of its own that is talked to by its standard input and output; its log has what it prints to standard
     * error.
     *
     * @param command program and arguments
     * @throws IOException if it runs already or cannot be started; the message is one line
     */
    Process converse(String name, List<String> command) throws IOException;

    /** Whether an element was started here and runs, neither frozen nor gone. */
    boolean runs(String element);

    /** The processes started last, by element. */
    Map<String, ProcessIdentity> processes();

    /** A line for each address that an element could not bind now: who has it, if that can be told, or why. */
    List<String> taken(List<Wanted> addresses);

    /** What this host can do to hold machines to a share of the processors. */
    Quotas quotas();

    /** Carries out the undos that this host writes to the ledger. */
    @Override
    Undoing undoing();

    /**
     * Stops all elements: those that run are asked to and killed if they take more than 5 s, frozen ones are killed.
     *
     * @return a line an element; complete if all are gone
     */
    HealResult stopAll();

    /** Stops all elements, unless they are to outlive the harness. */
    @Override
    void close();
}
