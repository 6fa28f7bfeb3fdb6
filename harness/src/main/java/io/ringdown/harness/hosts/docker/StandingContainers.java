package io.ringdown.harness.hosts.docker;

import io.ringdown.faults.Undo;
import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.hosts.Healer;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.docker.StandingContainer.Look;
import io.ringdown.record.Complaint;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;

/**
 * Containers of a cluster's owner that stand before a run. No other is touched.
 *
 * @param names of containers, by the element that each is
 * @param ending elements that may be made to end
 */
public record StandingContainers(DockerEngine engine, Map<String, String> names, Set<String> ending) {
    public StandingContainers {
        names = Map.copyOf(names);
        ending = Set.copyOf(ending);
    }

    /** How a host is opened whose elements these are; those that are none of them are this machine's. */
    public Host.Opening opening() {
        return StandingContainersHost.opening(this, StandingContainersHost.mayFreezeBySignals());
    }

    /** Those that there are, in the order of their elements. */
    List<StandingContainer> find() throws IOException {
        var found = new ArrayList<StandingContainer>();
        for (var each : new TreeMap<>(names).entrySet()) {
            found.add(StandingContainer.find(each.getKey(), engine, each.getValue()));
        }
        return found;
    }

    /** Looks whether they can be used: one finding each, or one if the engine cannot be. Changes nothing. */
    public List<Finding> examine() {
        Finding its = Containers.examine(engine);
        if (!its.good()) {
            return List.of(its);
        }
        var findings = new ArrayList<>(List.of(its));
        var ids = new HashMap<String, String>();
        for (var each : new TreeMap<>(names).entrySet()) {
            findings.add(examine(each.getKey(), each.getValue(), ids));
        }
        return findings;
    }

    private Finding examine(String element, String name, Map<String, String> ids) {
        String what = "container " + name;
        try {
            StandingContainer container = StandingContainer.find(element, engine, name);
            Look look = container.look().orElseThrow(() -> new IOException(container.told("it was removed")));
            String other = ids.putIfAbsent(look.id(), element);
            if (other != null) {
                return new Finding(what, false, true, "is " + other + " already", "give " + element + " its own");
            }
            if (!look.running() || look.paused()) {
                return new Finding(
                        what,
                        false,
                        true,
                        (look.paused() ? "paused" : "does not run")
                                + "; a cluster in containers runs before a run begins",
                        "docker " + (look.paused() ? "unpause " : "start ") + name);
            }
            if (!look.kept() && ending.contains(element)) {
                return new Finding(
                        what,
                        false,
                        true,
                        "is removed once it ends (--rm), so that nobody could start it again",
                        "make it without, or 'may: [hang]' at most");
            }
            return new Finding(what, true, true, element + ": " + words(look), "");
        } catch (IOException e) {
            return new Finding(what, false, true, Complaint.of(e), "'docker ps' tells what there is");
        }
    }

    private static String words(Look look) {
        String policy = look.policy().equals("no")
                ? "no restart policy"
                : "restart policy " + look.policy() + ", which does nothing after an end that Ringdown has made";
        String freeze = look.seenHere().isPresent() && StandingContainersHost.mayFreezeBySignals()
                ? "is frozen by signals"
                : "is frozen by 'docker pause', which is slow: failures at once can hardly be proven";
        return "runs; " + policy + "; " + freeze;
    }

    /** Whether all of them have the network stack of the engine's machine, whose loopback addresses they then share. */
    public boolean onHost() throws IOException {
        for (StandingContainer each : find()) {
            if (each.look().filter(Look::onHost).isEmpty()) {
                return false;
            }
        }
        return true;
    }

    /**
     * Gives one back by the ledger of a run whose harness is gone.
     *
     * @return what was done or found, one line
     * @throws IOException if it is not; one line
     */
    public static String restore(Undo.RestoreContainer undo) throws IOException {
        return StandingContainer.of(undo).restore(undo);
    }

    /** What a keeper runs that has no client for engines. */
    static List<String> restoring(Path ledger) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-cp",
                System.getProperty("java.class.path"),
                Restoring.class.getName(),
                ledger.toAbsolutePath().toString());
    }

    /** A process for what is left in a ledger. */
    static final class Restoring implements Healer.Elsewhere {
        private Restoring() {}

        /** @param arguments where the ledger is */
        public static void main(String[] arguments) throws IOException {
            Healer.heal(Path.of(arguments[0]), new Restoring())
                    .lines()
                    .forEach(line -> System.out.println("keeper: " + line));
        }

        @Override
        public String heal(Undo.HealHost host) throws IOException {
            throw new IOException("host " + host.host() + " is healed by 'ringdown heal'");
        }

        @Override
        public String restore(Undo.RestoreContainer container) throws IOException {
            return StandingContainers.restore(container);
        }
    }
}
