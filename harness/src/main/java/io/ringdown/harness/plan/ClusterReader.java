package io.ringdown.harness.plan;

import io.ringdown.harness.plan.ClusterSettings.Domains;
import io.ringdown.harness.plan.ClusterSettings.Pools;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** Reads what a plan says of the reference cluster, and refuses what its elements would refuse, before any is started. */
final class ClusterReader {
    // What the cluster takes where a plan says nothing.
    private static final Duration HEARTBEAT_TIMEOUT = Duration.ofSeconds(1);
    private static final Duration HEARTBEAT_INTERVAL = Duration.ofMillis(200);

    /** A kernel gives no less than 1 ms at a time, which at this share is every 50 ms. */
    private static final double LEAST_QUOTA = 0.02;

    private static final double MOST_QUOTA = 64;
    /** MiB that an element needs to start. */
    private static final int LEAST_MEMORY = 128;

    /** A mutant of the layout; the elements know nothing of it. */
    private static final String RACK_BLIND = "rack-blind";

    private static final String ANSWER = "answer";
    private static final String B2BUA = "b2bua";

    private static final Map<String, List<String>> BEHAVIOUR = Map.ofEntries(
            Map.entry("service", List.of(ANSWER, B2BUA, "proxy")),
            Map.entry("between-elements", List.of("udp", "tcp")),
            Map.entry("depth", List.of("none", "confirmed", "early", "transactions")),
            Map.entry("commit", List.of("before-send", "async")),
            Map.entry("cache", List.of("on", "off")),
            Map.entry("detection", List.of("heartbeat", "close")),
            Map.entry("failover", List.of("random", "group")),
            Map.entry("new-calls", List.of("even", "least-loaded")),
            Map.entry("replicated", List.of("sessions", "fields")),
            Map.entry("poison", List.of("on", "off")),
            Map.entry(
                    "mutant",
                    List.of(
                            "none",
                            "counter-reset",
                            "counter-frozen",
                            "no-failover",
                            "early-acknowledge",
                            "lose-calls",
                            RACK_BLIND,
                            "no-delete",
                            "skipped-rebuddying",
                            "duplicate-b-leg",
                            "double-bye",
                            "wall-clock")));

    /** What only servers of MSS know. */
    private static final Set<String> BUDDIES = Set.of("replicated", "buddies", "pools");

    private static final Set<String> BUDDY_MUTANTS = Set.of("no-delete", "skipped-rebuddying");
    private static final Set<String> B2BUA_MUTANTS = Set.of("duplicate-b-leg", "double-bye");

    private ClusterReader() {}

    /**
     * Reads the settings.
     *
     * @throws InvalidPlanException with one line that says what is wrong and where
     */
    static ClusterSettings read(YamlSection at) {
        String arrangement =
                at.word("arrangement", ClusterSettings.ARRANGEMENTS).orElse("occas");
        boolean single = arrangement.equals("single");
        int racks = at.whole("racks", 1, 9).orElse(single ? 1 : 2);
        int machines = at.whole("machines-per-rack", 1, 99).orElse(single ? 1 : 2);
        int replicas = at.whole("replicas", 0, 99).orElse(single ? 0 : 2);
        Optional<Domains> domains = at.word("domains", Domains.values(), Domains::word);
        Optional<Pools> pools = at.word("pools", Pools.values(), Pools::word);
        Optional<String> dispatchers = at.word("dispatchers", List.of("active-standby", "active-active"));
        int spares = at.whole("spares", 0, 90).orElse(0);
        int network = at.whole("network", 0, 9).orElse(0);
        double quota = at.number(ClusterSettings.QUOTA, LEAST_QUOTA, MOST_QUOTA).orElse(0.0);
        int memory = at.whole(ClusterSettings.MEMORY, LEAST_MEMORY, 1 << 20).orElse(0);
        int disk = at.whole(ClusterSettings.DISK, 1, 1_000).orElse(0);
        var behaviour = new HashMap<String, String>();
        BEHAVIOUR.forEach((key, valid) -> at.word(key, valid).ifPresent(value -> behaviour.put(key, value)));
        boolean rackBlind = behaviour.remove("mutant", RACK_BLIND);
        profile(at, arrangement, behaviour);
        behaviour.putIfAbsent("depth", single ? "none" : "transactions");
        at.word("buddies", List.of("next-in-line", "mutual")).ifPresent(order -> behaviour.put("buddies.order", order));
        at.whole("application-fields", 1, 1_000)
                .ifPresent(fields -> behaviour.put("application.fields", Integer.toString(fields)));
        at.whole("application-bytes", 0, 60_000)
                .ifPresent(bytes -> behaviour.put("application.bytes", Integer.toString(bytes)));
        at.duration("overload-after", Duration.ZERO, Duration.ofSeconds(60))
                .ifPresent(after -> behaviour.put("overload.after.millis", Long.toString(after.toMillis())));
        at.whole("practice", 0, 100_000).ifPresent(calls -> behaviour.put("practice.calls", Integer.toString(calls)));
        for (String between : List.of("machines", "racks")) {
            at.duration("distance-" + between, Duration.ZERO, Duration.ofSeconds(10))
                    .ifPresent(trip ->
                            behaviour.put("distance." + between + ".micros", Long.toString(trip.toNanos() / 1_000)));
        }
        at.word("poison-guard", List.of("on", "off")).ifPresent(guard -> behaviour.put("poison.guard", guard));
        heartbeats(at, behaviour);
        at.refuseOthers();
        service(at, network, behaviour);
        var settings = new ClusterSettings(
                arrangement,
                racks,
                machines,
                replicas,
                domains.orElse(Domains.FIGURE_5),
                pools.orElse(rackBlind ? Pools.NONE : Pools.ACROSS_RACKS),
                dispatchers.isPresent() && dispatchers.get().equals("active-active"),
                rackBlind,
                spares,
                network,
                quota,
                memory,
                disk,
                behaviour);
        if (single && "tcp".equals(behaviour.get("between-elements"))) {
            throw at.wrong(
                    "between-elements", "single has one element; what its clients speak is the workload's transport");
        }
        if (single && dispatchers.isPresent()) {
            throw at.wrong("dispatchers", "single has none");
        }
        copies(at, settings);
        domains(at, settings, domains.isPresent());
        buddies(at, settings);
        rackBlind(at, settings);
        spares(at, settings);
        if (!settings.was() && at.has("new-calls")) {
            throw at.wrong("new-calls", "only the proxies of arrangement was choose a replication domain");
        }
        return settings;
    }

