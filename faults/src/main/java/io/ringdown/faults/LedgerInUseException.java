package io.ringdown.faults;

import java.io.IOException;

/** Whoever writes the ledger still lives, and will heal by itself; the message is one line. */
public final class LedgerInUseException extends IOException {
    private static final long serialVersionUID = 1;

    LedgerInUseException(String message) {
        super(message);
    }
}
