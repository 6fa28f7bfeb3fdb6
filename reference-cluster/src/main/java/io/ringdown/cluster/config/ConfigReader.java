package io.ringdown.cluster.config;

import io.ringdown.cluster.config.ClusterConfig.Arrangement;
import io.ringdown.cluster.config.ClusterConfig.Buddies;
import io.ringdown.cluster.config.ClusterConfig.Buddies.Order;
import io.ringdown.cluster.config.ClusterConfig.Detection;
import io.ringdown.cluster.config.ClusterConfig.Dispatch;
import io.ringdown.cluster.config.ClusterConfig.Distance;
import io.ringdown.cluster.config.ClusterConfig.Transport;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.engine.EngineSettings;
import io.ringdown.cluster.engine.EngineSettings.Application;
import io.ringdown.cluster.engine.EngineSettings.Serving;
import io.ringdown.cluster.engine.EngineSettings.Serving.Kind;
import io.ringdown.cluster.engine.Mutant;
import java.io.IOException;
import java.io.StringReader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads and checks a cluster's configuration file. */
public final class ConfigReader {
    private static final int MOST_REPLICAS = 3;
    private static final Set<Mutant> OF_B2BUA = Set.of(Mutant.DUPLICATE_B_LEG, Mutant.DOUBLE_BYE);
    private static final Pattern KEY = Pattern.compile("\\s*([^#!\\s=:][^\\s=:]*)");

    private final Path file;
    private final Properties properties = new Properties();
    private final Map<String, Integer> lines = new HashMap<>();
    private final Set<String> known = new TreeSet<>();

    private ConfigReader(Path file) {
        this.file = file;
    }

    /**
     * Reads a configuration file.
     *
     * @throws InvalidConfigurationException with one line that names file, line, key, what was expected and the nearest valid name
     */
    public static ClusterConfig read(Path file) {
        var reader = new ConfigReader(file);
        try {
            reader.load(Files.readString(file));
        } catch (NoSuchFileException e) {
            throw new InvalidConfigurationException(file + ": there is no such file");
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidConfigurationException(file + ": cannot be read: " + e.getMessage());
        }
        return reader.config();
    }

