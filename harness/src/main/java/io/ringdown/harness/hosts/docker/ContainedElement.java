package io.ringdown.harness.hosts.docker;

import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.ProcessTree;
import io.ringdown.faults.Spent;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Victims.Trigger;
import io.ringdown.harness.hosts.docker.StandingContainer.Look;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.time.Instant;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * An element that is a container of its owner's, in the start of it that Ringdown knows: the one that was found, or that it has made. All that the container's
 * first process has made is the element.
 */
final class ContainedElement {
    private final StandingContainer container;
    private final boolean signals;
    /** Odd while a fault has it, or may have. */
    private final AtomicInteger hands = new AtomicInteger();

    private volatile Start start;
    private volatile boolean signalled;
    private volatile String trouble = "";

    /**
     * One start of the container.
     *
     * @param at when, as the engine says it
     * @param identity its first process: as this machine sees it, or else by the engine's pid and the time of its start
     * @param tree of what this machine sees; null: nothing
     */
    private record Start(String at, ProcessIdentity identity, ProcessTree tree) {}

    /** @param signals whether the processes of containers may be signalled, if they are seen */
    ContainedElement(StandingContainer container, boolean signals) {
        this.container = container;
        this.signals = signals;
    }

    StandingContainer container() {
        return container;
    }

    String name() {
        return container.element();
    }

    /**
     * Takes the start that there is for the element's.
     *
     * @throws IOException if it does not run; one line
     */
    void begin() throws IOException {
        Look seen = container.look().orElseThrow(() -> new IOException(container.told("it was removed")));
        if (!seen.running() || seen.paused()) {
            throw new IOException(container.told(seen.paused() ? "it is paused" : "it does not run"));
        }
        Optional<ProcessIdentity> here = seen.seenHere();
        start = new Start(
                seen.startedAt(),
                here.orElse(new ProcessIdentity(seen.pid(), micros(seen.startedAt()))),
                here.map(first -> new ProcessTree(first, StandingContainer.MARK + container.id()))
                        .orElse(null));
        chooseFreeze();
    }

    private static long micros(String time) {
        Instant at = Instant.parse(time);
        return at.getEpochSecond() * 1_000_000 + at.getNano() / 1_000;
    }

    boolean hasBegun() {
        return start != null;
    }

    ProcessIdentity identity() {
        return start.identity();
    }

    /** Whether it is frozen by signals; else by the engine, whom nobody escapes that is in the container. */
    boolean isSignalled() {
        return signalled;
    }

    /** Chooses how it is to be frozen. */
    void chooseFreeze() {
        ProcessTree tree = start.tree();
        signalled = signals && tree != null && isWhole(tree);
    }

    /** Whether a tree is all that is in the container; who was born between two looks is found by the next. */
    private boolean isWhole(ProcessTree tree) {
        try {
            Set<ProcessIdentity> first = container.strangers(tree.members());
            return first.isEmpty()
                    || container.strangers(tree.members()).stream().noneMatch(first::contains);
        } catch (IOException e) {
            return false;
        }
    }

    ProcessTree tree() {
        return start.tree();
    }

    /** As far as this machine sees them. */
    Collection<ProcessIdentity> processes() {
        Start its = start;
        return its == null || its.tree() == null ? List.of() : its.tree().lately();
    }

    /** Whatever a container is whose start is another one, this one has not lasted, and was not the last. */
    Observation observe() {
        Start its = start;
        Observation here = its.tree() == null ? null : its.tree().observe(name());
        if (isSignalled() && here.state() != State.GONE) {
            return seen(here.state(), here.evidence());
        }
        Optional<Look> found = lookNow();
        if (found.isEmpty()) {
            return seen(State.GONE, who(its) + "removed by somebody else");
        }
        Look look = found.get();
        if (!look.startedAt().equals(its.at())) {
            return seen(
                    State.RUNNING,
                    who(its) + "it has been started anew, at " + look.startedAt() + ", by somebody else");
        }
        if (look.running()) {
            return look.paused()
                    ? seen(State.FROZEN, who(its) + "paused" + trouble)
                    : seen(State.RUNNING, who(its) + "runs" + trouble);
        }
        String ended = "ended, with status " + look.exit();
        return here == null || here.state() == State.GONE
                ? seen(State.GONE, who(its) + ended)
                : seen(State.RUNNING, who(its) + ended + " as the engine says, and still there: " + here.evidence());
    }

