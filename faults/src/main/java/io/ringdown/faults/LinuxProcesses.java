package io.ringdown.faults;

import io.ringdown.faults.Observation.State;
import java.io.BufferedReader;
import java.io.FileInputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Processes of this machine, seen through {@code /proc}. None is touched or believed in unless its start time is the one expected. What is there and cannot be read, as when no
 * more files can be opened, is not gone by that: then whoever looks is told by an {@link UncheckedIOException}.
 */
public final class LinuxProcesses {
    /** Of the clock in which start times are given, on every machine. */
    static final long TICK_MILLIS = 10;

    private static final Path PROC = Path.of("/proc");
    // Fields of /proc/PID/stat, counted from the one behind the command's closing bracket.
    private static final int STATE = 0;
    private static final int PARENT = 1;
    private static final int SESSION = 3;
    private static final int START_TIME = 19;
    // Fields of /proc/PID/task/TID/schedstat; between them stands for how long the thread has waited.
    private static final int NANOS = 0;
    private static final int TURNS = 2;
    /** States of a process of which only its parent has still to take note. */
    private static final Set<String> DEAD = Set.of("Z", "X", "x");

    /** Some 10,000 looks at a thread: enough for the compiler to have done with it. */
    private static final int REHEARSALS = 300;

    /** Of /proc/PID/task/TID/stat: the thread's name, at most 64 bytes, and its state stand in front. */
    private static final int MOST_OF_A_LINE = 256;
    /** No thread has so high a number (PID_MAX_LIMIT). */
    private static final int NOBODY = Integer.MAX_VALUE;
    /** Arguments: a signal's name, then pids. The script never changes; nothing is pasted into it. */
    private static final String SIGNAL_WHEN_TOLD = "echo armed; read go && kill -s \"$0\" \"$@\"";

    private LinuxProcesses() {}

    /** The process that has the pid now. */
    public static Optional<ProcessIdentity> identify(long pid) {
        return stat(PROC.resolve(Long.toString(pid)))
                .map(fields -> new ProcessIdentity(pid, Long.parseLong(fields[START_TIME])));
    }

    /** Looks at every thread of a process: a JVM whose first thread is stopped may still have others on a processor. */
    public static Observation observe(String element, ProcessIdentity process) {
        Path folder = PROC.resolve(Long.toString(process.pid()));
        String who = element + " " + process + ": ";
        Optional<String[]> fields = stat(folder);
        if (fields.isEmpty()) {
            return new Observation(element, State.GONE, who + "gone");
        }
        if (Long.parseLong(fields.get()[START_TIME]) != process.start()) {
            return new Observation(element, State.GONE, who + "gone, its pid is another process's now");
        }
        String leader = fields.get()[STATE];
        if (!leader.equals("T") && !leader.equals("Z")) {
            return new Observation(element, State.RUNNING, who + "state " + leader);
        }
        // Listed only now: once its first thread is stopped, a process starts no other.
        int stopped = 0;
        int dead = 0;
        int running = 0;
        byte[] line = new byte[MOST_OF_A_LINE];
        for (Path thread : threads(folder)) {
            switch (state(thread, line)) {
                case 'T' -> stopped++;
                case 'Z', 'X' -> dead++;
                default -> running++;
            }
        }
        if (running > 0) {
            String some = running + " of " + (running + stopped + dead) + " threads not stopped";
            return new Observation(element, State.RUNNING, who + "state " + leader + ", " + some);
        }
        return stopped > 0
                ? new Observation(element, State.FROZEN, who + "state T, " + stopped + " threads")
                : new Observation(element, State.GONE, who + "dead");
    }

    /**
     * Looks at this process's own threads until looking is quick: what a fault's proof does for the first time while its victims stand
     * still would widen the bracket of its instant.
     */
    public static void rehearse() {
        Haste.to(NOBODY);
        Path self = PROC.resolve("self");
        byte[] line = new byte[MOST_OF_A_LINE];
        for (int i = 0; i < REHEARSALS; i++) {
            for (Path thread : threads(self)) {
                state(thread, line);
            }
        }
    }

    /** What a process has had of the processors, under its own name; empty: it has ended, or this kernel does not count. */
    public static Map<ProcessIdentity, Spent> spent(ProcessIdentity process) {
        long nanos = 0;
        var turns = new HashMap<String, Long>();
        for (Path thread : threads(PROC.resolve(Long.toString(process.pid())))) {
            String[] counted = schedstat(thread);
            if (counted.length > TURNS) {
                nanos += Long.parseLong(counted[NANOS]);
                turns.put(thread.getFileName().toString(), Long.parseLong(counted[TURNS]));
            }
        }
        // Who lives has been given something: kernels that do not count show naughts.
        return nanos > 0 && isPresent(process) ? Map.of(process, new Spent(nanos, turns)) : Map.of();
    }

