package io.ringdown.cluster.engine;

import java.util.ArrayList;
import java.util.List;

/** Requests that came before what they are about, which a former owner gives away. Whoever finds no room sends again. */
final class Overtakers {
    private static final int MOST = 2_000;

    private List<Received> waiting = new ArrayList<>();

    /** @return whether it is the first */
    boolean add(Received request) {
        if (waiting.size() < MOST) {
            waiting.add(request);
        }
        return waiting.size() == 1;
    }

    /** Takes out all of them, in the order in which they came. */
    List<Received> due() {
        List<Received> due = waiting;
        waiting = new ArrayList<>();
        return due;
    }
}
