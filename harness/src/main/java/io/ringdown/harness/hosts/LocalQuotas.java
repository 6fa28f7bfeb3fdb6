package io.ringdown.harness.hosts;

import io.ringdown.faults.ControlGroups;
import io.ringdown.faults.ControlGroups.Quota;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.MachineDisk;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Function;

/** Shares of local machines: control groups and a file system for each, in the ledger before they are made. */
final class LocalQuotas implements Quotas {
    /** Arguments: a group's entrance, then the command. The script never changes; nothing is pasted into it. */
    private static final String ENTER = "echo $$ >\"$0\" && exec \"$@\"";

    private static final long MEBIBYTE = 1 << 20;

    private final Path logs;
    private final Ledger ledger;
    private final Optional<ControlGroups> processors = ControlGroups.find();
    private final Optional<ControlGroups> memory = ControlGroups.findMemory();
    private final Function<String, Optional<Long>> pids;
    private final String tag = UUID.randomUUID().toString().substring(0, 8);
    private final Map<String, Limited> machines = new LinkedHashMap<>();

    /**
     * @param logs where file systems are mounted
     * @param pids of an element that was started and is not gone
     */
    LocalQuotas(Path logs, Ledger ledger, Function<String, Optional<Long>> pids) {
        this.logs = logs;
        this.ledger = ledger;
        this.pids = pids;
    }

    @Override
    public String refusal() {
        return refusal(processors, "processors");
    }

    static String refusal(Optional<ControlGroups> groups, String what) {
        return groups.map(ControlGroups::refusal)
                .orElse("no control groups that know " + what
                        + " are mounted: as root, mount -t cgroup2 none /sys/fs/cgroup");
    }

    @Override
    public Room room(String machine) {
        return new Room("this host", Runtime.getRuntime().availableProcessors());
    }

    @Override
    public synchronized void limit(String machine, Collection<String> elements, Share share) throws IOException {
        refuse(share);
        var limited = new Limited(List.copyOf(elements), share);
        // Before anything of it is made, so that what is made of one that fails is let go of.
        machines.put(machine, limited);
        if (share.processors() > 0) {
            Path group = place(machine, processors.get(), limited);
            processors.get().create(group, Quota.of(share.processors()));
            limited.processors = group;
        }
        if (share.memory() > 0) {
            Path group = place(machine, memory.get(), limited);
            memory.get().limitMemory(group, share.memory() * MEBIBYTE);
            limited.memory = group;
        }
        if (share.disk() > 0) {
            disk(machine, limited);
        }
    }

    private void refuse(Share share) throws IOException {
        String quota = share.processors() > 0 ? refusal() : "";
        if (!quota.isEmpty()) {
            throw new IOException("cluster.quota: this host cannot give a machine a quota: " + quota);
        }
        String limit = share.memory() > 0 ? refusal(memory, "memory") : "";
        if (!limit.isEmpty()) {
            throw new IOException("cluster.memory: this host cannot limit a machine's memory: " + limit);
        }
    }

    /** Of the group that an earlier process made for a cluster that is still there, or of a new one; version 2 has one for both. */
    private Path place(String machine, ControlGroups groups, Limited limited) throws IOException {
        Path fresh = groups.place(tag + "-" + machine);
        for (Map.Entry<Integer, Undo> open : ledger.open().entrySet()) {
            if (open.getValue() instanceof Undo.RemoveGroup undo
                    && undo.element().equals(machine)
                    && Path.of(undo.group()).getParent().equals(fresh.getParent())) {
                limited.steps.put(open.getKey(), undo);
                return Path.of(undo.group());
            }
        }
        var undo = new Undo.RemoveGroup(machine, fresh.toString());
        limited.steps.put(ledger.intend(undo), undo);
        return fresh;
    }

    private void disk(String machine, Limited limited) throws IOException {
        Path place = MachineDisk.place(logs, machine);
        limited.disk = place;
        for (Map.Entry<Integer, Undo> open : ledger.open().entrySet()) {
            if (open.getValue() instanceof Undo.Unmount undo && undo.folder().equals(place.toString())) {
                limited.steps.put(open.getKey(), undo);
                return;
            }
        }
        var undo = new Undo.Unmount(machine, place.toString());
        limited.steps.put(ledger.intend(undo), undo);
        try {
            MachineDisk.make(place, limited.share.disk());
        } catch (IOException e) {
            throw new IOException("cluster.disk: " + e.getMessage(), e);
        }
    }

