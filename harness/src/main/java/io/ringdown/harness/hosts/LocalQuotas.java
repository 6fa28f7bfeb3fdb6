package io.ringdown.harness.hosts;

import io.ringdown.faults.ControlGroups;
import io.ringdown.faults.ControlGroups.Quota;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.Ledger;
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

/** Quotas of local machines: a control group for each, in the ledger before it is made. */
final class LocalQuotas implements Quotas {
    /** Arguments: the group's entrance, then the command. The script never changes; nothing is pasted into it. */
    private static final String ENTER = "echo $$ >\"$0\" && exec \"$@\"";

    private final Ledger ledger;
    private final Optional<ControlGroups> groups = ControlGroups.find();
    private final Function<String, Optional<Long>> pids;
    private final String tag = UUID.randomUUID().toString().substring(0, 8);
    private final Map<String, Limited> machines = new LinkedHashMap<>();

    /** @param pids of an element that was started and is not gone */
    LocalQuotas(Ledger ledger, Function<String, Optional<Long>> pids) {
        this.ledger = ledger;
        this.pids = pids;
    }

    @Override
    public String refusal() {
        return refusal(groups);
    }

    static String refusal(Optional<ControlGroups> groups) {
        return groups.map(ControlGroups::refusal)
                .orElse(
                        "no control groups that know processors are mounted: as root, mount -t cgroup2 none /sys/fs/cgroup");
    }

    @Override
    public Room room(String machine) {
        return new Room("this host", Runtime.getRuntime().availableProcessors());
    }

    @Override
    public synchronized void limit(String machine, Collection<String> elements, double processors) throws IOException {
        String refusal = refusal();
        if (!refusal.isEmpty()) {
            throw new IOException("cluster.quota: this host cannot give a machine a quota: " + refusal);
        }
        Quota quota = Quota.of(processors);
        Map.Entry<Integer, Path> adopted = adopted(machine);
        if (adopted != null) {
            groups.get().create(adopted.getValue(), quota);
            machines.put(machine, new Limited(adopted.getValue(), List.copyOf(elements), processors, adopted.getKey()));
            return;
        }
        Path group = groups.get().place(tag + "-" + machine);
        int step = ledger.intend(new Undo.RemoveGroup(machine, group.toString()));
        groups.get().create(group, quota);
        machines.put(machine, new Limited(group, List.copyOf(elements), processors, step));
    }

    /** Lets go of all machines, whose processes must be gone. */
    synchronized HealResult release() {
        var done = new ArrayList<String>();
        var failed = new ArrayList<String>();
        machines.forEach((machine, limited) -> {
            try {
                String how = Undoing.onThisMachine().undo(new Undo.RemoveGroup(machine, limited.group.toString()));
                ledger.done(limited.step, how);
                done.add(how);
            } catch (IOException e) {
                failed.add(machine + ": " + e.getMessage());
            }
        });
        return new HealResult(done, failed);
    }

    /** What comes before an element's command, so that it is in its group before it does anything. */
    synchronized List<String> entering(String element) {
        return machines.values().stream()
                .filter(limited -> limited.elements.contains(element))
                .findFirst()
                .map(limited -> List.of(
                        "/bin/sh",
                        "-c",
                        ENTER,
                        ControlGroups.entrance(limited.group).toString()))
                .orElse(List.of());
    }

    @Override
    public synchronized List<Reading> read() {
        var readings = new ArrayList<Reading>();
        machines.forEach((machine, limited) -> readings.add(read(machine, limited)));
        return readings;
    }

    private Reading read(String machine, Limited limited) {
        try {
            Quota seen = groups.orElseThrow().quota(limited.group);
            List<Long> members = ControlGroups.members(limited.group);
            List<String> outside = limited.elements.stream()
                    .filter(element -> pids.apply(element)
                            .filter(pid -> !members.contains(pid))
                            .isPresent())
                    .toList();
            boolean held = seen.equals(Quota.of(limited.processors)) && outside.isEmpty();
            String evidence = String.format(
                    Locale.ROOT,
                    "%s: %s, %d processes%s, %s",
                    limited.group,
                    seen,
                    members.size(),
                    outside.isEmpty() ? "" : ", without " + String.join(", ", outside),
                    ControlGroups.throttled(limited.group));
            return new Reading(machine, limited.processors, held, evidence);
        } catch (IOException e) {
            return new Reading(
                    machine, limited.processors, false, limited.group + " cannot be read: " + e.getMessage());
        }
    }

    /** One that an earlier process made for a cluster that is still there, with its step; or null. */
    private Map.Entry<Integer, Path> adopted(String machine) {
        for (Map.Entry<Integer, Undo> open : ledger.open().entrySet()) {
            if (open.getValue() instanceof Undo.RemoveGroup undo
                    && undo.element().equals(machine)) {
                return Map.entry(open.getKey(), Path.of(undo.group()));
            }
        }
        return null;
    }

    /** @param step of the ledger */
    private record Limited(Path group, List<String> elements, double processors, int step) {}
}
