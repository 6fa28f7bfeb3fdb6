package io.ringdown.faults;

import java.io.IOException;

/** The power of machines, as their owner has it cut and put on again. */
public interface Power {
    /** Where no machine's can be cut. */
    Power NONE = new Power() {
        @Override
        public void off(String machine) throws IOException {
            throw new IOException("nothing is known that cuts the power of " + machine);
        }

        @Override
        public String on(Undo.PowerOn undo) throws IOException {
            throw new IOException(
                    "only 'ringdown heal' can put on " + undo.element() + " as " + undo.topology() + " says");
        }

        @Override
        public Undo.PowerOn restoring(String machine) {
            throw new FaultRefusedException("nothing is known that cuts the power of " + machine);
        }
    };

    /**
     * Begins to cut a machine's, and waits for nothing.
     *
     * @throws IOException if that cannot be tried; one line
     */
    void off(String machine) throws IOException;

    /**
     * Puts a machine on again, once nothing is at work any more that cuts its power.
     *
     * @return what was done, one line
     * @throws IOException if it is not on; one line
     */
    String on(Undo.PowerOn undo) throws IOException;

    /**
     * What puts a machine on again.
     *
     * @throws FaultRefusedException if its power cannot be cut
     */
    Undo.PowerOn restoring(String machine);
}
