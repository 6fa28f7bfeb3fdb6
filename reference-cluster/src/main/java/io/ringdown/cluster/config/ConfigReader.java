package io.ringdown.cluster.config;

import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.engine.Mutant;
import java.io.IOException;
import java.io.Reader;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;

/** Reads and checks a cluster's configuration file. */
public final class ConfigReader {
    private static final int MOST_REPLICAS = 3;
    private static final Set<String> ELEMENT_KEYS =
            Set.of("role", "rack", "machine", "sip", "members", "admin", "partition");

    private final Path file;
    private final Properties properties = new Properties();
    private final Set<String> known = new TreeSet<>();

    private ConfigReader(Path file) {
        this.file = file;
    }

    /**
     * Reads a configuration file.
     *
     * @throws InvalidConfigurationException with one line that names file, key and what was expected
     */
    public static ClusterConfig read(Path file) {
        var reader = new ConfigReader(file);
        try (Reader text = Files.newBufferedReader(file)) {
            reader.properties.load(text);
        } catch (IOException | IllegalArgumentException e) {
            throw new InvalidConfigurationException(file + ": cannot be read: " + e.getMessage());
        }
        return reader.config();
    }

    private ClusterConfig config() {
        List<ElementConfig> elements = elements();
        var config = new ClusterConfig(
                word("arrangement", "occas", "occas", "single").equals("single"),
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
        checkPartitions(config);
        return config;
    }

    private List<ElementConfig> elements() {
        String[] listed = required("elements").split(",");
        var elements = new ArrayList<ElementConfig>();
        for (String listedName : listed) {
            String name = listedName.trim();
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
                    role == Role.REPLICA ? number(prefix + "partition", null, 0, 1_000) : -1));
        }
        return elements;
    }

    private void checkPartitions(ClusterConfig config) {
        for (int partition = 0; partition < config.partitions() && !config.single(); partition++) {
            int number = partition;
            long replicas = config.all(Role.REPLICA).stream()
                    .filter(replica -> replica.partition() == number)
                    .count();
            if (replicas < 1 || replicas > MOST_REPLICAS) {
                throw new InvalidConfigurationException(file + ": partition " + partition + ": has " + replicas
                        + " replicas, expected 1 to " + MOST_REPLICAS);
            }
        }
    }

    private void refuseOthers() {
        for (String key : new TreeSet<>(properties.stringPropertyNames())) {
            if (!known.contains(key)) {
                String last = key.substring(key.lastIndexOf('.') + 1);
                Set<String> valid = key.startsWith("element.") && !ELEMENT_KEYS.contains(last) ? ELEMENT_KEYS : known;
                throw new InvalidConfigurationException(
                        file + ": " + key + ": unknown key; valid: " + String.join(", ", new TreeSet<>(valid)));
            }
        }
    }

    private String text(String key, String otherwise) {
        known.add(key);
        String value = properties.getProperty(key);
        return value == null ? otherwise : value.trim();
    }

    private String required(String key) {
        String value = text(key, null);
        if (value == null || value.isEmpty()) {
            throw new InvalidConfigurationException(file + ": " + key + ": missing");
        }
        return value;
    }

    private String word(String key, String otherwise, String... valid) {
        String value = otherwise == null ? required(key) : text(key, otherwise);
        if (!Arrays.asList(valid).contains(value)) {
            throw new InvalidConfigurationException(
                    file + ": " + key + ": '" + value + "' is not one of " + String.join(", ", valid));
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
        throw new InvalidConfigurationException(
                file + ": " + key + ": '" + value + "' is not a whole number from " + least + " to " + most);
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
        throw new InvalidConfigurationException(file + ": " + key + ": '" + value + "' is not an address HOST:PORT");
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
