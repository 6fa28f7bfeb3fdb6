package io.ringdown.faults;

import io.ringdown.record.FaultOrder.Kind;
import java.io.IOException;
import java.util.Optional;

/**
 * What a host may be able to do besides: cut, lose, delay or slow down what its machines say to each other. What it does stays until the
 * undo that it names beforehand is carried out.
 */
public interface Network {
    /** Of a host that can do nothing of the kind. */
    Network NONE = new Network() {
        @Override
        public String refusal(Kind kind) {
            return "this host cannot touch its network";
        }

        @Override
        public Armed arm(Disturbance disturbance) throws IOException {
            throw new IOException(refusal(disturbance.kind()));
        }
    };

    /** Why this host cannot do a kind of fault, and what changes that, in one line; empty: it can. Changes nothing. */
    String refusal(Kind kind);

    /**
     * Makes ready, and does nothing yet.
     *
     * @throws IOException if it cannot be done now; one line
     */
    Armed arm(Disturbance disturbance) throws IOException;

    /** A disturbance that waits to be let off. Closing it undoes nothing: that is the undo's. */
    interface Armed extends AutoCloseable {
        /** What goes into the ledger before it is let off. */
        Undo undo();

        /** Lets it off; it is in force, as a whole, when this returns. */
        void fire() throws IOException;

        /** Whether it has struck messages of others than the probe since. Cheap enough to be asked every 20 ms. */
        Seen struck() throws IOException;

        /** Sends messages of its own, and sees whether they fare as the disturbance wants it. Empty: no such messages can be sent here. */
        Optional<Seen> probe() throws IOException;

        /** Sends messages of its own, and sees whether they get through as if there were no disturbance. */
        Optional<Seen> undisturbed() throws IOException;

        @Override
        void close();
    }

    /**
     * What was seen.
     *
     * @param holds whether it is as asked
     * @param evidence one line
     */
    record Seen(boolean holds, String evidence) {}
}