    private Observation seen(State state, String evidence) {
        return new Observation(name(), state, evidence + " (container " + container.name() + ")");
    }

    private String who(Start its) {
        return name() + " " + its.identity() + ": ";
    }

    private Optional<Look> lookNow() {
        try {
            return container.look();
        } catch (IOException e) {
            throw new UncheckedIOException(e.getMessage(), e);
        }
    }

    /**
     * Its processes, as far as they are seen here, and what each has had of the processors; else what the engine counts of all. Empty: nobody can tell. The turns of threads say nothing of
     * a pause, in which the kernel may give one to stand still elsewhere; when the engine ended one does.
     */
    Map<ProcessIdentity, Spent> spent() {
        Start its = start;
        Map<ProcessIdentity, Spent> here =
                its.tree() == null ? Map.of() : its.tree().spent();
        try {
            if (isSignalled()) {
                return here.isEmpty() ? here : withStrangers(here);
            }
            return paused(its, here, Map.of("by the engine", container.account().letRunOn()));
        } catch (IOException e) {
            return Map.of();
        }
    }

    /** Signals strike whom they find: who comes into the container later runs. */
    private Map<ProcessIdentity, Spent> withStrangers(Map<ProcessIdentity, Spent> here) throws IOException {
        var all = new HashMap<>(here);
        for (ProcessIdentity stranger : container.strangers(here.keySet())) {
            all.putAll(LinuxProcesses.spent(stranger));
        }
        return all;
    }

    private Map<ProcessIdentity, Spent> paused(
            Start its, Map<ProcessIdentity, Spent> here, Map<String, Long> letRunOn) {
        if (here.isEmpty()) {
            long nanos = container.account().cpuNanos();
            return nanos < 0 ? Map.of() : Map.of(its.identity(), new Spent(nanos, letRunOn));
        }
        var all = new HashMap<ProcessIdentity, Spent>();
        here.forEach((process, spent) ->
                all.put(process, new Spent(spent.nanos(), process.equals(its.identity()) ? letRunOn : Map.of())));
        return all;
    }

    /** What undoes that it was killed, or is to be. */
    Undo killing() {
        return container.restoring(seenHere(), true);
    }

    /** What lets it run on. */
    Undo resuming() {
        return container.restoring(seenHere(), false);
    }

    private ProcessIdentity seenHere() {
        return start.tree() == null ? null : start.identity();
    }

    /** From now on what happens to it may be Ringdown's doing. */
    void take() {
        if (!isTaken()) {
            hands.incrementAndGet();
        }
    }

    void letGo() {
        if (isTaken()) {
            hands.incrementAndGet();
        }
    }

    private boolean isTaken() {
        return hands.get() % 2 == 1;
    }

    /** A freeze by the engine. What it says instead is seen with the element's state. */
    Trigger pausing() {
        return new Trigger() {
            @Override
            public void fire() {
                try {
                    trouble = "";
                    container.pause();
                } catch (IOException e) {
                    trouble = "; " + e.getMessage();
                }
            }

            @Override
            public void close() {
                // nothing was prepared
            }
        };
    }

    void kill() throws IOException {
        take();
        container.kill("SIGKILL");
    }

    void terminate() throws IOException {
        take();
        container.terminate();
    }

    void resume() throws IOException {
        if (isSignalled()) {
            LinuxProcesses.resume(start.tree().members());
        } else {
            container.unpause();
        }
        letGo();
    }

    void restart() throws IOException {
        container.start();
        begin();
        letGo();
    }

    /** What is wrong with it that Ringdown has not done; empty: nothing, or no fault may be made without that. One line. */
    Optional<String> amiss() throws IOException {
        int before = hands.get();
        Start its = start;
        Optional<Look> found = container.look();
        if (found.isEmpty()) {
            return Optional.of(container.told("it was removed, and not by Ringdown"));
        }
        Look look = found.get();
        if (hands.get() != before
                || isTaken()
                || look.running() && !look.paused() && look.startedAt().equals(its.at())) {
            return Optional.empty();
        }
        String what = !look.startedAt().equals(its.at())
                ? "was started anew at " + look.startedAt() + " (restart policy: " + look.policy() + ")"
                : look.running() ? "was paused" : "has ended, with status " + look.exit();
        return Optional.of(container.told("it " + what + ", and not by Ringdown"));
    }
}
