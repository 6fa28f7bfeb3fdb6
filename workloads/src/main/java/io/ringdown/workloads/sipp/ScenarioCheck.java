package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Lets SIPp read a scenario of the user's own before anything is started, and make no call. */
public final class ScenarioCheck {
    private static final int PATIENCE_SECONDS = 10;
    /** What SIPp prints once it has read a scenario and begun. */
    private static final String BEGAN = "Scenario Screen";
    /** And what only a caller shows there. */
    private static final String CALLS = "Call rate";

    private ScenarioCheck() {}

    /**
     * What SIPp has against a scenario.
     *
     * @param program SIPp's executable
     * @return one line; empty if it would run
     * @throws IOException if SIPp cannot be started
     */
    public static Optional<String> complaint(String program, Path scenario) throws IOException {
        int port;
        try (var free = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0))) {
            port = free.getLocalPort();
        }
        // It ends by itself, whatever becomes of the harness.
        List<String> command = List.of(
                program,
                "127.0.0.1:9",
                "-sf",
                scenario.toString(),
                "-nostdin",
                "-i",
                "127.0.0.1",
                "-bind_local",
                "-ci",
                "127.0.0.1",
                "-cp",
                Integer.toString(port),
                "-r",
                "0",
                "-m",
                "1",
                "-timeout",
                "1s");
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectInput(ProcessBuilder.Redirect.from(new java.io.File("/dev/null")))
                .start();
        try {
            String output = new String(process.getInputStream().readAllBytes(), ISO_8859_1);
            process.waitFor(PATIENCE_SECONDS, TimeUnit.SECONDS);
            return of(output);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted");
        } finally {
            process.destroyForcibly();
        }
    }

    /** What is wrong by what SIPp printed; its exit status tells nothing. */
    static Optional<String> of(String output) {
        if (output.contains(BEGAN)) {
            return output.contains(CALLS)
                    ? Optional.empty()
                    : Optional.of("it waits for a request first; the scenario of a caller is wanted");
        }
        return Optional.of(output.lines()
                .map(ScenarioCheck::withoutTime)
                .filter(line -> !line.isEmpty() && !line.startsWith("Resolving remote host"))
                .findFirst()
                .orElse("SIPp ended without a word"));
    }

    /** A complaint begins with date, time and seconds since 1970. */
    private static String withoutTime(String line) {
        return line.replaceFirst("^\\d{4}-\\d{2}-\\d{2}\\t[0-9:.]+\\t[0-9.]+: ", "")
                .trim();
    }
}
