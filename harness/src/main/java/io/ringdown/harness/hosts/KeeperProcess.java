package io.ringdown.harness.hosts;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.record.FaultOrder;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** The harness's end of its {@link Keeper}. */
final class KeeperProcess implements AutoCloseable {
    private final Process process;

    private KeeperProcess(Process process) {
        this.process = process;
    }

    /** Starts a keeper in a session of its own, where neither a terminal's Ctrl-C nor its hang-up reaches it. */
    static KeeperProcess start(Path log, Path ledger) throws IOException {
        List<String> command = List.of(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx16m",
                "-cp",
                classPath(),
                Keeper.class.getName(),
                ledger.toAbsolutePath().toString());
        var builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new KeeperProcess(builder.start());
    }

    /** From now on the process dies with the harness. */
    synchronized void keep(String element, ProcessIdentity identity) throws IOException {
        tell(identity.pid() + " " + identity.start() + " " + element);
    }

    /** From now on the machine is put on again if the harness dies while its power is cut. */
    synchronized void tell(PowerSwitch power) throws IOException {
        tell(Keeper.POWER + new JsonMapper().writeValueAsString(power));
    }

    /** If the harness dies, this command is run once all is healed that the keeper can heal by itself. */
    synchronized void tellLast(List<String> command) throws IOException {
        tell(Keeper.LAST + new JsonMapper().writeValueAsString(command));
    }

    boolean isAlive() {
        return process.isAlive();
    }

    long pid() {
        return process.pid();
    }

    /** Dismisses the keeper; nothing is killed. */
    @Override
    public synchronized void close() {
        try {
            if (process.isAlive()) {
                tell(Keeper.BYE);
            }
            process.getOutputStream().close();
            if (process.waitFor(5, TimeUnit.SECONDS)) {
                return;
            }
        } catch (IOException e) {
            // it is gone already, or going
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        process.destroyForcibly();
    }

    private void tell(String line) throws IOException {
        try {
            OutputStream out = process.getOutputStream();
            out.write((line + "\n").getBytes(StandardCharsets.UTF_8));
            out.flush();
        } catch (IOException e) {
            throw new IOException("the keeper (pid " + process.pid() + ") has died: " + e.getMessage(), e);
        }
    }

    /** Just what the keeper needs, so that it starts fast: the processes, and the ledger with what reads it. */
    private static String classPath() throws IOException {
        var places = new LinkedHashSet<String>();
        for (Class<?> needed : List.of(
                Keeper.class,
                LinuxProcesses.class,
                FaultOrder.class,
                JsonMapper.class,
                JsonFactory.class,
                JsonTypeInfo.class)) {
            try {
                places.add(Path.of(needed.getProtectionDomain()
                                .getCodeSource()
                                .getLocation()
                                .toURI())
                        .toString());
            } catch (URISyntaxException e) {
                throw new IOException("cannot tell where Ringdown is installed", e);
            }
        }
        return String.join(File.pathSeparator, places);
    }
}
