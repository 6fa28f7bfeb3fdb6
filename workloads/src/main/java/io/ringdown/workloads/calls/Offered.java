package io.ringdown.workloads.calls;

import io.ringdown.record.Operation;

/** What a trial of a capacity search offers in place of a population. Asked from any thread. */
interface Offered {
    /** Nothing yet. */
    Offered NOTHING = new Offered() {
        @Override
        public int ended() {
            return 0;
        }

        @Override
        public long began() {
            return Operation.NONE;
        }

        @Override
        public boolean over() {
            return false;
        }

        @Override
        public int left() {
            return 0;
        }
    };

    /** How many have ended, one way or another. */
    int ended();

    /** When the first one was, or is, to begin; {@link Operation#NONE} while that is not known. */
    long began();

    /** How many of its steps, which several who share it take together, are done; {@link #steps} when it is over. */
    default int stepsDone() {
        return over() ? steps() : 0;
    }

    /** How many steps it takes. */
    default int steps() {
        return 1;
    }

    /** Takes the next step at an instant (run nanos), where that has to be told. */
    default void proceed(long at) {
        // there is one step only
    }

    /** Whether all have ended, and what they left is cleared up as far as it can be. */
    boolean over();

    /** How many left something that could not be cleared up. */
    int left();
}
