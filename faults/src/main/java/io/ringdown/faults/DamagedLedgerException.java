package io.ringdown.faults;

import java.io.IOException;

/** A file is no ledger, or not all of one; the message is one line that names it, and its line where there is one. */
public final class DamagedLedgerException extends IOException {
    private static final long serialVersionUID = 1;

    DamagedLedgerException(String message) {
        super(message);
    }
}
