package io.ringdown.faults;

import static io.ringdown.faults.ControlGroup.mebibytes;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Memory of a machine that others have, within the machine's limit and far from its host's: so that its elements have to do with the rest. */
final class TakenMemory implements Armed {
    private static final String CONTROLLER = "memory";
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(2);

    /** Of what the host could still give: whoever else is on it is not to be short of anything. */
    private static final double MOST_OF_HOST = 0.5;

    /** What the kernel keeps of files in memory counts as used until somebody wants it. */
    private static final double NEARLY = 0.9;

    /** One read fills no more than 2 GiB. */
    private static final long MOST_EACH = 1L << 30;

    private final String machine;
    private final double share;
    private final ControlGroup group;
    private final long limit;
    private final List<Burden> burdens = new ArrayList<>();
    private long each;

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
        try {
            for (long left = wanted; left > 0; left -= MOST_EACH) {
                burdens.add(Burden.ofMemory());
                group.take(burdens.get(burdens.size() - 1).identity().pid(), CONTROLLER);
            }
        } catch (IOException | RuntimeException e) {
            close();
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
        return burdens.stream()
                .map(burden -> (Undo) new Undo.Kill(machine + "'s ballast", burden.identity()))
                .toList();
    }

    @Override
    public void fire() throws IOException {
        each = Math.max(1, Math.min(MOST_EACH, wanted() / burdens.size()));
        for (Burden burden : burdens) {
            burden.take(each);
        }
        untilStruck(PATIENCE, BETWEEN_LOOKS);
    }

    @Override
    public Seen struck() throws IOException {
        return seen(group.memoryUsed() >= NEARLY * share * limit);
    }

    /** What elements give back meanwhile is theirs to give: that the ballast is there tells. */
    @Override
    public Seen stands() throws IOException {
        return seen(true);
    }

    private Seen seen(boolean enough) throws IOException {
        long now = group.memoryLimit().orElse(Long.MAX_VALUE);
        if (now > limit) {
            return new Seen(false, machine + " has more than " + mebibytes(limit) + " by now");
        }
        long resident = 0;
        boolean whole = group.has(burdens, CONTROLLER);
        for (Burden burden : burdens) {
            long own = burden.resident();
            whole &= own >= each;
            resident += own;
        }
        return new Seen(
                whole && enough,
                machine + " uses " + mebibytes(group.memoryUsed()) + " of its " + mebibytes(limit) + ", "
                        + mebibytes(resident) + " of which are ballast of " + mebibytes(each * burdens.size())
                        + ", in control group " + group.folder());
    }

    @Override
    public Optional<Seen> probe() {
        return Optional.empty();
    }

    @Override
    public Optional<Seen> undisturbed() {
        boolean gone = each == 0 || burdens.stream().allMatch(Burden::isGone);
        return Optional.of(new Seen(gone, machine + "'s ballast " + (gone ? "takes nothing" : "is still there")));
    }

    @Override
    public void close() {
        burdens.forEach(Burden::close);
    }
}
