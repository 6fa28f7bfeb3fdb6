package io.ringdown.faults;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/** The file that says by how much the clocks that go by it are off. It is there as long as they are. */
record ClockFile(Path path) {
    /** So that nobody else's is taken away; a remark to who reads it. */
    private static final String OURS = "# ringdown\n";

    /** Puts it there, as a whole. */
    void write(long seconds) throws IOException {
        Path unfinished = unfinished(path);
        Files.writeString(unfinished, content(seconds));
        Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether it says so, and nothing else. */
    boolean says(long seconds) throws IOException {
        return Files.exists(path) && Files.readString(path).equals(content(seconds));
    }

    private static String content(long seconds) {
        return OURS + (seconds < 0 ? "" : "+") + seconds + "\n";
    }

    private static Path unfinished(Path path) {
        return path.resolveSibling(path.getFileName() + ".unfinished");
    }

    /**
     * Removes it, from when on who goes by it takes up the right time again; one that is not there is as good.
     *
     * @return what was found, one line
     */
    static String remove(Undo.SetClockRight undo) throws IOException {
        Path file = Path.of(undo.file());
        if (Files.exists(file) && !Files.readString(file).startsWith(OURS)) {
            throw new IOException(file + ": not a file of Ringdown's");
        }
        Files.deleteIfExists(unfinished(file));
        return undo.element() + ": " + (Files.deleteIfExists(file) ? file + " removed" : "no file " + file);
    }
}
