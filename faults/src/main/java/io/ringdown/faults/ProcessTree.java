package io.ringdown.faults;

import io.ringdown.faults.Observation.State;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * All processes that a started one has become: itself, its descendants, whoever is of the session that it leads, and whoever bears its mark in the
 * environment, so that neither a daemon's double fork nor a parent's death hides one. An element is frozen, or gone, when all of them are. Safe for several
 * threads. Of one that has gone into the background, whoever its pid file names belongs to it as well: what somebody else starts again has not gone.
 */
public final class ProcessTree {
    /** What keeps on making processes while they are killed or frozen is given up on. */
    private static final int MOST_LOOKS = 50;

    /** The pid of whom all threads of the kernel are children; its own parent has none. */
    private static final int KERNELS_MAKER = 2;

    private static final Duration STOPPED = Duration.ofSeconds(1);
    private static final Duration OLD = Duration.ofSeconds(1);

    private final ProcessIdentity first;
    private final String mark;
    /** Where the first one went into the background; or null. */
    private final Background background;
    /** Those that the last look found. */
    private final Set<ProcessIdentity> known = new LinkedHashSet<>();
    /** Who bears no mark, and never will. */
    private final Set<ProcessIdentity> strangers = new HashSet<>();

    private long looked;

    /**
     * The tree of a process.
     *
     * @param first leads a session of its own
     * @param mark a variable of its environment, {@code NAME=VALUE}, that no other tree has
     */
    public ProcessTree(ProcessIdentity first, String mark) {
        this(first, mark, null);
    }

    /**
     * The tree of a process that has gone into the background.
     *
     * @param first whom its pid file names
     * @param background null: it has not, and leads a session of its own
     */
    public ProcessTree(ProcessIdentity first, String mark, Background background) {
        this.first = first;
        this.mark = mark;
        this.background = background;
        known.add(first);
        looked = System.nanoTime() - OLD.toNanos();
    }

    /** What lets all of it run on. */
    public Undo resuming(String element) {
        return new Undo.Resume(element, first, mark, background);
    }

    /** What kills all of it. */
    public Undo killing(String element) {
        return new Undo.Kill(element, first, mark, background);
    }

    /** Who made the first one and is not of its tree, though no older than it may be; empty: nobody did. */
    public Optional<ProcessIdentity> maker() {
        Map<Long, LinuxProcesses.Kin> all = LinuxProcesses.all();
        LinuxProcesses.Kin itself = all.get(first.pid());
        return Optional.ofNullable(itself == null ? null : all.get(itself.parent()))
                .map(LinuxProcesses.Kin::identity)
                .filter(maker -> maker.start() >= oldest())
                .filter(maker -> !members().contains(maker));
    }

    /** Its living members, looked for anew. */
    public synchronized List<ProcessIdentity> members() {
        Map<Long, LinuxProcesses.Kin> all = LinuxProcesses.all();
        Set<Long> sessions = sessions(all);
        Optional<ProcessIdentity> named = background == null ? Optional.empty() : background.process();
        Set<Long> pids = new HashSet<>();
        for (boolean grown = true; grown; ) {
            grown = false;
            for (LinuxProcesses.Kin each : all.values()) {
                boolean older = each.identity().start() < oldest();
                boolean itself = named.filter(each.identity()::equals).isPresent();
                if (!older && !pids.contains(each.pid()) && (itself || belongs(each, sessions, pids))) {
                    grown |= pids.add(each.pid());
                }
            }
        }
        List<ProcessIdentity> found =
                pids.stream().map(all::get).map(LinuxProcesses.Kin::identity).toList();
        known.clear();
        known.addAll(found);
        strangers.retainAll(
                all.values().stream().map(LinuxProcesses.Kin::identity).collect(Collectors.toSet()));
        looked = System.nanoTime();
        return found;
    }

    /** Its living members as they were found a second ago at most: for those who look often and may miss one. */
    public synchronized List<ProcessIdentity> lately() {
        return System.nanoTime() - looked < OLD.toNanos() ? List.copyOf(known) : members();
    }

    /** A pid is not given anew as long as a session bears its number. */
    private Set<Long> sessions(Map<Long, LinuxProcesses.Kin> all) {
        List<Long> numbers = background == null ? List.of(first.pid()) : background.sessions();
        return numbers.stream()
                .filter(number ->
                        all.get(number) == null || all.get(number).identity().equals(first))
                .collect(Collectors.toSet());
    }

