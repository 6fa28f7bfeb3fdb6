package io.ringdown.harness.plan;

import io.ringdown.harness.hosts.docker.DockerEngine;
import io.ringdown.harness.plan.DescribedCluster.AnswersOptions;
import io.ringdown.harness.plan.DescribedCluster.Away;
import io.ringdown.harness.plan.DescribedCluster.Care;
import io.ringdown.harness.plan.DescribedCluster.Command;
import io.ringdown.harness.plan.DescribedCluster.Health;
import io.ringdown.harness.plan.DescribedCluster.Power;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.EnumSet;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads a topology file: the elements of a cluster that Ringdown did not make, and what may be done to each. */
public final class DescriptionReader {
    /** The paper's elements, as far as they are processes of their own. */
    static final List<String> ROLES = List.of("dispatcher", "engine", "replica", "server");

    /** What is done to processes. What is said between them cannot be struck as a whole: see the documentation. */
    private static final List<Kind> KINDS =
            List.of(Kind.CRASH, Kind.SILENT, Kind.HANG, Kind.STOP, Kind.RESTART, Kind.POWER_OFF);

    private static final List<String> WORDS = KINDS.stream().map(Kind::word).toList();
    private static final String OPTIONS = "options";
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    /** For a machine to start whose power was cut. */
    private static final Duration BACK = Duration.ofMinutes(3);

    private static final Pattern NAME = Pattern.compile("[A-Za-z0-9][A-Za-z0-9._-]*");
    private static final Pattern HEADER = Pattern.compile("[A-Za-z0-9.!%*_+`'~-]+");
    private static final Pattern ADDRESS =
            Pattern.compile("((?:(?:25[0-5]|2[0-4]\\d|1?\\d?\\d)(?:\\.(?!$|:)|(?=$|:))){4})(?::(\\d{1,5}))?");

    private final Map<String, Care> care = new HashMap<>();
    private final Map<String, Power> power = new HashMap<>();
    private final Map<String, Away> away = new HashMap<>();
    private final Map<String, String> contained = new HashMap<>();
    private final Set<String> names = new HashSet<>();
    /** Of machines. */
    private final Map<String, String> addresses = new HashMap<>();

    private DescriptionReader() {}

    /**
     * Reads the topology of a file.
     *
     * @throws InvalidPlanException with one line that says what is wrong and where, also if it cannot be read
     */
    public static DescribedCluster read(Path file) {
        try {
            return read(file, Files.readString(file));
        } catch (IOException e) {
            throw new InvalidPlanException(file + ": no such file, or no text that can be read");
        }
    }

    static DescribedCluster read(Path file, String yaml) {
        YamlSection root =
                PlanReader.document(file.toString(), yaml, "a topology needs name, service, callee and racks");
        return new DescriptionReader().cluster(file, root);
    }

    private DescribedCluster cluster(Path file, YamlSection root) {
        String name = named(root, "name");
        if (ClusterSettings.ARRANGEMENTS.contains(name)) {
            throw root.wrong("name", "'" + name + "' is an arrangement of the reference cluster");
        }
        List<String> services = root.words("service").orElseThrow(() -> root.wrong("service", "missing"));
        services.forEach(each -> requireAddress(root, "service", each, true));
        String header = root.text("node-header").orElse("");
        if (!header.isEmpty() && !HEADER.matcher(header).matches()) {
            throw root.wrong("node-header", "'" + header + "' is no name of a header");
        }
        String callee = callee(root);
        Duration patience = root.duration("ready-within", Duration.ofSeconds(1), Duration.ofMinutes(10))
                .orElse(PATIENCE);
        Set<Kind> may = may(root, EnumSet.noneOf(Kind.class));
        Optional<YamlSection> docker = root.section("docker");
        DockerEngine engine =
                docker.map(at -> ContainerReader.engine(at, file)).orElseGet(() -> new DockerEngine("", "", null));
        List<Rack> racks =
                required(root, "racks").stream().map(rack -> rack(rack, may)).toList();
        root.refuseOthers();
        if (docker.isPresent() && contained.isEmpty()) {
            throw root.wrong("docker", "no machine is a container: 'container' of a machine");
        }
        var topology = new Topology(name, String.join(",", services), header, racks);
        long dispatchers =
                topology.elements().stream().filter(Element::receives).count();
        if (services.isEmpty() || services.size() > 1 && services.size() != dispatchers) {
            throw root.wrong(
                    "service",
                    "expected one address, or one for each of the " + dispatchers + " dispatchers in their order");
        }
        if (services.contains(callee)) {
            throw root.wrong("callee", "'" + callee + "' is where clients send; the callee needs another address");
        }
        requireTruthsOfAll(root, topology, header);
        requireLoadsOfAll(root, topology);
        requireOneWay(root, topology);
        return new DescribedCluster(file, topology, callee, patience, care, power, away, contained, engine);
    }

