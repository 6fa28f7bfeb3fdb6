package io.ringdown.harness.plan;

import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.harness.plan.Plan.FaultChoice;
import io.ringdown.harness.plan.Plan.Scenario;
import io.ringdown.record.Arrivals;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Caller;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Criteria;
import io.ringdown.record.ResolvedPlan.Demand;
import io.ringdown.record.ResolvedPlan.Guard;
import io.ringdown.record.ResolvedPlan.Sipp;
import io.ringdown.record.ResolvedPlan.Workload;
import java.io.StringReader;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.yaml.snakeyaml.LoaderOptions;
import org.yaml.snakeyaml.Yaml;
import org.yaml.snakeyaml.error.MarkedYAMLException;
import org.yaml.snakeyaml.error.YAMLException;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.reader.ReaderException;

/** Reads plans from YAML, strictly: an unknown key or an impossible value is refused with its place and the nearest valid name. */
public final class PlanReader {
    /** Levels are read over these; INVITEs of P0 are aimed at all the same, and told. */
    private static final List<Phase> DECIDABLE =
            List.of(Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6);

    private static final List<Phase> POPULATED =
            Stream.concat(Stream.of(Phase.P0), DECIDABLE.stream()).toList();

    private static final Duration MILLI = Duration.ofMillis(1);
    private final String file;
    /** Whether the plan searches for a capacity, rather than that it strikes a cluster. */
    private boolean capacity;

    private PlanReader(String file) {
        this.file = file;
    }

    /**
     * Reads a plan.
     *
     * @param file its name, for complaints
     * @throws InvalidPlanException with one line that says what is wrong and where
     */
    public static Plan read(String file, String yaml) {
        return new PlanReader(file).plan(document(file, yaml, "a plan needs at least name and cluster"));
    }

    /**
     * The whole of a YAML file.
     *
     * @param least what it has to have, for complaints about an empty one
     */
    static YamlSection document(String file, String yaml, String least) {
        Node root;
        try {
            root = new Yaml(new LoaderOptions()).compose(new StringReader(yaml));
        } catch (MarkedYAMLException e) {
            throw invalid(
                    file, e.getProblemMark() == null ? 1 : e.getProblemMark().getLine() + 1, e.getProblem());
        } catch (ReaderException e) {
            long line = yaml.codePoints()
                            .limit(e.getPosition())
                            .filter(point -> point == '\n')
                            .count()
                    + 1;
            throw invalid(file, line, String.format("a control character (0x%02x)", e.getCodePoint()));
        } catch (YAMLException e) {
            throw invalid(file, 1, String.valueOf(e.getMessage()));
        }
        if (root == null) {
            throw new InvalidPlanException(file + ":1: empty; " + least);
        }
        return new YamlSection(file, "", root);
    }

    private static InvalidPlanException invalid(String file, long line, String problem) {
        return new InvalidPlanException(file + ":" + line + ": not valid YAML: "
                + problem.lines().findFirst().orElse(""));
    }

    private Plan plan(YamlSection root) {
        String name = root.text("name").orElseThrow(() -> root.wrong("name", "missing"));
        checkName(root, "name", name);
        String description = root.text("description").orElse("");
        long seed = root.whole("seed", 0, Integer.MAX_VALUE).orElse(1);
        capacity =
                root.word("kind", List.of("fault", "capacity")).orElse("fault").equals("capacity");
        var scenarios = new ArrayList<Scenario>();
        var base = new Defaults(root, null);
        if (root.has("scenarios")) {
            YamlSection named = root.section("scenarios").orElseThrow();
            if (named.names().isEmpty()) {
                throw root.wrong("scenarios", "names none; leave it out, or name one at least");
            }
            for (String scenario : named.names()) {
                checkName(named, scenario, scenario);
                YamlSection section = named.section(scenario).orElseThrow();
                scenarios.add(scenario(scenario, new Defaults(section, base)));
                section.refuseOthers();
            }
            // Read for its keys' sake: what scenarios share stands at the top.
            touch(root);
        } else {
            scenarios.add(scenario("", base));
        }
        root.refuseOthers();
        return new Plan(name, description, seed, scenarios);
    }

