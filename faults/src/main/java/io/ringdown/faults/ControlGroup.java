package io.ringdown.faults;

import io.ringdown.faults.Observation.State;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * The control group that a process is in, whoever made it, as far as one controller goes: what bounds it, and what is used of that.
 *
 * @param root where its hierarchy is mounted: what stands there counts as well, since a container sees its own group there
 * @param folder its own
 * @param unified whether it is of version 2
 */
record ControlGroup(Path root, Path folder, boolean unified) {
    private static final Path MOUNTS = Path.of("/proc/self/mounts");

    /** Version 1 says "no limit" by a number of bytes that nobody has. */
    private static final long NO_LIMIT = 1L << 60;

    /**
     * The group of a machine's element, which no other machine's elements are in.
     *
     * @param others elements of other machines on this host; those that are gone are in no group
     * @throws FaultRefusedException if they share it; one line
     */
    static ControlGroup ofOneMachine(Victims victims, String element, List<String> others, String controller)
            throws IOException {
        ControlGroup group = of(victims.identity(element).pid(), controller);
        for (String other : others) {
            if (victims.observe(other).state() != State.GONE
                    && find(victims.identity(other).pid(), controller)
                            .filter(group::equals)
                            .isPresent()) {
                throw new FaultRefusedException(element + " shares its " + controller + " with " + other
                        + " of another machine, and only what a machine has for itself is used up: cluster."
                        + (controller.equals("cpu") ? "quota" : "memory") + " gives it that");
            }
        }
        return group;
    }

    /** @throws IOException if the process is gone, or the controller is not mounted; one line */
    static ControlGroup of(long pid, String controller) throws IOException {
        return find(pid, controller).orElseThrow(() -> new IOException("process " + pid + " is gone"));
    }

    /** Empty: the process is gone. */
    private static Optional<ControlGroup> find(long pid, String controller) throws IOException {
        List<String[]> mounts = Files.readAllLines(MOUNTS).stream()
                .map(line -> line.split(" "))
                .filter(line -> line.length >= 4)
                .toList();
        List<String[]> memberships;
        try {
            memberships = Files.readAllLines(Path.of("/proc/" + pid + "/cgroup")).stream()
                    .map(line -> line.split(":", 3))
                    .toList();
        } catch (IOException e) {
            return Optional.empty();
        }
        for (String[] mount : mounts) {
            if (mount[2].equals("cgroup") && List.of(mount[3].split(",")).contains(controller)) {
                return Optional.of(in(Path.of(mount[1]), memberships, controller, false));
            }
        }
        for (String[] mount : mounts) {
            if (mount[2].equals("cgroup2")) {
                return Optional.of(in(Path.of(mount[1]), memberships, "", true));
            }
        }
        throw new IOException("no control groups that know " + controller + " are mounted");
    }

    /** A container may see its group at the root of the mount, under a name that only its host knows. */
    private static ControlGroup in(Path root, List<String[]> memberships, String controller, boolean unified) {
        Path folder = memberships.stream()
                .filter(each -> List.of(each[1].split(",")).contains(controller))
                .map(each -> root.resolve(each[2].substring(1)))
                .filter(Files::isDirectory)
                .findFirst()
                .orElse(root);
        return new ControlGroup(root, folder.normalize(), unified);
    }

    /** Has a process enter it, unless it is in it. */
    void take(long pid, String controller) throws IOException {
        if (!of(pid, controller).equals(this)) {
            Files.writeString(
                    ControlGroups.entrance(folder),
                    Long.toString(pid),
                    StandardCharsets.US_ASCII,
                    StandardOpenOption.WRITE);
        }
    }

    /** Whether all of these are there, and in it. */
    boolean has(List<Burden> burdens, String controller) throws IOException {
        for (Burden burden : burdens) {
            if (burden.isGone()
                    || find(burden.identity().pid(), controller)
                            .filter(this::equals)
                            .isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /** Of how many processors it may use the time; as many as there are where nothing bounds it. */
    double processors() throws IOException {
        double least = Runtime.getRuntime().availableProcessors();
        for (Path group = folder; group.startsWith(root); group = group.getParent()) {
            String text = unified
                    ? text(group.resolve("cpu.max"))
                    : text(group.resolve("cpu.cfs_quota_us")) + " " + text(group.resolve("cpu.cfs_period_us"));
            String[] words = text.strip().split(" ");
            if (words.length == 2 && words[0].matches("\\d+")) {
                least = Math.min(least, Double.parseDouble(words[0]) / Double.parseDouble(words[1]));
            }
        }
        return least;
    }

    /** For how long quotas, its own and those of the groups above it, have kept it from processors; nanoseconds, of all processors together. */
    long withheld() throws IOException {
        long sum = 0;
        for (Path group = folder; group.startsWith(root); group = group.getParent()) {
            for (String line : text(group.resolve("cpu.stat")).split("\n")) {
                String[] words = line.split(" ");
                switch (words[0]) {
                    case "throttled_time" -> sum += Long.parseLong(words[1]);
                    case "throttled_usec" -> sum += Long.parseLong(words[1]) * 1_000;
                    default -> {
                        // another figure
                    }
                }
            }
        }
        return sum;
    }

    /** How many bytes it may use; empty where nothing bounds it. */
    OptionalLong memoryLimit() throws IOException {
        long least = NO_LIMIT;
        for (Path group = folder; group.startsWith(root); group = group.getParent()) {
            String text = text(group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"));
            if (text.matches("\\d+")) {
                least = Math.min(least, Long.parseLong(text));
            }
        }
        return least >= NO_LIMIT ? OptionalLong.empty() : OptionalLong.of(least);
    }

    /** How many bytes are used. */
    long memoryUsed() throws IOException {
        return Long.parseLong(text(folder.resolve(unified ? "memory.current" : "memory.usage_in_bytes")));
    }

    /** What a file says; nothing where there is none, as at a hierarchy's root. */
    private static String text(Path file) throws IOException {
        return Files.exists(file) ? Files.readString(file).strip() : "";
    }

    static String mebibytes(long bytes) {
        return String.format(Locale.ROOT, "%.1f MiB", bytes / 1048576.0);
    }
}