    /** Kills a process at once, unless it is gone. */
    public static void kill(ProcessIdentity process) {
        handle(process).ifPresent(handle -> {
            threads(PROC.resolve(Long.toString(process.pid())))
                    .forEach(thread ->
                            Haste.to(Integer.parseInt(thread.getFileName().toString())));
            handle.destroyForcibly();
        });
    }

    /** Asks a process to stop, unless it is gone. */
    public static void terminate(ProcessIdentity process) {
        handle(process).ifPresent(ProcessHandle::destroy);
    }

    /** Lets processes run on, those that are not gone. */
    public static void resume(List<ProcessIdentity> processes) throws IOException {
        List<ProcessIdentity> present =
                processes.stream().filter(LinuxProcesses::isPresent).toList();
        if (present.isEmpty()) {
            return;
        }
        try (Victims.Trigger resume = arm("CONT", present)) {
            resume.fire();
        }
    }

    /** Makes ready to freeze processes together. */
    public static Victims.Trigger armFreeze(List<ProcessIdentity> processes) throws IOException {
        return arm("STOP", processes);
    }

    /** A process that was started with the given variable in its environment. */
    public static Optional<ProcessIdentity> findByEnvironment(String variable) throws IOException {
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path folder : folders) {
                long pid = Long.parseLong(folder.getFileName().toString());
                Optional<ProcessIdentity> found =
                        environmentHas(pid, variable).orElse(false) ? identify(pid) : Optional.empty();
                if (found.isPresent()) {
                    return found;
                }
            }
        }
        return Optional.empty();
    }

    /** The start time of whoever starts now: that of a thread, since a container may be shown another uptime than its host's. */
    static long ticks() {
        return CompletableFuture.supplyAsync(
                        () -> Long.parseLong(stat(PROC.resolve("thread-self")).orElseThrow()[START_TIME]),
                        newcomer -> new Thread(newcomer, "ticks").start())
                .join();
    }

    /** Whether a process was started with the given variable in its environment; empty: nothing was seen, as of one that is just becoming another program. */
    static Optional<Boolean> environmentHas(long pid, String variable) {
        byte[] wanted = ("\0" + variable + "\0").getBytes(StandardCharsets.UTF_8);
        byte[] all = environment(PROC.resolve(Long.toString(pid)));
        return all.length > 1 ? Optional.of(contains(all, wanted)) : Optional.empty();
    }

    /**
     * A process and those it is related to.
     *
     * @param parent who made it, or took its maker's place
     * @param session the pid of the leader of its session
     */
    record Kin(ProcessIdentity identity, long parent, long session) {
        long pid() {
            return identity.pid();
        }
    }

    /** All processes that live now, by pid; one whose first thread alone has ended lives. */
    static Map<Long, Kin> all() {
        var all = new HashMap<Long, Kin>();
        String[] names = PROC.toFile().list((folder, name) -> Character.isDigit(name.charAt(0)));
        if (names == null) {
            throw unreadable(PROC, null);
        }
        for (String name : names) {
            Path folder = PROC.resolve(name);
            stat(folder)
                    .filter(fields ->
                            !DEAD.contains(fields[STATE]) || threads(folder).size() > 1)
                    .ifPresent(fields -> all.put(
                            Long.valueOf(name),
                            new Kin(
                                    new ProcessIdentity(Long.parseLong(name), Long.parseLong(fields[START_TIME])),
                                    Long.parseLong(fields[PARENT]),
                                    Long.parseLong(fields[SESSION]))));
        }
        return all;
    }

    /**
     * What this machine calls a process that tells of itself, perhaps from within a container, whose pids are others; empty if it is not here. Start times are
     * the same in all containers of a boot.
     *
     * @param itself how it calls itself
     */
    public static Optional<ProcessIdentity> seenFromHere(ProcessIdentity itself) {
        if (isPresent(itself)) {
            return Optional.of(itself);
        }
        try (DirectoryStream<Path> folders = Files.newDirectoryStream(PROC, "[0-9]*")) {
            for (Path folder : folders) {
                Optional<ProcessIdentity> found =
                        identify(Long.parseLong(folder.getFileName().toString()));
                if (found.filter(any -> any.start() == itself.start()).isPresent()
                        && innermostPid(folder) == itself.pid()) {
                    return found;
                }
            }
        } catch (IOException e) {
            // nobody can tell
        }
        return Optional.empty();
    }

    private static long innermostPid(Path folder) {
        try (Stream<String> lines = Files.lines(folder.resolve("status"), StandardCharsets.ISO_8859_1)) {
            String pids =
                    lines.filter(line -> line.startsWith("NSpid:")).findFirst().orElse("0");
            return Long.parseLong(pids.substring(pids.lastIndexOf('\t') + 1));
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    /** Tells this boot of the machine from every other: start times count from it. */
    public static String boot() throws IOException {
        return Files.readString(PROC.resolve("sys/kernel/random/boot_id")).strip();
    }

    private static boolean isPresent(ProcessIdentity process) {
        return identify(process.pid()).equals(Optional.of(process));
    }

    /** The handle is taken first: it keeps the start time it saw and refuses to signal a successor. */
    private static Optional<ProcessHandle> handle(ProcessIdentity process) {
        Optional<ProcessHandle> handle = ProcessHandle.of(process.pid());
        return isPresent(process) ? handle : Optional.empty();
    }

    /** A shell that has started already and knows its victims: from its own kill to the signal it takes microseconds. */
    private static Victims.Trigger arm(String signal, List<ProcessIdentity> processes) throws IOException {
        var command = new ArrayList<>(List.of("/bin/sh", "-c", SIGNAL_WHEN_TOLD, signal));
        processes.forEach(process -> command.add(Long.toString(process.pid())));
        Process shell = new ProcessBuilder(command).redirectErrorStream(true).start();
        BufferedReader answers = shell.inputReader();
        if (!"armed".equals(answers.readLine())) {
            shell.destroyForcibly();
            throw new IOException("cannot arm " + command);
        }
        return new Victims.Trigger() {
            @Override
            public void fire() throws IOException {
                shell.getOutputStream().write('\n');
                shell.getOutputStream().flush();
            }

            @Override
            public void close() {
                disarm(shell);
            }
        };
    }

    /** Without its line the shell reads the end of its input and does nothing. */
    private static void disarm(Process shell) {
        try {
            shell.getOutputStream().close();
            if (!shell.waitFor(1, TimeUnit.SECONDS)) {
                shell.destroyForcibly();
            }
        } catch (IOException e) {
            shell.destroyForcibly();
        } catch (InterruptedException e) {
            shell.destroyForcibly();
            Thread.currentThread().interrupt();
        }
    }

    private static List<Path> threads(Path folder) {
        Path tasks = folder.resolve("task");
        String[] names = tasks.toFile().list();
        if (names == null) {
            requireGone(tasks, null);
            return List.of();
        }
        return Arrays.stream(names).map(tasks::resolve).toList();
    }

    /** A thread's state and nothing else, as cheaply as can be: a fault's bracket is as wide as the look at all of its threads takes. */
    private static char state(Path thread, byte[] line) {
        try (var file = new FileInputStream(thread + "/stat")) {
            int length = file.read(line);
            for (int at = length - 3; at >= 0; at--) {
                if (line[at] == ')') {
                    return (char) line[at + 2];
                }
            }
        } catch (IOException e) {
            requireGone(thread, e);
        }
        return 'X';
    }

    private static Optional<String[]> stat(Path folder) {
        try {
            String line = Files.readString(folder.resolve("stat"), StandardCharsets.ISO_8859_1);
            return Optional.of(line.substring(line.lastIndexOf(')') + 2).split(" "));
        } catch (IOException e) {
            requireGone(folder, e);
            return Optional.empty();
        }
    }

    /** Whether something is there is seen without opening it. */
    private static void requireGone(Path folder, IOException why) {
        if (Files.exists(folder)) {
            throw unreadable(folder, why);
        }
    }

    private static UncheckedIOException unreadable(Path folder, IOException why) {
        String reason = why == null ? "it cannot be listed" : why.getMessage();
        return new UncheckedIOException("cannot look at " + folder + ": " + reason, new IOException(reason, why));
    }

    private static String[] schedstat(Path thread) {
        try {
            return Files.readString(thread.resolve("schedstat")).strip().split(" ");
        } catch (IOException e) {
            // it ended meanwhile, or nobody counts
            return new String[0];
        }
    }

    private static byte[] environment(Path folder) {
        try {
            byte[] bytes = Files.readAllBytes(folder.resolve("environ"));
            var framed = new byte[bytes.length + 1];
            System.arraycopy(bytes, 0, framed, 1, bytes.length);
            return framed;
        } catch (IOException e) {
            // somebody else's, or gone
            return new byte[0];
        }
    }

    private static boolean contains(byte[] bytes, byte[] wanted) {
        for (int at = 0; at + wanted.length <= bytes.length; at++) {
            if (java.util.Arrays.equals(bytes, at, at + wanted.length, wanted, 0, wanted.length)) {
                return true;
            }
        }
        return false;
    }
}
