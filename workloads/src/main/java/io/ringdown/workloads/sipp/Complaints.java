package io.ringdown.workloads.sipp;

/** What a SIPp writes of errors, line by line. */
final class Complaints {
    private static final int LONGEST = 200;

    private long nonsense;
    private long unsent;
    private String last = "";

    void take(String line) {
        if (line.contains("non SIP message discarded") || line.contains("without Call-ID discarded")) {
            nonsense++;
        } else if (line.contains("Unable to send")) {
            unsent++;
        }
        if (!line.isBlank()) {
            // Some of its warnings have no end of line.
            last = line.substring(0, Math.min(line.length(), LONGEST)).trim();
        }
    }

    /** Datagrams that it could make nothing of. */
    long nonsense() {
        return nonsense;
    }

    /** Messages that it could not send. */
    long unsent() {
        return unsent;
    }

    /** What happened, with its last complaint if it has any. */
    String after(String what) {
        return last.isEmpty() ? what : what + ": " + last;
    }
}
