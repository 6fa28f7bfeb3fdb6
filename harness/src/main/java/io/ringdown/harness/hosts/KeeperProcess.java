package io.ringdown.harness.hosts;

import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.ProcessIdentity;
import java.io.File;
import java.io.IOException;
import java.io.OutputStream;
import java.net.URISyntaxException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The harness's end of its {@link Keeper}. */
final class KeeperProcess implements AutoCloseable {
    private final Process process;

    private KeeperProcess(Process process) {
        this.process = process;
    }

    /** Starts a keeper in a session of its own, where neither a terminal's Ctrl-C nor its hang-up reaches it. */
    static KeeperProcess start(Path log) throws IOException {
        List<String> command = List.of(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx16m",
                "-cp",
                classPath(),
                Keeper.class.getName());
        var builder = new ProcessBuilder(command);
        builder.environment().remove("JAVA_TOOL_OPTIONS");
        builder.redirectErrorStream(true).redirectOutput(ProcessBuilder.Redirect.appendTo(log.toFile()));
        return new KeeperProcess(builder.start());
    }

    /** From now on the process dies with the harness. */
    synchronized void keep(String element, ProcessIdentity identity) throws IOException {
        tell(identity.pid() + " " + identity.start() + " " + element);
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

    /** Just what the keeper needs, so that it starts fast. */
    private static String classPath() throws IOException {
        try {
            return Stream.of(
                            Path.of(Keeper.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI()),
                            Path.of(LinuxProcesses.class
                                    .getProtectionDomain()
                                    .getCodeSource()
                                    .getLocation()
                                    .toURI()))
                    .map(Path::toString)
                    .distinct()
                    .collect(Collectors.joining(File.pathSeparator));
        } catch (URISyntaxException e) {
            throw new IOException("cannot tell where Ringdown is installed", e);
        }
    }
}
