package io.ringdown.harness.cli;

import java.util.List;

/** The command line asks for something that does not exist; the message is one line for the user. */
final class UsageException extends RuntimeException {
    private static final long serialVersionUID = 1;

    UsageException(String message) {
        super(message);
    }

    /** Of a command that takes no arguments, so that nothing is passed over in silence. */
    static void refuse(List<String> arguments) {
        if (!arguments.isEmpty()) {
            throw new UsageException("expected options only, not '" + arguments.get(0) + "'");
        }
    }
}
