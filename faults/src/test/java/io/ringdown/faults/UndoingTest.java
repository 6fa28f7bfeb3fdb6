package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class UndoingTest {
    /** The next process gets the pid after it. */
    private static final Path LAST_PID = Path.of("/proc/sys/kernel/ns_last_pid");

    private static final int FURTHER_DOWN = 2_000;
    private static final int ATTEMPTS = 5;

    /** Pids begin anew once the largest was given: then the one that is found first is not the one that made the others. */
    @Test
    void whoIsOlderThanTheProcessThatIsFoundFirstIsKilledToo() throws Exception {
        String mark = UUID.randomUUID().toString();
        for (int attempt = 0; attempt < ATTEMPTS; attempt++) {
            ProcessBuilder builder = new ProcessBuilder(
                    "sh", "-c", "echo ready; read go; sleep 60 & echo $!; wait; read more; sleep 60");
            builder.environment().put("RINGDOWN_TEST", mark);
            Process parent = builder.start();
            try (var said = parent.inputReader();
                    var told = parent.outputWriter()) {
                assertThat(said.readLine()).isEqualTo("ready");
                Thread.sleep(2 * LinuxProcesses.TICK_MILLIS);
                assumeTrue(parent.pid() > 2 * FURTHER_DOWN && goesOnAfter(parent.pid() - FURTHER_DOWN));
                told.write("go\n");
                told.flush();
                if (Long.parseLong(said.readLine()) > parent.pid()) {
                    continue;
                }

                Undoing.onThisMachine().undo(new Undo.KillMarked("a", "RINGDOWN_TEST=" + mark));

                assertThat(LinuxProcesses.findByEnvironment("RINGDOWN_TEST=" + mark))
                        .isEmpty();
                return;
            } finally {
                parent.descendants().forEach(ProcessHandle::destroyForcibly);
                parent.destroyForcibly();
            }
        }
        abort("others have taken the pids");
    }

    private static boolean goesOnAfter(long pid) {
        try {
            Files.writeString(LAST_PID, Long.toString(pid));
            return true;
        } catch (IOException | UncheckedIOException e) {
            return false;
        }
    }
}
