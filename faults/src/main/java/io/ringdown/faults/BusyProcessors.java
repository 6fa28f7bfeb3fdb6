package io.ringdown.faults;

import io.ringdown.faults.Observation.State;
import java.io.IOException;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Processors of a machine that others keep busy, within the machine's quota: proven by the processor time that they were given. */
final class BusyProcessors implements Armed {
    private static final String CONTROLLER = "cpu";

    /** Over less than this a scheduler may have given anything. */
    private static final long LEAST_SPAN_NANOS = 200_000_000;

    /** Of what it could have at the most: the machine's elements, and whoever else wants the processors, have the rest. */
    private static final double LEAST_SHARE = 0.1;

    private final String machine;
    private final int threads;
    private final ControlGroup group;
    private final Burden burden;
    private long since = -1;
    private long used;
    private Seen last;

    BusyProcessors(String machine, int threads, ControlGroup group) throws IOException {
        this.machine = machine;
        this.threads = threads;
        this.group = group;
        burden = Burden.start(0);
        try {
            group.take(burden.identity().pid(), CONTROLLER);
        } catch (IOException | RuntimeException e) {
            burden.close();
            throw e;
        }
    }

    @Override
    public List<Undo> undos() {
        return List.of(new Undo.Kill(machine + "'s busy process", burden.identity()));
    }

    @Override
    public void fire() throws IOException {
        burden.takeProcessors(threads);
        used = LinuxProcesses.cpuNanos(burden.identity());
        since = System.nanoTime();
        last = new Seen(false, machine + ": too early to tell");
    }

    /** From one look to the next. */
    @Override
    public Seen struck() throws IOException {
        long now = System.nanoTime();
        long total = LinuxProcesses.cpuNanos(burden.identity());
        if (total < 0) {
            return new Seen(false, machine + "'s busy process has ended");
        }
        if (now - since < LEAST_SPAN_NANOS) {
            return last;
        }
        double could = Math.min(threads, group.processors());
        double share = (double) (total - used) / (now - since);
        boolean member = ControlGroup.of(burden.identity().pid(), CONTROLLER).equals(group);
        last = new Seen(
                member && share >= LEAST_SHARE * could,
                String.format(
                        Locale.ROOT,
                        "%s's busy process used %.0f ms of processor time in %.0f ms, %.2f processors of %.2f, %s control"
                                + " group %s",
                        machine,
                        (total - used) / 1e6,
                        (now - since) / 1e6,
                        share,
                        could,
                        member ? "in" : "NOT in",
                        group.folder()));
        used = total;
        since = now;
        return last;
    }

    @Override
    public Optional<Seen> probe() {
        return Optional.empty();
    }

    @Override
    public Optional<Seen> undisturbed() {
        boolean gone =
                since < 0 || LinuxProcesses.observe(machine, burden.identity()).state() == State.GONE;
        return Optional.of(new Seen(gone, machine + "'s busy process " + (gone ? "uses nothing" : "is still there")));
    }

    @Override
    public void close() {
        burden.close();
    }
}
