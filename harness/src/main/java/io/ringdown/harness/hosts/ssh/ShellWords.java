package io.ringdown.harness.hosts.ssh;

import java.util.List;
import java.util.stream.Collectors;

/**
 * An argument list as a line for a POSIX shell: SSH has no other form for a command (RFC 4254 section 6.5), and the target's shell splits
 * it again. The one place that quotes.
 */
final class ShellWords {
    private ShellWords() {}

    /**
     * The line that a POSIX shell takes for exactly these words.
     *
     * @throws IllegalArgumentException if there is no command, or a word has a NUL, which no argument can have
     */
    static String line(List<String> words) {
        if (words.isEmpty()) {
            throw new IllegalArgumentException("no command");
        }
        return words.stream().map(ShellWords::quoted).collect(Collectors.joining(" "));
    }

    /** Between single quotes nothing has a meaning but their end (POSIX.1-2017 Shell Command Language, 2.2.2). */
    private static String quoted(String word) {
        if (word.indexOf('\0') >= 0) {
            throw new IllegalArgumentException("an argument with a NUL cannot be passed");
        }
        return "'" + word.replace("'", "'\\''") + "'";
    }
}
