package io.ringdown.harness.hosts;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.faults.LinuxNetwork;
import io.ringdown.faults.SettableClock;
import io.ringdown.record.FaultOrder.Kind;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;

/** A {@link MidFault} in a process of its own. */
public final class StruckHarness {
    /** What machines of Ringdown's own are struck with; a drain takes elements that serve others, and power is switched by a cluster's owner. */
    public static final List<Kind> CATALOGUE = Stream.of(Kind.values())
            .filter(kind -> kind != Kind.DRAIN && kind != Kind.POWER_OFF)
            .toList();

    private final Process process;
    private final Path said;

    private StruckHarness(Process process, Path said) {
        this.process = process;
        this.said = said;
    }

    /**
     * Begins to strike.
     *
     * @param run folder of the run; whatever it starts on this machine works there
     * @param inventory of hosts; null: this machine
     */
    public static StruckHarness start(Path run, Path inventory, List<Kind> kinds) throws IOException {
        Files.createDirectories(run.resolve("elements"));
        var command = new ArrayList<>(List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Dringdown.home="
                        + Path.of(System.getProperty("ringdown.home", ".")).toAbsolutePath(),
                "-cp",
                System.getProperty("java.class.path"),
                MidFault.class.getName(),
                run.toString(),
                inventory == null ? MidFault.HERE : inventory.toString()));
        kinds.forEach(kind -> command.add(kind.name()));
        Path said = run.resolve("said.txt");
        return new StruckHarness(
                new ProcessBuilder(command)
                        .directory(run.toFile())
                        .redirectErrorStream(true)
                        .redirectOutput(said.toFile())
                        .start(),
                said);
    }

    /** Waits until all is in force or refused. */
    public void awaitStruck() throws IOException {
        await().atMost(120, SECONDS).until(() -> said().contains("ready") || !process.isAlive());
        assertThat(said()).contains("ready").noneMatch(line -> line.startsWith("not proven "));
    }

    /** All kinds that can be in force at one time on a machine with the means of this one; of those that keep packets waiting, the given one. */
    public static List<Kind> kinds(Kind queueing) {
        return CATALOGUE.stream()
                .filter(kind -> !kind.queues() || kind == queueing)
                .filter(kind -> refusal(kind).isEmpty())
                .toList();
    }

    /** Why this machine cannot do a kind; empty: it can, or must. */
    public static String refusal(Kind kind) {
        String refusal = kind.ofNetwork() ? new LinuxNetwork().refusal(kind) : "";
        if (kind.exhausts() && !System.getProperty("user.name").equals("root")) {
            refusal = "machines of this host are given what is theirs by root alone";
        }
        if (kind == Kind.CLOCK) {
            refusal = SettableClock.refusal();
        }
        boolean must = "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")) && !refusal.contains("netem");
        return must ? "" : refusal;
    }

    /** What it has said, a line a kind. */
    public List<String> said() throws IOException {
        return Files.readAllLines(said);
    }

    /** The kinds that it was refused. */
    public List<Kind> refused() throws IOException {
        return said().stream()
                .filter(line -> line.startsWith("refused "))
                .map(line -> Kind.valueOf(line.split("[ :]")[1]))
                .sorted()
                .toList();
    }

    /** What it says of a kind. */
    public String saidOf(Kind kind) throws IOException {
        return said().stream()
                .filter(line -> line.contains(" " + kind + ": "))
                .findFirst()
                .orElse("nothing");
    }

    /** Ends it as {@code kill -9} does. */
    public void kill() throws InterruptedException {
        process.destroyForcibly().waitFor();
    }

    /** Kills its keeper, too, and that first. */
    void killWithKeeper() throws InterruptedException {
        process.children()
                .filter(child -> child.info().commandLine().orElse("").contains(Keeper.class.getName()))
                .forEach(ProcessHandle::destroyForcibly);
        kill();
    }
}