    private void load(String text) throws IOException {
        properties.load(new StringReader(text));
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            Matcher key = KEY.matcher(line);
            if (key.lookingAt() && lines.putIfAbsent(key.group(1), number) != null) {
                throw new InvalidConfigurationException(file + ":" + number + ": " + key.group(1)
                        + ": given twice, first in line " + lines.get(key.group(1)));
            }
        }
    }

    private ClusterConfig config() {
        List<ElementConfig> elements = elements();
        InetSocketAddress service = address("service.address", required("service.address"));
        var config = new ClusterConfig(
                arrangement(),
                service,
                new EngineSettings(
                        service,
                        number("t1.millis", 500, 10, 500) * 1_000L,
                        Depth.valueOf(upper(word("depth", "transactions", names(Depth.values())))),
                        word("commit", "before-send", "before-send", "async").equals("before-send"),
                        word("cache", "on", "on", "off").equals("on"),
                        Mutant.valueOf(upper(word("mutant", "none", names(Mutant.values())))),
                        number("early-acknowledge.lag.millis", 100, 1, 10_000) * 1_000L,
                        number("lose-calls.one-in", 200, 1, 1_000_000),
                        number("overload.after.millis", 2_000, 0, 60_000) * 1_000L,
                        new Application(
                                number("application.fields", 1, 1, 1_000), number("application.bytes", 0, 0, 60_000)),
                        serving()),
                new Detection(
                        word("detection", "heartbeat", "heartbeat", "close").equals("heartbeat"),
                        number("heartbeat.timeout.millis", 1_000, 100, 60_000),
                        number("heartbeat.interval.millis", 200, 20, 30_000)),
                new Dispatch(
                        word("failover", "random", "random", "group").equals("group"),
                        word("new-calls", "even", "even", "least-loaded").equals("least-loaded")),
                new Buddies(
                        number("buddies", 1, 0, 1_000),
                        Order.valueOf(upper(word("buddies.order", "next-in-line", names(Order.values())))),
                        word("buddies.pool", "preferred", "preferred", "strict").equals("strict"),
                        word("replicated", "sessions", "sessions", "fields").equals("fields")),
                new Transport(
                        word("between-elements", "udp", "udp", "tcp").equals("tcp"),
                        number("connections.most", 2_000, 1, 100_000),
                        number("connections.idle.millis", 200_000, 100, 3_600_000)),
                new Distance(
                        number("distance.machines.micros", 0, 0, 10_000_000),
                        number("distance.racks.micros", 0, 0, 10_000_000)),
                number("practice.calls", 0, 0, 100_000),
                elements,
                partitions(elements),
                number("partitions", partitions(elements), 1, partitions(elements)));
        refuseOthers();
        checkWhole(config);
        return config;
    }

    private Serving serving() {
        Kind kind = Kind.valueOf(upper(word("service", "answer", names(Kind.values()))));
        return new Serving(
                kind,
                kind == Kind.ANSWER ? null : address("callee.address", required("callee.address")),
                kind == Kind.PROXY ? folder("cdr.folder") : null,
                word("poison", "off", "on", "off").equals("on"),
                word("poison.guard", "off", "on", "off").equals("on"));
    }

    private Path folder(String key) {
        String value = text(key, "");
        if (!value.isEmpty() && !Files.isDirectory(Path.of(value))) {
            throw wrong(key, "'" + value + "' is not a folder that exists");
        }
        return value.isEmpty() ? null : Path.of(value);
    }

    private Arrangement arrangement() {
        return Arrangement.valueOf(upper(word("arrangement", "occas", names(Arrangement.values()))));
    }

    private static int partitions(List<ElementConfig> elements) {
        return Math.max(
                1,
                1 + elements.stream().mapToInt(ElementConfig::partition).max().orElse(0));
    }

    private List<ElementConfig> elements() {
        String[] listed = required("elements").split(",");
        var elements = new ArrayList<ElementConfig>();
        for (String listedName : listed) {
            String name = listedName.trim();
            if (name.isEmpty()
                    || elements.stream().anyMatch(other -> other.name().equals(name))) {
                throw wrong("elements", "'" + name + "' expected to be a name, and listed once");
            }
            String prefix = "element." + name + ".";
            Role role = Role.valueOf(upper(word(prefix + "role", null, names(Role.values()))));
            elements.add(new ElementConfig(
                    name,
                    elements.size(),
                    role,
                    text(prefix + "rack", ""),
                    text(prefix + "machine", ""),
                    optionalAddress(prefix + "sip"),
                    optionalAddress(prefix + "members"),
                    address(prefix + "admin", required(prefix + "admin")),
                    group(prefix, role),
                    role == Role.SERVER ? text(prefix + "pool", "") : "",
                    receives(role) ? optionalAddress(prefix + "service") : null));
        }
        return elements;
    }

    private static boolean receives(Role role) {
        return role == Role.DISPATCHER || role == Role.SPRAYER || role == Role.BALANCER;
    }

    private int group(String prefix, Role role) {
        return switch (role) {
            case REPLICA -> number(prefix + "partition", null, 0, 1_000);
            case CONTAINER -> number(prefix + "domain", null, 0, 1_000);
            default -> -1;
        };
    }

    /** What each key alone does not show. */
    private void checkWhole(ClusterConfig config) {
        checkRoles(config);
        if (OF_B2BUA.contains(config.mutant()) && config.engine().serving().kind() != Kind.B2BUA) {
            throw wrong("mutant", "expected service b2bua: only its calls can be broken so");
        }
        if (config.standing() < config.partitions() && config.arrangement() != Arrangement.OCCAS) {
            throw wrong("partitions", "expected to be all of them: only of arrangement occas some are added later");
        }
        if (config.dispatch().leastLoaded() && config.arrangement() != Arrangement.WAS) {
            throw wrong("new-calls", "expected even: only proxies of arrangement was choose a replication domain");
        }
        if (config.transport().tcpBetweenElements() && config.single()) {
            throw wrong(
                    "between-elements", "expected udp: the engine of arrangement single speaks with no other element");
        }
        if (config.single()) {
            if (config.elements().size() > 1) {
                throw wrong("elements", "expected one engine alone in arrangement single");
            }
            return;
        }
        if (config.detection().heartbeats()
                && config.detection().intervalMillis() >= config.detection().timeoutMillis()) {
            throw wrong("heartbeat.interval.millis", "expected less than heartbeat.timeout.millis");
        }
        for (ElementConfig element : config.elements()) {
            required("element." + element.name() + ".members");
            if (element.processes() || element.role() == Role.PROXY) {
                required("element." + element.name() + ".sip");
            }
        }
        checkServices(config);
        if (config.arrangement() == Arrangement.MSS) {
            checkBuddies(config);
        } else {
            checkPartitions(config);
        }
    }

    /** The arrangements differ in their elements. */
    private void checkRoles(ClusterConfig config) {
        List<Role> roles = roles(config.arrangement());
        for (ElementConfig element : config.elements()) {
            if (!roles.contains(element.role())) {
                throw wrong(
                        "element." + element.name() + ".role",
                        "expected " + listed(roles) + " in arrangement " + word(config.arrangement()));
            }
        }
        for (Role needed : roles.subList(0, config.arrangement() == Arrangement.WAS ? 2 : 1)) {
            if (config.all(needed).isEmpty()) {
                throw wrong("elements", "has no " + word(needed) + ", expected one at least");
            }
        }
    }

    /** The roles of an arrangement's elements; those that it cannot do without stand first. */
    private static List<Role> roles(Arrangement arrangement) {
        return switch (arrangement) {
            case OCCAS -> List.of(Role.ENGINE, Role.REPLICA, Role.DISPATCHER);
            case WAS -> List.of(Role.CONTAINER, Role.PROXY, Role.SPRAYER);
            case MSS -> List.of(Role.SERVER, Role.BALANCER);
            case SINGLE -> List.of(Role.ENGINE);
        };
    }

    private static String listed(List<Role> roles) {
        String last = word(roles.get(roles.size() - 1));
        String others = roles.subList(0, roles.size() - 1).stream()
                .map(ConfigReader::word)
                .collect(Collectors.joining(", "));
        return others.isEmpty() ? last : others + " or " + last;
    }

    /** Either all dispatchers share one service address, or each has another one, the first of them that of all. */
    private void checkServices(ClusterConfig config) {
        List<ElementConfig> receiving =
                config.elements().stream().filter(ElementConfig::receives).toList();
        List<InetSocketAddress> services = receiving.stream()
                .map(ElementConfig::service)
                .filter(Objects::nonNull)
                .toList();
        if (services.isEmpty()) {
            return;
        }
        for (ElementConfig element : receiving) {
            String key = "element." + element.name() + ".service";
            if (element.service() == null) {
                throw wrong(key, "missing: another one of them has a service address of its own");
            }
            if (services.indexOf(element.service()) != services.lastIndexOf(element.service())) {
                throw wrong(key, "expected to be no other one's");
            }
        }
        if (!services.contains(config.service())) {
            throw wrong("service.address", "expected to be the service address of one of the elements that have one");
        }
    }

    private void checkBuddies(ClusterConfig config) {
        int others = config.all(Role.SERVER).size() - 1;
        if (config.buddies().count() > others) {
            throw wrong(
                    "buddies",
                    config.buddies().count() + " buddies expected to be servers; there are " + others + " others");
        }
        if (!config.engine().cache()) {
            throw wrong("cache", "expected on: a server of MSS is its own cache");
        }
    }

    private void checkPartitions(ClusterConfig config) {
        boolean was = config.arrangement() == Arrangement.WAS;
        for (int partition = 0; partition < config.partitions(); partition++) {
            int number = partition;
            long replicas = config.elements().stream()
                    .filter(ElementConfig::stores)
                    .filter(replica -> replica.partition() == number)
                    .count();
            if (replicas < 1 || replicas > MOST_REPLICAS) {
                throw wrong(
                        "elements",
                        (was ? "domain " : "partition ") + partition + " has " + replicas
                                + (was ? " containers" : " replicas") + ", expected 1 to " + MOST_REPLICAS);
            }
        }
    }

    private void refuseOthers() {
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            if (!known.contains(key)) {
                throw wrong(key, "unknown key; nearest: " + NearestName.to(key, known));
            }
        }
    }

    private InvalidConfigurationException wrong(String key, String what) {
        Integer line = lines.get(key);
        return new InvalidConfigurationException(file + (line == null ? "" : ":" + line) + ": " + key + ": " + what);
    }

    private String text(String key, String otherwise) {
        known.add(key);
        String value = properties.getProperty(key);
        return value == null ? otherwise : value.trim();
    }

    private String required(String key) {
        String value = text(key, null);
        if (value == null || value.isEmpty()) {
            String nearest = NearestName.to(key, properties.stringPropertyNames());
            throw wrong(
                    key,
                    lines.containsKey(key) || nearest.isEmpty() || known.contains(nearest)
                            ? "missing"
                            : "missing; nearest: " + nearest + " in line " + lines.get(nearest));
        }
        return value;
    }

    private String word(String key, String otherwise, String... valid) {
        String value = otherwise == null ? required(key) : text(key, otherwise);
        if (!Arrays.asList(valid).contains(value)) {
            String nearest = NearestName.to(value, Arrays.asList(valid));
            throw wrong(
                    key,
                    "'" + value + "' is not one of " + String.join(", ", valid)
                            + (valid.length == 1 ? "" : "; nearest: " + nearest));
        }
        return value;
    }

    private int number(String key, Integer otherwise, int least, int most) {
        String value = otherwise == null ? required(key) : text(key, otherwise.toString());
        try {
            int number = Integer.parseInt(value);
            if (number >= least && number <= most) {
                return number;
            }
        } catch (NumberFormatException e) {
            // falls through to the one message
        }
        throw wrong(key, "'" + value + "' is not a whole number from " + least + " to " + most);
    }

    private InetSocketAddress optionalAddress(String key) {
        String value = text(key, "");
        return value.isEmpty() ? null : address(key, value);
    }

    private InetSocketAddress address(String key, String value) {
        int colon = value.lastIndexOf(':');
        try {
            var address =
                    new InetSocketAddress(value.substring(0, colon), Integer.parseInt(value.substring(colon + 1)));
            if (!address.isUnresolved()) {
                return address;
            }
        } catch (IndexOutOfBoundsException | IllegalArgumentException e) {
            // falls through to the one message
        }
        throw wrong(key, "'" + value + "' is not an address HOST:PORT");
    }

    private static String[] names(Enum<?>[] values) {
        return Arrays.stream(values).map(ConfigReader::word).toArray(String[]::new);
    }

    private static String word(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
