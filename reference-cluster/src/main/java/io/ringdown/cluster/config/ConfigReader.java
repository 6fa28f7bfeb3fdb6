package io.ringdown.cluster.config;

import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.Depth;
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
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/** Reads and checks a cluster's configuration file. */
public final class ConfigReader {
    private static final int MOST_REPLICAS = 3;
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
        var config = new ClusterConfig(
                word("arrangement", "occas", "occas", "was", "single").equals("single"),
                address("service.address", required("service.address")),
                number("t1.millis", 500, 10, 500),
                Depth.valueOf(upper(word("depth", "transactions", names(Depth.values())))),
                word("commit", "before-send", "before-send", "async").equals("before-send"),
                word("cache", "on", "on", "off").equals("on"),
                word("detection", "heartbeat", "heartbeat", "close").equals("heartbeat"),
                number("heartbeat.timeout.millis", 1_000, 100, 60_000),
                number("heartbeat.interval.millis", 200, 20, 30_000),
                Mutant.valueOf(upper(word("mutant", "none", names(Mutant.values())))),
                number("early-acknowledge.lag.millis", 100, 1, 10_000),
                number("lose-calls.one-in", 200, 1, 1_000_000),
                elements,
                Math.max(
                        1,
                        1
                                + elements.stream()
                                        .mapToInt(ElementConfig::partition)
                                        .max()
                                        .orElse(0)));
        word("service", "answer", "answer");
        refuseOthers();
        checkWhole(config);
        return config;
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
                    group(prefix, role)));
        }
        return elements;
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
        if (config.processors().isEmpty()) {
            throw wrong("elements", "has no " + (was() ? "container" : "engine") + ", expected one at least");
        }
        checkRoles(config);
        if (config.single()) {
            if (config.elements().size() > 1) {
                throw wrong("elements", "expected one engine alone in arrangement single");
            }
            return;
        }
        if (config.heartbeats() && config.heartbeatIntervalMillis() >= config.heartbeatTimeoutMillis()) {
            throw wrong("heartbeat.interval.millis", "expected less than heartbeat.timeout.millis");
        }
        for (ElementConfig element : config.elements()) {
            required("element." + element.name() + ".members");
            if (element.processes() || element.role() == Role.PROXY) {
                required("element." + element.name() + ".sip");
            }
        }
        checkPartitions(config);
    }

    private boolean was() {
        return text("arrangement", "occas").equals("was");
    }

    /** The arrangements differ in their elements. */
    private void checkRoles(ClusterConfig config) {
        boolean was = was();
        for (ElementConfig element : config.elements()) {
            boolean ofWas =
                    element.role() == Role.CONTAINER || element.role() == Role.PROXY || element.role() == Role.SPRAYER;
            if (was != ofWas) {
                throw wrong(
                        "element." + element.name() + ".role",
                        "expected "
                                + (was
                                        ? "container, proxy or sprayer in arrangement was"
                                        : "dispatcher, engine or replica outside arrangement was"));
            }
        }
        if (was && config.all(Role.PROXY).isEmpty()) {
            throw wrong("elements", "has no proxy, expected one at least");
        }
    }

    private void checkPartitions(ClusterConfig config) {
        for (int partition = 0; partition < config.partitions(); partition++) {
            int number = partition;
            long replicas = config.elements().stream()
                    .filter(ElementConfig::stores)
                    .filter(replica -> replica.partition() == number)
                    .count();
            if (replicas < 1 || replicas > MOST_REPLICAS) {
                throw wrong(
                        "elements",
                        was()
                                ? "domain " + partition + " has " + replicas + " containers, expected 1 to "
                                        + MOST_REPLICAS
                                : "partition " + partition + " has " + replicas + " replicas, expected 1 to "
                                        + MOST_REPLICAS);
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
        return Arrays.stream(values)
                .map(value -> value.name().toLowerCase(Locale.ROOT).replace('_', '-'))
                .collect(Collectors.toList())
                .toArray(String[]::new);
    }

    private static String upper(String word) {
        return word.toUpperCase(Locale.ROOT).replace('-', '_');
    }
}
