package io.ringdown.workloads.sipp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;

/** SIPp itself, started for one test. */
final class RealSipp implements Programs, AutoCloseable {
    static final String PROGRAM = "/usr/bin/sipp";

    private final Map<String, Process> processes = new ConcurrentHashMap<>();

    /** Skips the test where SIPp is missing, or fails it where it is required. */
    static void need() {
        boolean present = Files.isExecutable(Path.of(PROGRAM));
        assertThat(present || !"1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")))
                .as("sipp is required here")
                .isTrue();
        assumeTrue(present, "no " + PROGRAM + ": apt-get install sip-tester");
    }

    @Override
    public Started start(String name, List<String> command, Path folder) throws IOException {
        Process process = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("output.txt").toFile())
                .start();
        processes.put(name, process);
        return new Started() {
            @Override
            public boolean alive() {
                return process.isAlive();
            }

            @Override
            public void kill() {
                process.destroyForcibly();
                try {
                    process.waitFor(5, TimeUnit.SECONDS);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            }
        };
    }

    Process process(String name) {
        return processes.get(name);
    }

    static InetSocketAddress freeAddress() throws IOException {
        try (var free = new DatagramSocket(new InetSocketAddress(InetAddress.getByName("127.0.0.1"), 0))) {
            return (InetSocketAddress) free.getLocalSocketAddress();
        }
    }

    @Override
    public void close() {
        processes.values().forEach(Process::destroyForcibly);
    }
}