    /** A profile stands for a depth and a commit mode (paper, and what the products do where nobody configures them otherwise). */
    private static void profile(YamlSection at, String arrangement, Map<String, String> behaviour) {
        Optional<String> profile = at.word("profile", List.of("paper", "vendor-default"));
        if (profile.isEmpty()) {
            return;
        }
        if (arrangement.equals("single")) {
            throw at.wrong("profile", "single replicates nothing");
        }
        for (String key : List.of("depth", "commit")) {
            if (at.has(key)) {
                throw at.wrong(key, "profile " + profile.get() + " says it already; give one or the other");
            }
        }
        boolean whole = profile.get().equals("paper") || arrangement.equals("occas");
        behaviour.put("depth", whole ? "transactions" : "confirmed");
        behaviour.put("commit", whole ? "before-send" : "async");
    }

    /** What a cluster that relays needs to know, and what only such a one can be asked for. */
    private static void service(YamlSection at, int network, Map<String, String> behaviour) {
        String service = behaviour.getOrDefault("service", ANSWER);
        if (!service.equals(ANSWER)) {
            behaviour.put(ClusterSettings.CALLEE, ClusterSettings.callee(network));
        }
        if (!service.equals(B2BUA) && B2BUA_MUTANTS.contains(behaviour.getOrDefault("mutant", "none"))) {
            throw at.wrong("mutant", "only a cluster of service b2bua can be broken so");
        }
        if ("on".equals(behaviour.get("poison.guard")) && !"transactions".equals(behaviour.get("depth"))) {
            throw at.wrong("poison-guard", "needs depth transactions: what is not stored is not counted");
        }
    }

    private static void spares(YamlSection at, ClusterSettings cluster) {
        if (cluster.spares() == 0) {
            return;
        }
        if (cluster.single()) {
            throw at.wrong("spares", "single has one machine");
        }
        if (cluster.machinesPerRack() + (cluster.spares() - 1) / cluster.racks() + 1 > 99) {
            throw at.wrong("spares", "no rack holds more than 99 machines");
        }
        if (cluster.was() && (cluster.domains() != Domains.FIGURE_5 || cluster.rackBlind())) {
            throw at.wrong("spares", "only the replication domains of figure-5 can be added to");
        }
        if (cluster.was() && cluster.spares() % cluster.replicas() != 0) {
            throw at.wrong(
                    "spares",
                    cluster.spares() + " containers cannot be dealt into further replication domains of "
                            + cluster.replicas());
        }
    }

