package io.ringdown.harness.plan;

/** A plan that cannot be used. The message is one line: file, line, key, what was expected, and the nearest valid name. */
public final class InvalidPlanException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidPlanException(String message) {
        // What it quotes may have line ends in it.
        super(message.replaceAll("\\p{Cntrl}", "?"));
    }
}
