package io.ringdown.faults;

/** A fault outside the blast radius: nothing was done. The message is one line. */
public final class FaultRefusedException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public FaultRefusedException(String message) {
        super(message);
    }
}
