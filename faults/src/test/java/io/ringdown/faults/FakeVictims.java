package io.ringdown.faults;

import io.ringdown.faults.Observation.State;
import java.io.IOException;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** Victims that do what they are told, except those that a test makes stubborn; says what was done, in order. */
final class FakeVictims implements Victims {
    final List<String> deeds = new ArrayList<>();
    final Map<String, State> states = new HashMap<>();
    /** What they are and were given, where it is not one process that was given something once. */
    final Map<String, Map<ProcessIdentity, Spent>> spent = new HashMap<>();
    /** Elements that no signal touches. */
    final List<String> stubborn = new ArrayList<>();
    /** Elements that cannot be started again. */
    final List<String> unstartable = new ArrayList<>();

    Network network = Network.NONE;

    private final Map<String, ProcessIdentity> identities = new HashMap<>();

    FakeVictims() {
        long pid = 100;
        for (var element : Clusters.FIGURE_5.elements()) {
            states.put(element.name(), State.RUNNING);
            identities.put(element.name(), new ProcessIdentity(pid, pid + 1_000));
            pid++;
        }
    }

    @Override
    public ProcessIdentity identity(String element) {
        if (!identities.containsKey(element)) {
            throw new FaultRefusedException(element + ": not started here");
        }
        return identities.get(element);
    }

    @Override
    public Observation observe(String element) {
        State state = states.get(element);
        return new Observation(element, state, element + " " + identity(element) + ": " + state);
    }

    @Override
    public Map<ProcessIdentity, Spent> spent(String element) {
        return spent.getOrDefault(element, Map.of(identity(element), new Spent(1, Map.of("1", 1L))));
    }

    @Override
    public Trigger armFreeze(List<String> elements) {
        deeds.add("arm " + elements);
        return new Trigger() {
            @Override
            public void fire() {
                deeds.add("freeze " + elements);
                set(elements, State.FROZEN);
            }

            @Override
            public void close() {}
        };
    }

    @Override
    public Network network() {
        return network;
    }

    @Override
    public void kill(List<String> elements) {
        deeds.add("kill " + elements);
        set(elements, State.GONE);
    }

    @Override
    public void terminate(List<String> elements) {
        deeds.add("terminate " + elements);
        set(elements, State.GONE);
    }

    @Override
    public void resume(List<String> elements) {
        deeds.add("resume " + elements);
        set(elements, State.RUNNING);
    }

    @Override
    public void restart(String element) throws IOException {
        deeds.add("restart " + element);
        if (unstartable.contains(element)) {
            throw new IOException("no such program");
        }
        states.put(element, State.RUNNING);
        ProcessIdentity before = identities.get(element);
        identities.put(element, new ProcessIdentity(before.pid() + 100, before.start() + 100));
    }

    private void set(List<String> elements, State state) {
        elements.stream().filter(element -> !stubborn.contains(element)).forEach(element -> states.put(element, state));
    }
}
