package io.ringdown.harness.hosts;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The commands that cut a machine's power and put it on again. They are run on this machine, whichever it is whose power it is.
 *
 * @param folder where they work
 * @param topology the file that they are from
 * @param backMillis how long the machine may take to be reached again; 0: it is this one
 */
public record PowerSwitch(
        String machine, List<String> off, List<String> on, String folder, String topology, long backMillis) {
    private static final Duration PATIENCE = Duration.ofSeconds(20);

    /** Of a machine that is this one. */
    public PowerSwitch(String machine, List<String> off, List<String> on, String folder, String topology) {
        this(machine, off, on, folder, topology, 0);
    }

    public PowerSwitch {
        off = List.copyOf(off);
        on = List.copyOf(on);
    }

    /** How long it may take to be reached again, once it was put on. */
    public Duration back() {
        return Duration.ofMillis(backMillis);
    }

    /**
     * Puts the machine on, which does no harm to one that is.
     *
     * @return what was done, one line
     * @throws IOException if its command fails, or takes longer than 20 s; one line
     */
    public String putOn() throws IOException {
        Process process = new ProcessBuilder(on)
                .directory(new File(folder))
                .redirectInput(Redirect.from(new File("/dev/null")))
                .redirectErrorStream(true)
                .redirectOutput(Redirect.DISCARD)
                .start();
        try {
            if (!process.waitFor(PATIENCE.toMillis(), TimeUnit.MILLISECONDS)) {
                throw new IOException(
                        "its command for power on has not ended within " + PATIENCE.toSeconds() + " s: not on");
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted while " + machine + " was put on", e);
        } finally {
            process.descendants().forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
        if (process.exitValue() != 0) {
            throw new IOException("its command for power on ended with status " + process.exitValue() + ": not on");
        }
        return machine + ": put on again by its command";
    }
}
