package io.ringdown.faults;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * A wall clock that can be set for one process, and for nobody else: the process is started with a library, libfaketime, that adds what a file says. No such
 * file: nothing. The clock that goes on evenly, by which it waits, is left alone.
 */
public final class SettableClock {
    /** What installs the library on a Debian. */
    public static final String REMEDY = "apt-get install faketime";

    private static final String LIBRARY = "libfaketimeMT.so.1";
    private static final String FILE = "FAKETIME_TIMESTAMP_FILE";

    private static final long A_DAY = 86_400;

    private SettableClock() {}

    /**
     * The command that starts a process so.
     *
     * @param file that is not there yet
     */
    // With the fix that the library applies unless told otherwise, timed waits of a JVM end at once, and it spins.
    // Cached, the file would be read once a second, and a fault that long about. The loader puts in for $LIB where
    // libraries are.
    public static List<String> command(Path file, List<String> command) {
        var whole = new ArrayList<>(List.of(
                "env",
                "LD_PRELOAD=/usr/$LIB/faketime/" + LIBRARY,
                FILE + "=" + file,
                "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                "DONT_FAKE_MONOTONIC=1",
                "FAKETIME_FORCE_MONOTONIC_FIX=0",
                "NO_FAKE_STAT=1"));
        whole.addAll(command);
        return whole;
    }

    /** Why nobody's clock can be set on this machine, and what changes that, one line; empty: it was tried, and can. */
    public static String refusal() {
        Path folder = null;
        try {
            folder = Files.createTempDirectory("ringdown-clock");
            Path file = folder.resolve("clock");
            new ClockFile(file).write(A_DAY);
            long before = System.currentTimeMillis() / 1_000;
            String said = Tool.run(command(file, List.of("date", "+%s")).toArray(String[]::new))
                    .strip();
            return said.matches("\\d+") && Long.parseLong(said) >= before + A_DAY ? "" : REMEDY;
        } catch (IOException e) {
            return REMEDY + ": " + e.getMessage();
        } finally {
            clear(folder);
        }
    }

    private static void clear(Path folder) {
        if (folder != null) {
            folder.resolve("clock").toFile().delete();
            folder.toFile().delete();
        }
    }

    /**
     * The file that a process's clock goes by.
     *
     * @throws FaultRefusedException if it has none; one line
     */
    static Path fileOf(String element, ProcessIdentity process) throws IOException {
        Path about = Path.of("/proc", Long.toString(process.pid()));
        String environment = Files.readString(about.resolve("environ"), StandardCharsets.ISO_8859_1);
        String start = FILE + "=";
        String file = List.of(environment.split("\0")).stream()
                .filter(variable -> variable.startsWith(start))
                .map(variable -> variable.substring(start.length()))
                .findFirst()
                .orElseThrow(() -> new FaultRefusedException(
                        element + " (" + process + ") was not started so that its wall clock can be set"));
        if (!Files.readString(about.resolve("maps"), StandardCharsets.ISO_8859_1)
                .contains(LIBRARY)) {
            throw new FaultRefusedException(element + " (" + process
                    + ") has not found the library by which its wall clock" + " can be set: " + REMEDY);
        }
        return Path.of(file);
    }
}
