package io.ringdown.faults;

import java.io.IOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.concurrent.locks.LockSupport;

/** A small file system that a machine's elements have for themselves, in memory, so that it can be full without anybody else's being so. */
public final class MachineDisk {
    private static final String SOURCE = "ringdown";
    private static final String SUFFIX = ".disk";
    private static final Path MOUNTS = Path.of("/proc/self/mounts");
    private static final Duration PATIENCE = Duration.ofSeconds(5);

    private MachineDisk() {}

    /** Where that of a machine is, or would be. */
    public static Path place(Path folder, String machine) {
        return folder.toAbsolutePath().resolve(machine + SUFFIX);
    }

    /**
     * Makes one. Its undo is in the ledger already.
     *
     * @throws IOException if this user or this host cannot; one line
     */
    public static void make(Path place, int mebibytes) throws IOException {
        Files.createDirectories(place);
        try {
            String options = "mode=0700,size=" + mebibytes + "m";
            Tool.startFor(place.toString(), "mount", "-t", "tmpfs", "-o", options, SOURCE, place.toString())
                    .finish("");
        } catch (IOException e) {
            throw new IOException("no file system of " + mebibytes + " MiB at " + place + " (" + e.getMessage()
                    + "): be root, and not in a container that must not mount");
        }
    }

    /** Copies what elements have written to where what other elements write is; of one that was taken away it has been copied then. */
    public static void bringOut(Path place) throws IOException {
        if (!mounted(place)) {
            return;
        }
        try (DirectoryStream<Path> files = Files.newDirectoryStream(place, "*.cdrs")) {
            for (Path file : files) {
                Files.copy(file, place.resolveSibling(file.getFileName()), StandardCopyOption.REPLACE_EXISTING);
            }
        }
    }

    /**
     * Takes one away; one that is not there is as good.
     *
     * @return what was found, one line
     */
    static String remove(Undo.Unmount undo) throws IOException {
        Path place = Path.of(undo.folder());
        if (!place.getFileName().toString().endsWith(SUFFIX)) {
            throw new IOException(place + ": not a file system of Ringdown's");
        }
        Tool.end(undo.folder());
        boolean mounted = mounted(place);
        if (mounted) {
            bringOut(place);
            unmount(place);
        }
        Files.deleteIfExists(place);
        return undo.element() + ": " + (mounted ? "file system " + place + " taken away" : "no file system " + place);
    }

    /** A process that was killed holds its folder until it has given everything back. */
    private static void unmount(Path place) throws IOException {
        long deadline = System.nanoTime() + PATIENCE.toNanos();
        while (mounted(place)) {
            try {
                Tool.run("umount", place.toString());
            } catch (IOException e) {
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    /** The kernel knows it by its real path, whatever link leads there. */
    private static boolean mounted(Path place) throws IOException {
        if (!Files.exists(place)) {
            return false;
        }
        String escaped = place.toRealPath().toString().replace("\\", "\\134").replace(" ", "\\040");
        return Files.readAllLines(MOUNTS).stream()
                .anyMatch(line -> line.startsWith(SOURCE + " " + escaped + " tmpfs "));
    }
}