    /** Where the file system of an element's machine is; empty: it has none of its own. */
    synchronized Optional<Path> disk(String element) {
        return of(element).map(limited -> limited.disk);
    }

    /** Brings what elements have written to where others' output is. */
    synchronized void bringOut() throws IOException {
        for (Limited limited : machines.values()) {
            if (limited.disk != null) {
                MachineDisk.bringOut(limited.disk);
            }
        }
    }

    /** Lets go of all machines, whose processes must be gone. */
    synchronized HealResult release() {
        var done = new ArrayList<String>();
        var failed = new ArrayList<String>();
        machines.forEach((machine, limited) -> limited.steps.forEach((step, undo) -> {
            try {
                String how = Undoing.onThisMachine().undo(undo);
                ledger.done(step, how);
                done.add(how);
            } catch (IOException e) {
                failed.add(machine + ": " + e.getMessage());
            }
        }));
        return new HealResult(done, failed);
    }

    /** What comes before an element's command, so that it is in its groups before it does anything. */
    synchronized List<String> entering(String element) {
        return of(element)
                .map(limited -> limited.groups().stream()
                        .flatMap(group ->
                                List.of(
                                        "/bin/sh",
                                        "-c",
                                        ENTER,
                                        ControlGroups.entrance(group).toString())
                                        .stream())
                        .toList())
                .orElse(List.of());
    }

    private Optional<Limited> of(String element) {
        return machines.values().stream()
                .filter(limited -> limited.elements.contains(element))
                .findFirst();
    }

    @Override
    public synchronized List<Reading> read() {
        var readings = new ArrayList<Reading>();
        machines.forEach((machine, limited) -> readings.add(read(machine, limited)));
        return readings;
    }

    private Reading read(String machine, Limited limited) {
        var evidence = new ArrayList<String>();
        boolean held = true;
        try {
            if (limited.processors != null) {
                Quota seen = processors.orElseThrow().quota(limited.processors);
                held = seen.equals(Quota.of(limited.share.processors()));
                evidence.add(String.format(
                        Locale.ROOT,
                        "%s: %s, %s, %s",
                        limited.processors,
                        seen,
                        members(limited, limited.processors),
                        ControlGroups.throttled(limited.processors)));
            }
            if (limited.memory != null) {
                long seen = memory.orElseThrow().memoryLimit(limited.memory);
                held &= seen == limited.share.memory() * MEBIBYTE;
                evidence.add(limited.memory + ": at most " + seen + " bytes, " + members(limited, limited.memory));
            }
            for (Path group : limited.groups()) {
                held &= outside(limited, group).isEmpty();
            }
            return new Reading(machine, limited.share.processors(), held, String.join("; ", evidence));
        } catch (IOException e) {
            return new Reading(
                    machine,
                    limited.share.processors(),
                    false,
                    limited.groups() + " cannot be read: " + e.getMessage());
        }
    }

    private String members(Limited limited, Path group) throws IOException {
        List<String> outside = outside(limited, group);
        return ControlGroups.members(group).size() + " processes"
                + (outside.isEmpty() ? "" : ", without " + String.join(", ", outside));
    }

    private List<String> outside(Limited limited, Path group) throws IOException {
        List<Long> members = ControlGroups.members(group);
        return limited.elements.stream()
                .filter(element -> pids.apply(element)
                        .filter(pid -> !members.contains(pid))
                        .isPresent())
                .toList();
    }

    /** What was made for a machine. */
    private static final class Limited {
        final List<String> elements;
        final Share share;
        final Map<Integer, Undo> steps = new LinkedHashMap<>();
        Path processors;
        Path memory;
        Path disk;

        Limited(List<String> elements, Share share) {
            this.elements = elements;
            this.share = share;
        }

        /** One, where the kernel has one for both. */
        List<Path> groups() {
            var groups = new ArrayList<Path>();
            if (processors != null) {
                groups.add(processors);
            }
            if (memory != null && !memory.equals(processors)) {
                groups.add(memory);
            }
            return groups;
        }
    }
}
