package io.ringdown.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Stream;

/**
 * Where a command that goes into the background leaves its processes: a pid file names the one that makes the others. Neither an environment nor a parent need tie that one to
 * the command.
 *
 * @param pidFile its absolute path
 * @param since when the command was started, in clock ticks since boot: whoever is older is somebody else's
 * @param sessions numbers of sessions that the command or its first process has made
 */
public record Background(String pidFile, long since, List<Long> sessions) {
    private static final int MOST_OF_A_PID_FILE = 4_096;
    private static final Duration SOON = Duration.ofSeconds(2);
    /** Of a file's time, which is a coarse clock's. */
    private static final long SLACK_TICKS = 100;
    /** More than who starts it waits for it. */
    private static final long MOST_TO_START_TICKS = 6_000;

    public Background {
        sessions = List.copyOf(sessions);
    }

    /**
     * Before the command is started. A pid file that is left over is removed, so that none but a new one can be read.
     *
     * @param before whom the file named last, who is gone; null: nobody
     * @throws IOException if the file is no pid file, or names somebody who lives; one line
     */
    public static Background expected(Path pidFile, ProcessIdentity before) throws IOException {
        if (Files.exists(pidFile, LinkOption.NOFOLLOW_LINKS)) {
            String text = text(pidFile).orElse("?");
            Optional<Long> pid = pid(text);
            if (!text.isEmpty() && pid.isEmpty()) {
                throw new IOException(pidFile + " is there and holds no pid: no pid file, so it is not removed");
            }
            boolean left = pid.isEmpty() || before != null && before.pid() == pid.get();
            if (!left && LinuxProcesses.identify(pid.get()).isPresent()) {
                throw new IOException(pidFile + " names pid " + pid.get() + ", which lives: it may be running already");
            }
            Files.delete(pidFile);
        }
        return new Background(pidFile.toAbsolutePath().toString(), nextTick(), List.of());
    }

    /** Whoever was started in the tick before is older, and be it by a millisecond. */
    private static long nextTick() {
        long now = LinuxProcesses.ticks();
        while (LinuxProcesses.ticks() == now) {
            LockSupport.parkNanos(1_000_000);
        }
        return now + 1;
    }

    /**
     * The process that the pid file names, if it was started after the command and before the file was written: a pid that was given anew since is nobody of ours.
     */
    public Optional<ProcessIdentity> process() {
        Path file = Path.of(pidFile);
        try {
            long written = Files.getLastModifiedTime(file).toMillis();
            return text(file)
                    .flatMap(Background::pid)
                    .flatMap(LinuxProcesses::identify)
                    .filter(process -> process.start() >= since)
                    .filter(process -> process.start() <= ticksAt(written) + SLACK_TICKS);
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * The same once the command has ended and its first process is known. Its session counts if nobody in it is older than the command.
     *
     * @param starter the command's pid, which led a session of its own
     */
    public Background settled(ProcessIdentity first, long starter) {
        var all = LinuxProcesses.all();
        LinuxProcesses.Kin kin = all.get(first.pid());
        long session = kin == null ? first.pid() : kin.session();
        boolean ours = all.values().stream()
                .filter(each -> each.session() == session)
                .allMatch(each -> each.identity().start() >= since);
        return new Background(
                pidFile,
                since,
                Stream.of(starter, ours ? session : starter).distinct().toList());
    }

    /** What remains of it for who heals, perhaps much later: the file may name what its owner has started since. */
    Background withoutFile() {
        return new Background("", since, sessions);
    }

    /** Whoever went into the background just after the command was started, and may only be about to write its pid file. */
    Optional<ProcessIdentity> awaited() {
        long deadline = System.nanoTime() + SOON.toNanos();
        while (text(Path.of(pidFile)).flatMap(Background::pid).isEmpty() && System.nanoTime() < deadline) {
            LockSupport.parkNanos(5_000_000);
        }
        return process().filter(process -> process.start() - since < MOST_TO_START_TICKS);
    }

    private static long ticksAt(long wallMillis) {
        return LinuxProcesses.ticks() - (System.currentTimeMillis() - wallMillis) / LinuxProcesses.TICK_MILLIS;
    }

    /** Its first line; empty if it cannot be read, or is no text of a pid file's size. */
    private static Optional<String> text(Path file) {
        try {
            if (!Files.isRegularFile(file) || Files.size(file) > MOST_OF_A_PID_FILE) {
                return Optional.empty();
            }
            return Files.readString(file, StandardCharsets.ISO_8859_1)
                    .lines()
                    .map(String::strip)
                    .findFirst()
                    .or(() -> Optional.of(""));
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    private static Optional<Long> pid(String text) {
        return text.matches("[1-9]\\d{0,9}") ? Optional.of(Long.valueOf(text)) : Optional.empty();
    }
}
