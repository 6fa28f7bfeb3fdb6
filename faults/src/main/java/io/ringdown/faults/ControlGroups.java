package io.ringdown.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * Control groups of this machine's kernel, as far as they hold what processes use of its processors to a quota, or of its memory to a limit: version 1
 * ({@code cpu.cfs_quota_us}, {@code memory.limit_in_bytes}) or 2 ({@code cpu.max}, {@code memory.max}). Only groups whose names begin with {@value #PREFIX} are made, and no other is touched.
 */
public final class ControlGroups {
    /** What the names of all groups begin with. */
    static final String PREFIX = "ringdown-";

    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    /** A process that has used up its quota stands still until the period ends: the kernel's own 100 ms would show in every latency. */
    private static final long PERIOD_MICROS = 10_000;

    /** The kernel takes no less. */
    private static final long LEAST_QUOTA_MICROS = 1_000;

    private final String controller;
    private final Path root;
    private final boolean unified;

    private ControlGroups(String controller, Path root, boolean unified) {
        this.controller = controller;
        this.root = root;
        this.unified = unified;
    }

    /**
     * A quota as the kernel has it.
     *
     * @param quotaMicros processor time in each period, of all processors together; -1: no limit
     */
    public record Quota(long quotaMicros, long periodMicros) {
        /** The finest that stands for a number of processors, such as 0.25. */
        public static Quota of(double processors) {
            long period = Math.max(PERIOD_MICROS, (long) Math.ceil(LEAST_QUOTA_MICROS / processors));
            return new Quota(Math.round(processors * period), period);
        }

        @Override
        public String toString() {
            return quotaMicros < 0 ? "no limit" : quotaMicros + " us of every " + periodMicros + " us";
        }
    }

    /** Those of this machine; empty if no hierarchy that knows processors is mounted. */
    public static Optional<ControlGroups> find() {
        return ofThisMachine("cpu");
    }

    /** Those of this machine that know memory; empty if none is mounted. */
    public static Optional<ControlGroups> findMemory() {
        return ofThisMachine("memory");
    }

    private static Optional<ControlGroups> ofThisMachine(String controller) {
        try {
            return find(Files.readString(MOUNTS), controller);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    static Optional<ControlGroups> find(String mounts) {
        return find(mounts, "cpu");
    }

    /** Of the hierarchy of version 1 that has the controller, or else the one of version 2. */
    private static Optional<ControlGroups> find(String mounts, String controller) {
        List<String[]> fields = mounts.lines()
                .map(line -> line.split(" "))
                .filter(line -> line.length >= 4)
                .toList();
        Optional<ControlGroups> first = fields.stream()
                .filter(mount -> mount[2].equals("cgroup")
                        && List.of(mount[3].split(",")).contains(controller))
                .map(mount -> new ControlGroups(controller, Path.of(mount[1]), false))
                .findFirst();
        return first.or(() -> fields.stream()
                .filter(mount -> mount[2].equals("cgroup2"))
                .map(mount -> new ControlGroups(controller, Path.of(mount[1]), true))
                .filter(groups -> groups.has("cgroup.controllers"))
                .findFirst());
    }

    /**
     * For how long quotas have kept this process from processors, since its groups were made: nanoseconds, of all processors together. 0 where nobody tells.
     */
    public static long withheld() {
        try {
            return ControlGroup.of(ProcessHandle.current().pid(), "cpu").withheld();
        } catch (IOException | NumberFormatException e) {
            return 0;
        }
    }

    /** Why no group with a quota can be made, and what changes that, in one line; empty: it can. */
    public String refusal() {
        if (unified && !has("cgroup.subtree_control")) {
            String what = controller.equals("cpu") ? "the processors" : controller;
            return root + " keeps " + what + " to itself: as root, echo +" + controller + " > " + root
                    + "/cgroup.subtree_control";
        }
        return Files.isWritable(root) ? "" : root + " is not writable: be root, where it is not mounted read-only";
    }

    /** Where the group of a name is, or would be. */
    public Path place(String name) {
        return root.resolve(PREFIX + name);
    }

    /**
     * Makes a group and gives it a quota; one that is there already gets the quota.
     *
     * @throws IOException one line
     */
    public void create(Path group, Quota quota) throws IOException {
        own(group);
        try {
            if (!Files.isDirectory(group)) {
                Files.createDirectory(group);
            }
            if (unified) {
                tell(group.resolve("cpu.max"), quota.quotaMicros() + " " + quota.periodMicros());
            } else {
                tell(group.resolve("cpu.cfs_period_us"), Long.toString(quota.periodMicros()));
                tell(group.resolve("cpu.cfs_quota_us"), Long.toString(quota.quotaMicros()));
            }
        } catch (IOException e) {
            throw new IOException("no quota of " + quota + " for " + group + ": " + e.getMessage(), e);
        }
    }

    /**
     * Makes a group, if it is not there, and limits its memory; where there is swap, it is no way out.
     *
     * @throws IOException one line
     */
    public void limitMemory(Path group, long bytes) throws IOException {
        own(group);
        try {
            if (!Files.isDirectory(group)) {
                Files.createDirectory(group);
            }
            tell(group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"), Long.toString(bytes));
            Path swap = group.resolve(unified ? "memory.swap.max" : "memory.memsw.limit_in_bytes");
            if (Files.exists(swap)) {
                tell(swap, unified ? "0" : Long.toString(bytes));
            }
        } catch (IOException e) {
            throw new IOException("no limit of " + bytes + " bytes for " + group + ": " + e.getMessage(), e);
        }
    }

    /** The limit that a group's memory has now, in bytes; -1: none. */
    public long memoryLimit(Path group) throws IOException {
        String text = Files.readString(group.resolve(unified ? "memory.max" : "memory.limit_in_bytes"))
                .strip();
        return text.equals("max") ? -1 : Long.parseLong(text);
    }

    /** The file into which a process writes its pid to enter a group. */
    public static Path entrance(Path group) {
        return group.resolve("cgroup.procs");
    }

    /** The quota that a group has now. */
    public Quota quota(Path group) throws IOException {
        try {
            if (unified) {
                String[] words =
                        Files.readString(group.resolve("cpu.max")).strip().split(" ");
                return new Quota(words[0].equals("max") ? -1 : Long.parseLong(words[0]), Long.parseLong(words[1]));
            }
            return new Quota(number(group.resolve("cpu.cfs_quota_us")), number(group.resolve("cpu.cfs_period_us")));
        } catch (RuntimeException e) {
            throw new IOException(group + " has a quota that cannot be read: " + e.getMessage(), e);
        }
    }

    /** The processes that are in a group now. */
    public static List<Long> members(Path group) throws IOException {
        return Files.readAllLines(entrance(group)).stream().map(Long::valueOf).toList();
    }

    /** How often a group had used up its quota: {@code throttled in N of M periods}. */
    public static String throttled(Path group) throws IOException {
        var figures = Files.readAllLines(group.resolve("cpu.stat")).stream()
                .map(line -> line.split(" "))
                .collect(Collectors.toMap(words -> words[0], words -> words[1], (one, other) -> one));
        return "throttled in " + figures.get("nr_throttled") + " of " + figures.get("nr_periods") + " periods";
    }

    /**
     * Removes a group, which has to be empty of processes within 5 s; one that is gone is as good.
     *
     * @return what was found, one line
     */
    static String remove(String element, Path group) throws IOException {
        own(group);
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (true) {
            try {
                Files.delete(group);
                return element + ": control group " + group + " removed";
            } catch (NoSuchFileException e) {
                return element + ": no control group " + group;
            } catch (IOException e) {
                // A process that was killed stays a member until it has given everything back.
                if (System.nanoTime() > deadline) {
                    throw new IOException("control group " + group + " cannot be removed: " + left(group, e), e);
                }
                LockSupport.parkNanos(5_000_000);
            }
        }
    }

    private static String left(Path group, IOException cause) {
        try {
            List<Long> members = members(group);
            return members.isEmpty() ? cause.getMessage() : "processes " + members + " are in it";
        } catch (IOException e) {
            return cause.getMessage();
        }
    }

    private static void own(Path group) throws IOException {
        if (!group.getFileName().toString().startsWith(PREFIX)) {
            throw new IOException(group + ": not a control group of Ringdown's");
        }
    }

    private boolean has(String file) {
        try {
            return List.of(Files.readString(root.resolve(file)).strip().split(" "))
                    .contains(controller);
        } catch (IOException e) {
            return false;
        }
    }

    /** Neither made nor cut: a file that is not there means a kernel that knows no quotas. */
    private static void tell(Path file, String text) throws IOException {
        Files.write(file, text.getBytes(StandardCharsets.US_ASCII), StandardOpenOption.WRITE);
    }

    private static long number(Path file) throws IOException {
        return Long.parseLong(Files.readString(file).strip());
    }
}