    /** Where only some tell, the calls of the others would look like nobody's. An owner is believed if the name in the last response agrees. */
    private void requireTruthsOfAll(YamlSection root, Topology topology, String header) {
        List<Element> silent = topology.elements().stream()
                .filter(Element::processes)
                .filter(element -> care.get(element.name()).owned().isEmpty())
                .toList();
        boolean told = care.values().stream()
                .anyMatch(each -> !each.owned().isEmpty() || !each.copies().isEmpty());
        if (told && !silent.isEmpty()) {
            throw root.wrong(
                    "racks",
                    "some elements tell their calls, and " + silent.get(0).name() + " has no 'owned'");
        }
        if (told && header.isEmpty()) {
            throw root.wrong("node-header", "missing: what elements tell of their calls is checked by it");
        }
    }

    /** Where only some tell, the others would look idle. */
    private void requireLoadsOfAll(YamlSection root, Topology topology) {
        List<Element> silent = topology.elements().stream()
                .filter(Element::processes)
                .filter(element -> care.get(element.name()).load().isEmpty())
                .toList();
        if (care.values().stream().anyMatch(each -> !each.load().isEmpty()) && !silent.isEmpty()) {
            throw root.wrong(
                    "racks",
                    "some elements tell their load, and " + silent.get(0).name() + " has no 'load'");
        }
    }

    /** What is done to several machines at once is done by one way: by agents, or without. */
    private void requireOneWay(YamlSection root, Topology topology) {
        if (!away.isEmpty() && !contained.isEmpty()) {
            throw root.wrong("racks", "some machines are hosts of an inventory, and others containers: one of the two");
        }
        for (Machine machine : topology.machines()) {
            boolean here = !away.containsKey(machine.name());
            if (!away.isEmpty() && here && power.containsKey(machine.name())) {
                throw root.wrong(
                        "racks",
                        "some machines are hosts of an inventory, and " + machine.name()
                                + ", which is this machine, has 'power': its agent would outlive it");
            }
        }
    }

    /** The holds of calls, and the counter that shows whether a call's state lives, are the callee's. */
    private static String callee(YamlSection root) {
        YamlSection section = root.section("callee")
                .orElseThrow(
                        () -> root.wrong(
                                "callee",
                                "missing: the cluster must relay its calls to Ringdown's own callee, at an address of this machine"));
        String address = section.text("address").orElseThrow(() -> section.wrong("address", "missing"));
        requireAddress(section, "address", address, true);
        section.refuseOthers();
        return address;
    }

    private Rack rack(YamlSection at, Set<Kind> outer) {
        String name = unique(at);
        Set<Kind> may = may(at, outer);
        List<Machine> machines = required(at, "machines").stream()
                .map(machine -> machine(machine, may))
                .toList();
        at.refuseOthers();
        return new Rack(name, machines);
    }

    private Machine machine(YamlSection at, Set<Kind> outer) {
        String name = unique(at);
        String address = at.text("address").orElseThrow(() -> at.wrong("address", "missing"));
        requireAddress(at, "address", address, false);
        String other = addresses.putIfAbsent(address, name);
        if (other != null) {
            throw at.wrong("address", "'" + address + "' is that of machine " + other + " already");
        }
        Set<Kind> may = may(at, outer);
        ContainerReader.container(at, contained).ifPresent(its -> contained.put(name, its));
        away(at).ifPresent(its -> away.put(name, its));
        at.section("power")
                .ifPresent(section -> power.put(name, power(section, name, address, away.containsKey(name))));
        boolean stands = contained.containsKey(name);
        List<Element> elements = required(at, "elements").stream()
                .map(element -> element(element, address, may, stands))
                .toList();
        if (stands && elements.size() > 1) {
            throw at.wrong("elements", "a container is one element, and here are " + elements.size());
        }
        at.refuseOthers();
        return new Machine(name, address, elements);
    }

    private Optional<Away> away(YamlSection at) {
        Optional<String> host = at.text("host");
        Optional<Path> folder = at.file("folder");
        if (host.isEmpty()) {
            if (folder.isPresent()) {
                throw at.wrong(
                        "folder",
                        "is that of a host, and this machine has no 'host'; without, commands work in the folder of this file");
            }
            return Optional.empty();
        }
        if (folder.isEmpty() || !folder.get().isAbsolute()) {
            throw at.wrong("folder", "expected where commands work on host '" + host.get() + "', beginning with /");
        }
        away.forEach((other, its) -> {
            if (its.host().equals(host.get())) {
                throw at.wrong("host", "'" + host.get() + "' is machine " + other + " already");
            }
        });
        return Optional.of(new Away(host.get(), folder.get().normalize(), at.place("host")));
    }

    private static Power power(YamlSection at, String name, String address, boolean host) {
        if (!host && at.has("back-within")) {
            throw at.wrong("back-within", "is of a machine that is reached anew, and this one has no 'host'");
        }
        Duration back = at.duration("back-within", Duration.ofSeconds(1), Duration.ofMinutes(30))
                .orElse(BACK);
        var power = new Power(
                command(at, "off", name, address), command(at, "on", name, address), host ? back : Duration.ZERO);
        at.refuseOthers();
        return power;
    }

