package io.ringdown.faults;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Processors of a machine that others keep busy, within the machine's quota: proven by the processor time that they were given. */
final class BusyProcessors implements Armed {
    private static final String CONTROLLER = "cpu";

    /** Over less than this a scheduler may have given anything. */
    private static final long LEAST_SPAN_NANOS = 200_000_000;

    /** Of what they could have at the most: the machine's elements, and whoever else wants the processors, have the rest. */
    private static final double LEAST_SHARE = 0.1;

    private final String machine;
    private final ControlGroup group;
    private final List<Burden> burdens = new ArrayList<>();
    private long since = -1;
    private long used;
    private Seen last;

    BusyProcessors(String machine, int count, ControlGroup group) throws IOException {
        this.machine = machine;
        this.group = group;
        try {
            while (burdens.size() < count) {
                burdens.add(Burden.ofProcessor());
                group.take(burdens.get(burdens.size() - 1).identity().pid(), CONTROLLER);
            }
        } catch (IOException | RuntimeException e) {
            close();
            throw e;
        }
    }

    @Override
    public List<Undo> undos() {
        return burdens.stream()
                .map(burden -> (Undo) new Undo.Kill(machine + "'s busy process", burden.identity()))
                .toList();
    }

    @Override
    public void fire() throws IOException {
        for (Burden burden : burdens) {
            burden.take(1);
        }
        since = System.nanoTime();
        used = used();
        last = new Seen(false, machine + ": too early to tell");
    }

    /** All of them together; -1 if one has ended. */
    private long used() {
        long sum = 0;
        for (Burden burden : burdens) {
            Spent own = LinuxProcesses.spent(burden.identity()).get(burden.identity());
            if (own == null) {
                return -1;
            }
            sum += own.nanos();
        }
        return sum;
    }

    /** From before one look to after the next, so that what is looked at late counts for no more than it is. */
    @Override
    public Seen struck() throws IOException {
        long before = System.nanoTime();
        long total = used();
        long now = System.nanoTime();
        if (total < 0) {
            return new Seen(false, machine + "'s busy processes have ended");
        }
        if (now - since < LEAST_SPAN_NANOS) {
            return last;
        }
        double could = Math.min(burdens.size(), group.processors());
        double share = (double) (total - used) / (now - since);
        boolean members = group.has(burdens, CONTROLLER);
        last = new Seen(
                members && share >= LEAST_SHARE * could,
                String.format(
                        Locale.ROOT,
                        "%s's %d busy processes used %.0f ms of processor time in %.0f ms, %.2f processors of %.2f, %s"
                                + " control group %s",
                        machine,
                        burdens.size(),
                        (total - used) / 1e6,
                        (now - since) / 1e6,
                        share,
                        could,
                        members ? "in" : "NOT in",
                        group.folder()));
        used = total;
        since = before;
        return last;
    }

    /** What they were given is told over the whole time: within a second somebody else may have wanted more. */
    @Override
    public Seen stands() throws IOException {
        boolean members = group.has(burdens, CONTROLLER);
        return new Seen(
                members,
                machine + "'s busy processes are " + (members ? "" : "NOT all ") + "in control group "
                        + group.folder());
    }

    @Override
    public Optional<Seen> probe() {
        return Optional.empty();
    }

    @Override
    public Optional<Seen> undisturbed() {
        boolean gone = since < 0 || burdens.stream().allMatch(Burden::isGone);
        return Optional.of(new Seen(gone, machine + "'s busy processes " + (gone ? "use nothing" : "are still there")));
    }

    @Override
    public void close() {
        burdens.forEach(Burden::close);
    }
}
