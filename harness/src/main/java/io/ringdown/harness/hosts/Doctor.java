package io.ringdown.harness.hosts;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.ringdown.faults.ControlGroups;
import io.ringdown.faults.LinuxNetwork;
import io.ringdown.faults.SettableClock;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.workloads.sip.RealTime;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;

/** Examines the host that Ringdown runs on. */
public final class Doctor {
    /** The command that installs SIPp. */
    public static final String SIPP_REMEDY = "apt-get install sip-tester";

    /** What harness, agents and elements run on. */
    public static final int OLDEST_JAVA = 17;

    private static final long BUFFER_WANTED = 4 << 20;

    private Doctor() {}

    /**
     * One thing examined.
     *
     * @param needed whether the local plans need it
     * @param remedy what to do about it, empty if it is good
     */
    public record Finding(String what, boolean good, boolean needed, String seen, String remedy) {
        /** The finding in one line. */
        public String line() {
            String mark = good ? "ok     " : needed ? "MISSING" : "absent ";
            return String.format(Locale.ROOT, "%s  %-22s %s", mark, what, seen) + (good ? "" : "  ->  " + remedy);
        }
    }

    /** Examines everything. Changes nothing. */
    public static List<Finding> examine() {
        var findings = new ArrayList<Finding>();
        findings.add(java());
        findings.add(processors());
        findings.add(loopback());
        findings.add(procFiles());
        findings.add(program("setsid", true, "start elements in sessions of their own", "apt-get install util-linux"));
        findings.add(shell());
        findings.add(buffer());
        findings.add(realTime());
        findings.add(quotas());
        findings.add(memory());
        findings.add(network("isolation and loss", List.of(Kind.ISOLATE, Kind.LOSS), "kinds isolate and loss"));
        findings.add(network("rates", List.of(Kind.RATE), "kind rate"));
        findings.add(network("delay", List.of(Kind.DELAY), "kinds delay, duplicate and reorder"));
        findings.add(clocks(SettableClock.refusal()));
        findings.add(compiler());
        findings.add(program("mvn", false, "build Ringdown", "apt-get install maven"));
        findings.add(program("sipp", false, "drive calls by SIPp, and cross-check", SIPP_REMEDY));
        findings.add(program("chromium", false, "tests of the report's page", "apt-get install chromium"));
        return findings;
    }

    private static Finding java() {
        int version = Runtime.version().feature();
        return new Finding(
                "Java " + OLDEST_JAVA + " or newer",
                version >= OLDEST_JAVA,
                true,
                Runtime.version().toString(),
                "apt-get install openjdk-" + OLDEST_JAVA + "-jdk");
    }

    private static Finding processors() {
        int processors = Runtime.getRuntime().availableProcessors();
        return new Finding(
                "processors",
                processors >= 2,
                false,
                processors + " available",
                "use 2 or more: with one, the generator and the cluster disturb each other");
    }

    private static Finding loopback() {
        try (var socket = new DatagramSocket(null)) {
            socket.bind(new InetSocketAddress(InetAddress.getByName("127.1.1.1"), 0));
            return new Finding("loopback addresses", true, true, "127.0.0.0/8 can be bound", "");
        } catch (IOException e) {
            return new Finding(
                    "loopback addresses",
                    false,
                    true,
                    "127.1.1.1 cannot be bound: " + e.getMessage(),
                    "use Linux, or add the addresses to the loopback interface");
        }
    }

    private static Finding procFiles() {
        boolean good = Files.isReadable(Path.of("/proc/self/stat"));
        return new Finding(
                "/proc",
                good,
                true,
                good ? "readable" : "not readable",
                "use Linux: faults are proven by /proc/PID/stat");
    }

    /** Freezing is its builtin: the program {@code kill} is not needed. */
    private static Finding shell() {
        boolean good = Files.isExecutable(Path.of("/bin/sh"));
        return new Finding(
                "/bin/sh", good, true, good ? "executable" : "not there; to freeze processes", "apt-get install dash");
    }

    /** Maven takes the one of the JVM that it runs on, which need not be on the PATH. */
    private static Finding compiler() {
        Path beside = Path.of(System.getProperty("java.home"), "bin", "javac");
        return Files.isExecutable(beside)
                ? new Finding("javac", true, false, beside.toString(), "")
                : program("javac", false, "build Ringdown", "apt-get install openjdk-17-jdk");
    }

    private static Finding buffer() {
        long most = 0;
        // Read at once: behind its first byte the kernel tells no more of such a file, and Files.readString reads that
        // by itself.
        try (var file = Files.newInputStream(Path.of("/proc/sys/net/core/rmem_max"))) {
            most = Long.parseLong(new String(file.readNBytes(32), US_ASCII).trim());
        } catch (IOException | NumberFormatException e) {
            // told below as 0
        }
        return new Finding(
                "socket buffers",
                most >= BUFFER_WANTED,
                false,
                "net.core.rmem_max = " + most,
                "sysctl -w net.core.rmem_max=" + BUFFER_WANTED + ": small ones drop datagrams, which voids runs");
    }

    private static Finding realTime() {
        return refusable("real-time scheduling", RealTime.refusal(), "real-time: on can be had", "real-time: on");
    }

    private static Finding quotas() {
        return refusable(
                "processor quotas",
                LocalQuotas.refusal(ControlGroups.find(), "processors"),
                "control groups can be made: cluster.quota holds a machine to a share",
                "cluster.quota");
    }

    private static Finding memory() {
        return refusable(
                "memory limits",
                LocalQuotas.refusal(ControlGroups.findMemory(), "memory"),
                "control groups can be made: cluster.memory holds a machine to a limit",
                "cluster.memory");
    }

    /** Whether wall clocks of elements can be set on a host; it is tried. */
    public static Finding clocks(Target target, Reach there, Duration patience) throws IOException {
        boolean good = SettableClock.library(
                        command -> there.run(command, patience).output())
                .isPresent();
        return clocks(good ? "" : target.installing(SettableClock.REMEDY));
    }

    /** The same where it is known: what makes that they can be, or nothing. */
    public static Finding clocks(String refusal) {
        return refusable("wall clocks", refusal, "those of elements can be set: kind clock", "kind clock");
    }

    /** What is nice to have, unless it is refused. */
    private static Finding refusable(String what, String refusal, String had, String missed) {
        boolean good = refusal.isEmpty();
        return new Finding(what, good, false, good ? had : missed + ": refused", refusal);
    }

    private static Finding network(String what, List<Kind> kinds, String words) {
        String refusal = kinds.stream()
                .map(new LinuxNetwork()::refusal)
                .filter(why -> !why.isEmpty())
                .findFirst()
                .orElse("");
        return refusable(what, refusal, words + " can be done", words);
    }

    private static Finding program(String name, boolean needed, String purpose, String remedy) {
        return program(name)
                .map(found -> new Finding(name, true, needed, found.toString(), ""))
                .orElseGet(() -> new Finding(name, false, needed, "not on the PATH; to " + purpose, remedy));
    }

    /** A program on the PATH. */
    public static Optional<Path> program(String name) {
        return Stream.of(System.getenv().getOrDefault("PATH", "").split(":"))
                .map(directory -> Path.of(directory.isEmpty() ? "." : directory, name))
                .filter(file -> Files.isRegularFile(file) && Files.isExecutable(file))
                .findFirst();
    }
}
