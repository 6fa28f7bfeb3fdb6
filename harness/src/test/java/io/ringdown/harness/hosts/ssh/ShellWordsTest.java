package io.ringdown.harness.hosts.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What a shell makes of a quoted line must be the words it was made of. */
class ShellWordsTest {
    static final List<String> HOSTILE = List.of(
            "",
            " ",
            "'",
            "''",
            "'; touch /tmp/never; '",
            "\"",
            "\\",
            "\\'",
            "$HOME",
            "$(id)",
            "`id`",
            "*",
            "~",
            "!!",
            "a\nb",
            "tab\there",
            "#no comment",
            "&& false",
            "|",
            ">x",
            "-n",
            "{a,b}",
            "Grüße ☎");

    @Test
    void aShellTakesEveryWordAsItIs() throws Exception {
        var words = new ArrayList<>(List.of("printf", "%s\\n"));
        words.addAll(HOSTILE);
        Process shell = new ProcessBuilder("/bin/sh", "-c", ShellWords.line(words)).start();
        assertThat(new String(shell.getInputStream().readAllBytes(), StandardCharsets.UTF_8))
                .isEqualTo(String.join("\n", HOSTILE) + "\n");
        assertThat(shell.waitFor()).isZero();
    }

    @Test
    void refusesWhatNoArgumentCanBe() {
        assertThatThrownBy(() -> ShellWords.line(List.of("echo", "a\0b"))).hasMessageContaining("NUL");
        assertThatThrownBy(() -> ShellWords.line(List.of())).hasMessageContaining("no command");
    }
}
