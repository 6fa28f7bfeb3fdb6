package io.ringdown.faults;

import static io.ringdown.faults.ControlGroup.mebibytes;

import io.ringdown.faults.Observation.State;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Memory of a machine that others have, within the machine's limit and far from its host's: so that its elements have to do with the rest. */
final class TakenMemory implements Armed {
    private static final String CONTROLLER = "memory";

    /** Of what the host could still give: whoever else is on it is not to be short of anything. */
    private static final double MOST_OF_HOST = 0.5;

    /** What the kernel keeps of files in memory counts as used until somebody wants it. */
    private static final double NEARLY = 0.9;

    private final String machine;
    private final double share;
    private final ControlGroup group;
    private final long limit;
    private final Burden burden;
    private long ballast;

    /** @throws FaultRefusedException if the machine has no limit, or the host no room for it; one line */
    TakenMemory(String machine, double share, ControlGroup group) throws IOException {
        this.machine = machine;
        this.share = share;
        this.group = group;
        limit = group.memoryLimit()
                .orElseThrow(
                        () -> new FaultRefusedException(
                                machine
                                        + " has no limit of memory, and its host is not to be short of it: cluster.memory gives it one"));
        long wanted = wanted();
        long available = available();
        if (wanted <= 0) {
            throw new FaultRefusedException(String.format(
                    Locale.ROOT,
                    "%s uses %s of %s already, and %.0f %% is to be in use",
                    machine,
                    mebibytes(group.memoryUsed()),
                    mebibytes(limit),
                    share * 100));
        }
        if (wanted > available * MOST_OF_HOST) {
            throw new FaultRefusedException(machine + ": " + mebibytes(wanted) + " would be taken, of "
                    + mebibytes(available) + " that its host has left; half of that may be");
        }
        burden = Burden.start(limit);
        try {
            group.take(burden.identity().pid(), CONTROLLER);
        } catch (IOException | RuntimeException e) {
            burden.close();
            throw e;
        }
    }

    private long wanted() throws IOException {
        return Math.round(share * limit) - group.memoryUsed();
    }

    private static long available() throws IOException {
        return Files.readAllLines(Path.of("/proc/meminfo")).stream()
                .filter(line -> line.startsWith("MemAvailable:"))
                .mapToLong(line -> Long.parseLong(line.replaceAll("\\D", "")) * 1024)
                .findFirst()
                .orElse(0);
    }

    @Override
    public List<Undo> undos() {
        return List.of(new Undo.Kill(machine + "'s ballast", burden.identity()));
    }

    @Override
    public void fire() throws IOException {
        ballast = Math.max(0, wanted());
        burden.takeMemory(ballast);
    }

    @Override
    public Seen struck() throws IOException {
        long resident = burden.resident();
        long used = group.memoryUsed();
        boolean member = resident > 0
                && ControlGroup.of(burden.identity().pid(), CONTROLLER).equals(group);
        return new Seen(
                member && resident >= ballast && used >= NEARLY * share * limit,
                machine + " uses " + mebibytes(used) + " of its " + mebibytes(limit) + ", "
                        + (resident == 0 ? "its ballast has ended" : mebibytes(resident) + " of which are ballast")
                        + (member || resident == 0 ? "" : ", NOT in control group " + group.folder()));
    }

    @Override
    public Optional<Seen> probe() {
        return Optional.empty();
    }

    @Override
    public Optional<Seen> undisturbed() {
        boolean gone = ballast == 0
                || LinuxProcesses.observe(machine, burden.identity()).state() == State.GONE;
        return Optional.of(new Seen(gone, machine + "'s ballast " + (gone ? "takes nothing" : "is still there")));
    }

    @Override
    public void close() {
        burden.close();
    }
}
