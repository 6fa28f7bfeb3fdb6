package io.ringdown.harness.cli;

/** The command line asks for something that does not exist; the message is one line for the user. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }
}
