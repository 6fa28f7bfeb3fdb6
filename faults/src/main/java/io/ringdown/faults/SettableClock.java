package io.ringdown.faults;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * A wall clock that can be set for one process, and for nobody else: the process is started with a library, libfaketime, that adds what a file says. No such
 * file: nothing. The clock that goes on evenly, by which it waits, is left alone.
 */
public final class SettableClock {
    /** What installs the library on a Debian. */
    public static final String REMEDY = "apt-get install faketime";

    /** Its name. */
    public static final String LIBRARY = "libfaketimeMT.so.1";

    /** Where it is on most machines. */
    // The loader puts in for $LIB where libraries are; not every loader does.
    public static final String USUAL = "/usr/$LIB/faketime/" + LIBRARY;

    /** Where packages put it, and who builds it. */
    private static final List<String> PLACES = List.of(
            USUAL,
            "/usr/lib/faketime/" + LIBRARY,
            "/usr/local/lib/faketime/" + LIBRARY,
            "/usr/local/$LIB/faketime/" + LIBRARY);

    private static final String FILE = "FAKETIME_TIMESTAMP_FILE";

    /** A time that no clock shows by itself, and what it is in seconds since 1970. */
    private static final String LONG_AGO = "2000-01-01 00:00:00";

    private static final String SECONDS_THEN = "946684800";

    private SettableClock() {}

    /** A place where commands can be tried. */
    @FunctionalInterface
    public interface Trial {
        /**
         * What a command prints there, however it ends.
         *
         * @throws IOException if it cannot be told; one line
         */
        String printed(List<String> command) throws IOException;
    }

    /**
     * The library as the loader is told of it, where commands are tried: a clock was seen to show another time by it. Empty: there is none. Changes nothing.
     *
     * @throws IOException if that cannot be tried; one line
     */
    public static Optional<String> library(Trial there) throws IOException {
        for (String library : PLACES) {
            List<String> look =
                    List.of("env", "LD_PRELOAD=" + library, "TZ=UTC", "FAKETIME=" + LONG_AGO, "date", "+%s");
            if (there.printed(look).strip().equals(SECONDS_THEN)) {
                return Optional.of(library);
            }
        }
        return Optional.empty();
    }

    /** The same on this machine. */
    public static Optional<String> library() {
        try {
            return library(SettableClock::printedHere);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static String printedHere(List<String> command) {
        try {
            return Tool.run(command.toArray(String[]::new));
        } catch (IOException e) {
            // Some loaders end what names a library that is not there.
            return String.valueOf(e.getMessage());
        }
    }

    /** What makes that clocks can be set on this machine; empty: it was tried, and they can. */
    public static String refusal() {
        return library().isPresent() ? "" : REMEDY;
    }

    /**
     * The command that starts a process so.
     *
     * @param library as {@link #library} has found it
     * @param file that is not there yet
     */
    // With the fix that the library applies unless told otherwise, timed waits of a JVM end at once, and it spins.
    // Cached, the file would be read once a second, and a fault that long about.
    public static List<String> command(String library, Path file, List<String> command) {
        var whole = new ArrayList<>(List.of(
                "env",
                "LD_PRELOAD=" + library,
                FILE + "=" + file,
                "FAKETIME_NO_CACHE=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                "DONT_FAKE_MONOTONIC=1",
                "FAKETIME_FORCE_MONOTONIC_FIX=0",
                "NO_FAKE_STAT=1"));
        whole.addAll(command);
        return whole;
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