    /** @param stands whether it runs already, in a container */
    private Element element(YamlSection at, String machine, Set<Kind> outer, boolean stands) {
        String name = unique(at);
        String role = at.word("role", ROLES)
                .orElseThrow(() -> at.wrong("role", "missing; valid: " + String.join(", ", ROLES)));
        int group = at.whole("partition", 0, 9_999).orElse(-1);
        String sip = at.text("sip").orElse("");
        if (!sip.isEmpty()) {
            requireAddress(at, "sip", sip, true);
        }
        if (stands) {
            ContainerReader.refuseForeign(at);
        }
        List<String> start = stands ? List.of() : command(at, "start", name, machine);
        Health health = health(at, sip, name, machine);
        String pidFile = pidFile(at, name, machine);
        List<String> stop = commandIfAny(at, "stop", name, machine);
        List<String> logs = commandIfAny(at, "logs", name, machine);
        List<String> owned = commandIfAny(at, "owned", name, machine);
        List<String> copies = commandIfAny(at, "copies", name, machine);
        List<String> load = commandIfAny(at, "load", name, machine);
        care.put(name, new Care(start, pidFile, stop, logs, health, owned, copies, load, may(at, outer)));
        at.refuseOthers();
        var element = new Element(name, role, group, sip, "");
        if (!owned.isEmpty() && !element.processes() || !copies.isEmpty() && !element.stores()) {
            throw at.wrong(owned.isEmpty() ? "copies" : "owned", "a " + role + " has none");
        }
        if (!load.isEmpty() && !element.processes()) {
            throw at.wrong("load", "a " + role + " has none: it is asked of app processors");
        }
        return element;
    }

    /** Two elements of one pid file would be one. */
    private String pidFile(YamlSection at, String name, String machine) {
        String file =
                at.text("pid-file").map(text -> filled(text, name, machine)).orElse("");
        if (at.has("pid-file") && file.isBlank()) {
            throw at.wrong("pid-file", "expected the file that has the pid of the element's first process");
        }
        care.forEach((other, its) -> {
            if (!file.isEmpty() && its.pidFile().equals(file) && !file.contains("{work}")) {
                throw at.wrong("pid-file", "'" + file + "' is that of " + other + " already");
            }
        });
        return file;
    }

    private static Health health(YamlSection at, String sip, String name, String machine) {
        if (!at.isWord("health") || !at.text("health").orElse("").equals(OPTIONS)) {
            return new Command(command(at, "health", name, machine));
        }
        if (sip.isEmpty()) {
            throw at.wrong("health", "an element that is asked by OPTIONS needs a sip address");
        }
        return new AnswersOptions();
    }

    /** Words in braces stand for what only the file's place and the element's tell. */
    private static List<String> command(YamlSection at, String key, String name, String machine) {
        List<String> words = at.words(key).orElseThrow(() -> at.wrong(key, "missing: a list, the program first"));
        if (words.isEmpty() || words.get(0).isBlank()) {
            throw at.wrong(key, "expected a list, the program first");
        }
        return words.stream().map(word -> filled(word, name, machine)).toList();
    }

    private static List<String> commandIfAny(YamlSection at, String key, String name, String machine) {
        return at.has(key) ? command(at, key, name, machine) : List.of();
    }

    private static String filled(String word, String name, String machine) {
        return word.replace("{name}", name).replace("{address}", machine);
    }

    private static Set<Kind> may(YamlSection at, Set<Kind> outer) {
        return at.words("may")
                .map(words -> words.stream()
                        .map(word -> {
                            if (!WORDS.contains(word)) {
                                throw at.wrong(
                                        "may",
                                        "'" + word + "' cannot be done to elements of this cluster; "
                                                + Nearest.hint(word, WORDS));
                            }
                            return KINDS.get(WORDS.indexOf(word));
                        })
                        .collect(Collectors.toSet()))
                .orElse(outer);
    }

    private String unique(YamlSection at) {
        String name = named(at, "name");
        if (!names.add(name)) {
            throw at.wrong("name", "another rack, machine or element is called '" + name + "' already");
        }
        return name;
    }

    /** Names become names of files. */
    private static String named(YamlSection at, String key) {
        String name = at.text(key).orElseThrow(() -> at.wrong(key, "missing"));
        if (!NAME.matcher(name).matches()) {
            throw at.wrong(
                    key,
                    "'" + name
                            + "' must consist of letters, digits, '.', '_' and '-', and begin with one of the first"
                            + " two");
        }
        return name;
    }

    private static List<YamlSection> required(YamlSection at, String key) {
        List<YamlSection> sections = at.sections(key);
        if (sections.isEmpty()) {
            throw at.wrong(key, "missing: one at least");
        }
        return sections;
    }

    private static void requireAddress(YamlSection at, String key, String text, boolean port) {
        Matcher matcher = ADDRESS.matcher(text);
        boolean fits = matcher.matches() && (matcher.group(2) != null) == port;
        if (!fits
                || port
                        && (Integer.parseInt(matcher.group(2)) > 65_535
                                || matcher.group(2).equals("0"))) {
            throw at.wrong(key, "'" + text + "' is no IPv4 address such as " + (port ? "127.0.0.5:5060" : "127.0.0.5"));
        }
    }
}
