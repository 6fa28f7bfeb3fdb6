package io.ringdown.faults;

import io.ringdown.record.FaultOrder.Kind;
import java.io.IOException;

/**
 * What a host may be able to do besides: cut, lose, delay or slow down what its machines say to each other. What it does stays until the
 * undo that it names beforehand is carried out.
 */
public interface Network {
    /** Of a host that can do nothing of the kind. */
    Network NONE = refusing("this host cannot touch its network");

    /** Of one that does nothing now. */
    static Network refusing(String why) {
        return new Network() {
            @Override
            public String refusal(Kind kind) {
                return why;
            }

            @Override
            public Armed arm(Disturbance disturbance) throws IOException {
                throw new IOException(why);
            }
        };
    }

    /** Why this host cannot do a kind of fault, and what changes that, in one line; empty: it can. Changes nothing. */
    String refusal(Kind kind);

    /**
     * Makes ready, and does nothing yet.
     *
     * @throws IOException if it cannot be done now; one line
     */
    Armed arm(Disturbance disturbance) throws IOException;
}
