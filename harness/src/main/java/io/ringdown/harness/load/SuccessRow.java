package io.ringdown.harness.load;

/**
 * Set-up probes that succeeded in a row, over several load hosts that tell of theirs from time to time. Never more than there were: whatever had been
 * told by when a failure was told of counts as before it.
 */
final class SuccessRow {
    private final int[] successes;
    private final int[] before;
    private final int[] failures;

    SuccessRow(int hosts) {
        successes = new int[hosts];
        before = new int[hosts];
        failures = new int[hosts];
    }

    synchronized void told(int host, LoadStatus status) {
        successes[host] = status.successes();
        if (status.failures() > failures[host]) {
            failures[host] = status.failures();
            System.arraycopy(successes, 0, before, 0, before.length);
        }
    }

    synchronized int length() {
        int row = 0;
        for (int host = 0; host < successes.length; host++) {
            row += successes[host] - before[host];
        }
        return row;
    }
}
