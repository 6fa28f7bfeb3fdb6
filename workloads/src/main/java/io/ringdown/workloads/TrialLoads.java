package io.ringdown.workloads;

import io.ringdown.record.TrialOrder;
import java.io.IOException;

/** Who makes the trials of a capacity search, one after the other: a generator each, or several load hosts that share each of them. */
@FunctionalInterface
public interface TrialLoads extends AutoCloseable {
    /**
     * Begins to offer a trial's sessions, and waits for none of them.
     *
     * @throws IOException if it cannot; the message is one line
     */
    TrialLoad offer(TrialOrder order) throws IOException;

    /** Makes no further ones. */
    @Override
    default void close() throws IOException {
        // a generator ends with its trial
    }
}