    /** Names become names of folders. */
    private static void checkName(YamlSection at, String key, String name) {
        if (!name.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,99}")) {
            throw at.wrong(
                    key,
                    "'" + name
                            + "' must consist of letters, digits, '.', '_' and '-', 100 at most, and begin with one of"
                            + " the first two");
        }
    }

    /** A section and the one whose values it overrides, part by part. */
    private record Defaults(YamlSection own, Defaults outer) {
        Defaults holding(String key) {
            return own.has(key) || outer == null ? this : outer.holding(key);
        }
    }

    private void touch(YamlSection root) {
        List<String> keys = capacity
                ? List.of("cluster", "hosts", "search", "require")
                : List.of(
                        "cluster",
                        "hosts",
                        "workload",
                        "faults",
                        "require",
                        "expect",
                        "over",
                        "bound",
                        "abort-after",
                        "max-down");
        keys.forEach(root::has);
    }

    private Scenario scenario(String name, Defaults at) {
        touch(at.own());
        YamlSection clusterAt = at.holding("cluster").own();
        PlannedCluster cluster = clusterAt
                .section("cluster")
                .map(this::cluster)
                .orElseThrow(() -> clusterAt.has("racks")
                        ? clusterAt.wrong(
                                "racks", "is of a topology file, which a plan names: 'cluster: {topology: FILE}'")
                        : clusterAt.wrong("cluster", "missing"));
        if (capacity) {
            return search(name, at, cluster);
        }
        YamlSection workloadAt = at.holding("workload").own();
        Workload workload = workloadAt
                .section("workload")
                .map(section -> workload(section, cluster))
                .orElseGet(() -> workload(emptySection("workload."), cluster));
        List<YamlSection> listed = at.holding("faults").own().sections("faults");
        List<FaultChoice> faults = listed.stream()
                .filter(section -> !FaultReader.isBurst(section))
                .map(FaultReader::read)
                .toList();
        List<YamlSection> bursts = listed.stream().filter(FaultReader::isBurst).toList();
        if (workload.sipp() != null && !bursts.isEmpty()) {
            throw bursts.get(0).wrong("kind", "a burst is of the built-in generator's calls: driver: generator");
        }
        workload = workload.and(bursts.stream().map(FaultReader::burst).toList());
        return new Scenario(
                name,
                cluster,
                workload,
                faults,
                criteria(at, workload, faults),
                null,
                hosts(at),
                loadHostsLine(workloadAt, "workload"));
    }

    /** Where the load hosts' names stand, for complaints. */
    private static String loadHostsLine(YamlSection at, String key) {
        return at.section(key).map(section -> section.place("load-hosts")).orElse("");
    }

    private PlannedCluster cluster(YamlSection at) {
        if (!at.has(DescribedCluster.TOPOLOGY)) {
            return ClusterReader.read(at);
        }
        if (capacity) {
            throw at.wrong(DescribedCluster.TOPOLOGY, "a plan of kind capacity is for the reference cluster");
        }
        Path file = at.file(DescribedCluster.TOPOLOGY).orElseThrow();
        at.refuseOthers();
        return DescriptionReader.read(Path.of(beside(at, DescribedCluster.TOPOLOGY, file)));
    }

    /** Where the cluster runs; null: on this machine. */
    private Inventory hosts(Defaults at) {
        YamlSection root = at.holding("hosts").own();
        if (!root.has("hosts")) {
            return null;
        }
        YamlSection hosts = root.section("hosts").orElseThrow();
        Path inventory = folder().resolve(
                        hosts.file("inventory").orElseThrow(() -> hosts.wrong("inventory", "missing")))
                .normalize();
        hosts.refuseOthers();
        if (!Files.isReadable(inventory) || Files.isDirectory(inventory)) {
            throw hosts.wrong("inventory", "no file " + inventory + " that can be read");
        }
        return InventoryReader.read(inventory);
    }

    private Scenario search(String name, Defaults at, PlannedCluster cluster) {
        for (String key : CapacityReader.FOREIGN) {
            YamlSection section = at.holding(key).own();
            if (section.has(key)) {
                throw section.wrong(key, "a plan of kind capacity has none; valid: cluster, search, require");
            }
        }
        YamlSection searchAt = at.holding("search").own();
        CapacityReader.Search search = CapacityReader.read(
                searchAt.section("search").orElseGet(() -> emptySection("search.")),
                at.holding("require").own().perSecond("require", 1_000_000));
        var criteria = new Criteria(Demand.NONE, null, List.of(), 0.01);
        Workload workload = search.workload().to(CalleeReader.of(cluster));
        return new Scenario(
                name,
                cluster,
                workload,
                List.of(),
                criteria,
                search.capacity(),
                hosts(at),
                loadHostsLine(searchAt, "search"));
    }

    private YamlSection emptySection(String path) {
        return new YamlSection(file, path, new Yaml(new LoaderOptions()).compose(new StringReader("{}")));
    }

    private Workload workload(YamlSection at, PlannedCluster cluster) {
        Duration t1 = at.duration("t1", MILLI.multipliedBy(10), MILLI.multipliedBy(500))
                .orElse(Duration.ofMillis(500));
        List<Phase> phases = phases(at, "phases", POPULATED);
        Arrivals arrivals = ArrivalsReader.read(at, folder());
        var workload = new Workload(
                t1,
                phases,
                at.whole("calls-per-phase", 1, 100_000).orElse(1_440),
                at.whole("fill-rate", 1, 50_000).orElse(700),
                Math.max(1, (int) arrivals.leastPerSecond()),
                at.whole("detection-probes", 0, 10_000).orElse(1_000),
                at.duration("baseline").orElse(Duration.ofSeconds(10)),
                at.duration("tail").orElse(Duration.ofSeconds(10)),
                arrivals,
                CallerReader.read(file, at),
                sipp(at));
        if (workload.sipp() != null && !workload.caller().equals(Caller.PLAIN)) {
            throw at.wrong(
                    "driver",
                    "sipp calls by UDP from one address, and sets no timers: for the rest, driver: generator");
        }
        workload = workload.to(CalleeReader.read(at, cluster));
        if (workload.sipp() != null
                && workload.callee() != null
                && workload.sipp().custom()) {
            throw at.wrong(
                    "sipp",
                    "a scenario of your own does not tell the callee whose call it is; for a cluster that relays,"
                            + " leave sipp.scenario out");
        }
        if (workload.sipp() != null && at.has("arrivals")) {
            throw at.wrong("arrivals", "is for driver: generator");
        }
        at.refuseOthers();
        return workload;
    }

    /** Where the files are that the plan names. */
    private Path folder() {
        return Path.of(file).toAbsolutePath().getParent();
    }

    /** How SIPp drives the calls; null: the built-in generator does. */
    private Sipp sipp(YamlSection at) {
        boolean drives = at.word("driver", List.of("generator", "sipp"))
                .filter("sipp"::equals)
                .isPresent();
        if (!drives && at.has("sipp")) {
            throw at.wrong("sipp", "is for driver: sipp only");
        }
        if (!drives) {
            return null;
        }
        YamlSection sipp = at.section("sipp").orElseGet(() -> emptySection("workload.sipp."));
        int processes = sipp.whole("processes", 1, 32).orElse(1);
        Optional<String> scenario = sipp.file("scenario").map(file -> beside(sipp, "scenario", file));
        Optional<Double> rate = sipp.positive("rate", 50_000);
        Optional<Integer> calls = sipp.whole("calls", 1, 10_000_000);
        sipp.refuseOthers();
        if (scenario.isEmpty()) {
            for (String key : List.of("rate", "calls")) {
                if (sipp.has(key)) {
                    throw sipp.wrong(
                            key,
                            "is for a scenario of your own; the standard workload has fill-rate and"
                                    + " calls-per-phase");
                }
            }
            return new Sipp(processes);
        }
        if (at.has("calls-per-phase") || at.has("fill-rate")) {
            String key = at.has("calls-per-phase") ? "calls-per-phase" : "fill-rate";
            throw at.wrong(key, "is for the standard workload; a scenario of your own has sipp.rate and sipp.calls");
        }
        return new Sipp(
                processes,
                scenario.get(),
                rate.orElseThrow(() -> sipp.wrong("rate", "missing: calls a second of the scenario")),
                calls.orElseThrow(() -> sipp.wrong("calls", "missing: how many calls the scenario makes")));
    }

    /** A file that a plan names stands where the plan does, unless it says otherwise. */
    private String beside(YamlSection at, String key, Path named) {
        Path found = folder().resolve(named).normalize();
        if (!Files.isReadable(found) || Files.isDirectory(found)) {
            throw at.wrong(key, "no file " + found + " that can be read");
        }
        return found.toString();
    }

    private static List<Phase> phases(YamlSection at, String key, List<Phase> otherwise) {
        List<String> valid = Arrays.stream(Phase.values())
                .filter(POPULATED::contains)
                .map(Phase::name)
                .toList();
        return at.words(key)
                .map(words -> words.isEmpty() ? refuseNone(at, key) : words)
                .map(words -> words.stream()
                        .map(word -> {
                            if (!valid.contains(word)) {
                                throw at.wrong(key, "'" + word + "' is no phase; " + Nearest.hint(word, valid));
                            }
                            if (words.indexOf(word) != words.lastIndexOf(word)) {
                                throw at.wrong(key, "'" + word + "' stands here twice");
                            }
                            return Phase.valueOf(word);
                        })
                        .toList())
                .orElse(otherwise);
    }

    private static List<String> refuseNone(YamlSection at, String key) {
        throw at.wrong(key, "names no phase");
    }

    private static Criteria criteria(Defaults at, Workload workload, List<FaultChoice> faults) {
        YamlSection demand = at.holding(at.holding("expect").own().has("expect") ? "expect" : "require")
                .own();
        // A scenario's own demand wins over the shared one, whichever of the two words either uses.
        if (at.own().has("require")) {
            demand = at.own();
        }
        if (demand.has("require") && demand.has("expect")) {
            throw demand.wrong("expect", "a plan states require (at least) or expect (exactly), not both");
        }
        List<String> levels =
                Arrays.stream(AvailabilityLevel.values()).map(Enum::name).toList();
        String key = demand.has("expect") ? "expect" : "require";
        var level = demand.word(key, levels).map(AvailabilityLevel::valueOf).orElse(null);
        if (level == null && !faults.isEmpty()) {
            throw at.own()
                    .wrong(
                            "require",
                            "missing: a plan with faults states require (at least) or expect (exactly) a level");
        }
        if (level != null && faults.isEmpty()) {
            throw demand.wrong(key, "a plan without faults states none: every call must be transparent");
        }
        YamlSection over = at.holding("over").own();
        List<Phase> decided = phases(
                over,
                "over",
                DECIDABLE.stream().filter(workload.phases()::contains).toList());
        if (!workload.phases().containsAll(decided)) {
            throw over.wrong("over", "every phase must be among the workload's: " + workload.phases());
        }
        double bound = at.holding("bound").own().share("bound").orElse(0.01);
        return new Criteria(
                level == null ? Demand.NONE : key.equals("expect") ? Demand.EXPECT : Demand.REQUIRE,
                level,
                decided,
                bound,
                guard(at));
    }

    /** Null unless the plan says how far it may go. */
    private static Guard guard(Defaults at) {
        Duration abort = at.holding("abort-after")
                .own()
                .duration("abort-after", Duration.ofSeconds(1), Duration.ofHours(1))
                .orElse(null);
        Integer maxDown = at.holding("max-down").own().whole("max-down", 1, 99).orElse(null);
        return abort == null && maxDown == null ? null : new Guard(abort, maxDown);
    }
}
