package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;

class HasteTest {
    private static final int NICE = 16;

    @Test
    void aThreadIsGivenTheFirstTurnWhereThatIsAllowed() throws Exception {
        Process victim = new ProcessBuilder("sleep", "60").start();
        try {
            int before = nice(victim.pid());
            Haste.to(Integer.MAX_VALUE);
            Haste.to((int) victim.pid());
            assertThat(nice(victim.pid())).isEqualTo(mayRaise() ? -20 : before);
            LinuxProcesses.kill(LinuxProcesses.identify(victim.pid()).orElseThrow());
            assertThat(victim.waitFor()).isEqualTo(128 + 9);
        } finally {
            victim.destroyForcibly();
        }
    }

    private static int nice(long pid) throws IOException {
        String line = Files.readString(Path.of("/proc/" + pid + "/stat"));
        return Integer.parseInt(line.substring(line.lastIndexOf(')') + 2).split(" ")[NICE]);
    }

    /** CAP_SYS_NICE. */
    private static boolean mayRaise() throws IOException {
        String effective = Files.readString(Path.of("/proc/self/status"))
                .lines()
                .filter(line -> line.startsWith("CapEff:"))
                .findFirst()
                .orElseThrow();
        return (Long.parseUnsignedLong(effective.substring(7).strip(), 16) >> 23 & 1) == 1;
    }
}
