package io.ringdown.faults;

import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The port through which faults act on the processes of elements; a host implements it. Elements are named as in the topology. Every
 * method throws {@link FaultRefusedException} for an element that this host did not start.
 */
public interface Victims {
    /** The process that an element is, or was last; of several the one that made the others. */
    ProcessIdentity identity(String element);

    /** What kills all that an element is. */
    default Undo killing(String element) {
        return new Undo.Kill(element, identity(element));
    }

    /** What lets all that an element is run on. */
    default Undo resuming(String element) {
        return new Undo.Resume(element, identity(element));
    }

    /** Looks at all that an element is. Cheap enough to be asked again every 100 microseconds. */
    Observation observe(String element);

    /** The living processes that an element is, looked for anew, and what each has had of the processors; empty: nobody can tell. */
    Map<ProcessIdentity, Spent> spent(String element);

    /** Makes everything ready to freeze the elements together, so that firing is one write. */
    Trigger armFreeze(List<String> elements) throws IOException;

    /** Kills (SIGKILL); does not wait for the end. */
    void kill(List<String> elements);

    /**
     * Asks to stop, by SIGTERM or as an element wants it; does not wait for the end.
     *
     * @throws IOException if what an element wants cannot be done; one line
     */
    void terminate(List<String> elements) throws IOException;

    /** Lets frozen elements run on (SIGCONT). */
    void resume(List<String> elements) throws IOException;

    /** Starts an element that is gone again, with the command it was first started with; does not wait until it serves. */
    void restart(String element) throws IOException;

    /** What this host can do to what its machines say to each other. */
    default Network network() {
        return Network.NONE;
    }

    /** Where the file system is that an element's machine has for itself; empty: it has none. */
    default Optional<Path> disk(String element) {
        return Optional.empty();
    }

    /** Whether somebody sets a wall clock right again that a fault has set, whatever becomes of the harness. */
    default boolean setsClocks() {
        return false;
    }

    /** What cuts the power of machines. */
    default Power power() {
        return Power.NONE;
    }

    /** Carries out the undos that are written for what is done to these victims. */
    default Undoing undoing() {
        return Undoing.onThisMachine();
    }

    /** A freeze that only waits to be let off. Closing it without firing disarms it. */
    interface Trigger extends AutoCloseable {
        /** Freezes; returns as soon as that is under way. */
        void fire() throws IOException;

        @Override
        void close();
    }
}
