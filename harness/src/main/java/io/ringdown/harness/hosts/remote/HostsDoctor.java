package io.ringdown.harness.hosts.remote;

import io.ringdown.harness.hosts.Doctor;
import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Reach.Outcome;
import io.ringdown.harness.hosts.Target;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Examines the hosts of an inventory. Changes nothing on them. */
public final class HostsDoctor {
    private static final Duration PATIENCE = Duration.ofSeconds(20);
    private static final long AT_ONCE_NANOS = Duration.ofMillis(50).toNanos();
    private static final int CLOCK_LOOKS = 5;
    private static final String JAVA = "apt-get install openjdk-" + Doctor.OLDEST_JAVA + "-jre-headless";
    /** The whole line; of Java 8 it is 1.8. */
    private static final Pattern JAVA_VERSION = Pattern.compile("^.*\\bversion \"(?:1\\.)?(\\d{1,4})\\D?.*$");
    /** A shell's status. */
    private static final int NO_PROGRAM = 127;

    private final Target target;
    private final Reach connection;
    private final List<Finding> findings = new ArrayList<>();

    private HostsDoctor(Target target, Reach connection) {
        this.target = target;
        this.connection = connection;
    }

    /** Examines all of them at once; a host that cannot be reached costs no other its findings. In the order of the inventory. */
    public static List<List<Finding>> examine(List<? extends Target> targets) {
        ExecutorService threads = Executors.newFixedThreadPool(Math.max(1, targets.size()));
        try {
            return targets.stream()
                    .map(target -> CompletableFuture.supplyAsync(() -> examine(target, PATIENCE), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        } finally {
            threads.shutdown();
        }
    }

    public static List<Finding> examine(Target target, Duration patience) {
        try (Reach connection = target.reach(patience)) {
            var doctor = new HostsDoctor(target, connection);
            try {
                doctor.look(patience);
            } catch (IOException e) {
                String seen = e.getMessage().replace(target + ": ", "");
                doctor.findings.add(new Finding("connection", false, true, target.way(), seen));
            }
            return List.copyOf(doctor.findings);
        }
    }

    private void look(Duration patience) throws IOException {
        connection.run(List.of("true"), patience);
        findings.add(new Finding("connection", true, true, target.way(), ""));
        findings.add(java(connection.run(List.of(target.java(), "-version"), patience)));
        see(patience, "setsid", List.of("setsid", "true"), "apt-get install util-linux");
        see(
                patience,
                "/proc",
                List.of("test", "-r", "/proc/self/stat"),
                "use Linux: faults are proven by /proc/PID/stat");
        root(target, connection, patience).ifPresent(findings::add);
        clock(patience);
        findings.add(Doctor.clocks(target, connection, patience));
    }

    /** Whether a host whose inventory says that root's commands are granted without a password grants them; empty: the inventory does not say so. */
    static Optional<Finding> root(Target target, Reach connection, Duration patience) throws IOException {
        if (target.asRoot().isEmpty()) {
            return Optional.empty();
        }
        String program = target.asRoot().get(0);
        var command = new ArrayList<>(target.asRoot());
        command.add("true");
        Outcome outcome = connection.run(command, patience);
        String install =
                outcome.status() == NO_PROGRAM ? "apt-get install " + program + " there and" : "as root there,";
        return Optional.of(
                found(program, outcome, install + " allow it without a password, or take " + program + ": true away"));
    }

    /** A JVM may have warnings to print before it tells its version. */
    static Finding java(Outcome outcome) {
        Optional<Matcher> told = (outcome.output() + "\n" + outcome.trouble())
                .lines()
                .map(JAVA_VERSION::matcher)
                .filter(Matcher::find)
                .findFirst();
        if (told.isEmpty()) {
            Finding fails = found("Java", outcome, JAVA);
            return new Finding("Java", false, true, fails.good() ? "tells no version" : fails.seen(), JAVA);
        }
        String seen = told.get().group();
        boolean good = outcome.status() == 0 && Integer.parseInt(told.get().group(1)) >= Doctor.OLDEST_JAVA;
        return new Finding("Java", good, true, seen, good ? "" : JAVA);
    }

    private void see(Duration patience, String what, List<String> command, String remedy) throws IOException {
        findings.add(found(what, connection.run(command, patience), remedy));
    }

    private static Finding found(String what, Outcome outcome, String remedy) {
        boolean good = outcome.status() == 0;
        String said = (outcome.output() + outcome.trouble()).lines().findFirst().orElse(good ? "works" : "fails");
        return new Finding(what, good, true, said, good ? "" : remedy);
    }

    /** The look with the shortest way there and back says most: the clocks differ by what lies between, give or take half of it. */
    private void clock(Duration patience) throws IOException {
        long shortest = Long.MAX_VALUE;
        long offset = 0;
        for (int look = 0; look < CLOCK_LOOKS; look++) {
            long began = System.nanoTime();
            long here = System.currentTimeMillis() * 1_000_000;
            Outcome there = connection.run(List.of("date", "+%s%N"), patience);
            long took = System.nanoTime() - began;
            if (there.status() == 0 && there.output().strip().matches("\\d{19}") && took < shortest) {
                shortest = took;
                offset = Long.parseLong(there.output().strip()) - here - took / 2;
            }
        }
        boolean told = shortest < Long.MAX_VALUE;
        boolean good = told && Math.abs(offset) < AT_ONCE_NANOS + shortest / 2;
        String seen = told
                ? String.format(
                        Locale.ROOT, "%+.1f ms from this one's, give or take %.1f", offset / 1e6, shortest / 2e6)
                : "date tells no nanoseconds";
        findings.add(
                new Finding("clock", good, false, seen, good ? "" : "apt-get install chrony: faults are timed by it"));
    }
}