    private long oldest() {
        return background == null ? first.start() : background.since();
    }

    private boolean belongs(LinuxProcesses.Kin each, Set<Long> sessions, Set<Long> pids) {
        return each.identity().equals(first)
                || known.contains(each.identity())
                || sessions.contains(each.session())
                || pids.contains(each.parent())
                || marked(each);
    }

    private boolean marked(LinuxProcesses.Kin each) {
        if (strangers.contains(each.identity())) {
            return false;
        }
        Optional<Boolean> marked = LinuxProcesses.environmentHas(each.pid(), mark);
        // Threads of the kernel never show any, and would be looked at for ever.
        if (marked.isPresent() ? !marked.get() : each.parent() <= KERNELS_MAKER) {
            strangers.add(each.identity());
        }
        return marked.orElse(false);
    }

    /** Looks at all of them; that none is left running is believed only of a fresh look for further ones. */
    public synchronized Observation observe(String element) {
        Observation quick = observe(element, known);
        return quick.state() == State.RUNNING ? quick : observe(element, members());
    }

    private Observation observe(String element, Collection<ProcessIdentity> processes) {
        var frozen = new ArrayList<ProcessIdentity>();
        for (ProcessIdentity process : processes) {
            Observation seen = LinuxProcesses.observe(element, process);
            if (seen.state() == State.RUNNING) {
                return new Observation(element, State.RUNNING, seen.evidence() + of(processes));
            }
            if (seen.state() == State.FROZEN) {
                frozen.add(process);
            }
        }
        String who = element + " " + first + ": ";
        return frozen.isEmpty()
                ? new Observation(element, State.GONE, who + "gone, and all processes that it had made")
                : new Observation(element, State.FROZEN, who + "state T" + of(frozen));
    }

    private static String of(Collection<ProcessIdentity> processes) {
        return ", of " + processes.size() + (processes.size() == 1 ? " process" : " processes");
    }

    /** All of them, looked for anew, and what each has had of the processors; empty: none lives, or nobody can tell. */
    public Map<ProcessIdentity, Spent> spent() {
        var all = new HashMap<ProcessIdentity, Spent>();
        members().forEach(process -> all.putAll(LinuxProcesses.spent(process)));
        return all;
    }

    /** Kills all of them at once, and whoever they make meanwhile; does not wait for their ends. */
    public void kill() {
        var told = new HashSet<ProcessIdentity>();
        for (int look = 0; look < MOST_LOOKS; look++) {
            List<ProcessIdentity> further = newcomers(told);
            if (further.isEmpty()) {
                return;
            }
            further.forEach(LinuxProcesses::kill);
            told.addAll(further);
        }
    }

    /**
     * A freeze of several trees: what they have grown since it was armed is frozen after the others.
     *
     * @param freeze of those that they had then
     * @param told who these are
     */
    public static Victims.Trigger freezing(
            List<ProcessTree> trees, Victims.Trigger freeze, Collection<ProcessIdentity> told) {
        return new Victims.Trigger() {
            @Override
            public void fire() throws IOException {
                freeze.fire();
                for (ProcessTree tree : trees) {
                    tree.freezeNewcomers(told);
                }
            }

            @Override
            public void close() {
                freeze.close();
            }
        };
    }

    /**
     * Freezes whoever was made after the others were told to stop: only those that stand still make nobody any more.
     *
     * @param told who was told
     */
    private void freezeNewcomers(Collection<ProcessIdentity> told) throws IOException {
        var all = new HashSet<>(told);
        for (int look = 0; look < MOST_LOOKS; look++) {
            awaitStopped(all);
            List<ProcessIdentity> further = newcomers(all);
            if (further.isEmpty()) {
                return;
            }
            try (Victims.Trigger freeze = LinuxProcesses.armFreeze(further)) {
                freeze.fire();
            }
            all.addAll(further);
        }
    }

    private List<ProcessIdentity> newcomers(Set<ProcessIdentity> told) {
        return members().stream().filter(member -> !told.contains(member)).toList();
    }

    private static void awaitStopped(Collection<ProcessIdentity> processes) {
        long deadline = System.nanoTime() + STOPPED.toNanos();
        for (ProcessIdentity process : processes) {
            while (LinuxProcesses.observe("", process).state() == State.RUNNING && System.nanoTime() < deadline) {
                LockSupport.parkNanos(50_000);
            }
        }
    }

    /** Lets all of them run on. */
    void resume() throws IOException {
        LinuxProcesses.resume(members());
    }
}