    private static void rackBlind(YamlSection at, ClusterSettings cluster) {
        if (!cluster.rackBlind()) {
            return;
        }
        if (cluster.mss()) {
            if (cluster.pools() != Pools.NONE) {
                throw at.wrong("pools", "servers that are blind to racks have none; give mutant or pools");
            }
        } else if (cluster.single() || cluster.racks() < 2) {
            throw at.wrong("mutant", RACK_BLIND + " needs two racks at least");
        } else if (cluster.domains() != Domains.FIGURE_5) {
            throw at.wrong(
                    "mutant",
                    RACK_BLIND + " lays the groups of figure-5 otherwise, not those of "
                            + cluster.domains().word());
        } else if (cluster.machinesPerRack() % cluster.replicas() != 0 || cluster.replicas() < 2) {
            throw at.wrong(
                    "mutant",
                    RACK_BLIND + " lays groups of " + cluster.replicas()
                            + " within a rack; machines-per-rack (" + cluster.machinesPerRack()
                            + ") expected to be a multiple of that, and that at least 2");
        }
    }

    private static void copies(YamlSection at, ClusterSettings cluster) {
        int machines = cluster.racks() * cluster.machinesPerRack();
        if (cluster.single()) {
            if (machines != 1 || cluster.replicas() != 0) {
                throw at.wrong("arrangement", "single has one machine and no replicas");
            }
            return;
        }
        int most = cluster.mss() ? machines : 3;
        if (cluster.replicas() < 1 || cluster.replicas() > most) {
            String who = cluster.was()
                    ? "a replication domain holds 1 to 3 containers"
                    : cluster.mss()
                            ? "a session has 1 to " + machines + " copies on as many servers"
                            : "a partition holds 1 to 3 replicas";
            throw at.wrong("replicas", who + ", not " + cluster.replicas());
        }
        if (cluster.replicas() > machines) {
            throw at.wrong(
                    "replicas",
                    cluster.replicas() + " replicas need as many machines; there are " + cluster.racks() + " x "
                            + cluster.machinesPerRack());
        }
    }

    private static void buddies(YamlSection at, ClusterSettings cluster) {
        if (!cluster.mss()) {
            for (String key : BUDDIES) {
                if (at.has(key)) {
                    throw at.wrong(key, "only servers of arrangement mss have buddies");
                }
            }
            if (BUDDY_MUTANTS.contains(cluster.behaviour().getOrDefault("mutant", "none"))) {
                throw at.wrong("mutant", "only servers of arrangement mss can be broken so");
            }
        } else if ("off".equals(cluster.behaviour().get("cache"))) {
            throw at.wrong("cache", "a server of mss is its own cache");
        } else if (cluster.pools() == Pools.STRICTLY_ACROSS_RACKS && cluster.replicas() > cluster.racks()) {
            throw at.wrong("pools", cluster.replicas() + " copies strictly across racks need as many racks");
        }
    }

    private static void domains(YamlSection at, ClusterSettings cluster, boolean told) {
        int machines = cluster.racks() * cluster.machinesPerRack();
        if (!cluster.was()) {
            if (told) {
                throw at.wrong("domains", "only arrangement was has replication domains");
            }
        } else if (cluster.domains() == Domains.FIGURE_5) {
            if (machines % cluster.replicas() != 0) {
                throw at.wrong(
                        "replicas",
                        machines + " containers cannot be dealt into replication domains of " + cluster.replicas());
            }
        } else if (cluster.replicas() != 2) {
            throw at.wrong("domains", cluster.domains().word() + " has replication domains of 2 containers");
        } else if (cluster.domains() == Domains.FIGURE_6_ACROSS_RACKS && cluster.racks() < 2) {
            throw at.wrong("domains", cluster.domains().word() + " needs two racks at least");
        }
    }

    /** Refuses what the elements would refuse, before any is started. */
    private static void heartbeats(YamlSection at, Map<String, String> behaviour) {
        Optional<Duration> timeout = at.duration("heartbeat-timeout", Duration.ofMillis(100), Duration.ofSeconds(60));
        Optional<Duration> interval = at.duration("heartbeat-interval", Duration.ofMillis(20), Duration.ofSeconds(30));
        timeout.ifPresent(value -> behaviour.put("heartbeat.timeout.millis", Long.toString(value.toMillis())));
        interval.ifPresent(value -> behaviour.put("heartbeat.interval.millis", Long.toString(value.toMillis())));
        Duration longest = timeout.orElse(HEARTBEAT_TIMEOUT);
        boolean sensed = !"close".equals(behaviour.get("detection"));
        if (sensed && interval.orElse(HEARTBEAT_INTERVAL).toMillis() >= longest.toMillis()) {
            throw at.wrong(
                    interval.isPresent() ? "heartbeat-interval" : "heartbeat-timeout",
                    "the interval (" + interval.orElse(HEARTBEAT_INTERVAL).toMillis()
                            + "ms) must be shorter than the timeout (" + longest.toMillis() + "ms)");
        }
    }
}
