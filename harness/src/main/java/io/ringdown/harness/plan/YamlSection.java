package io.ringdown.harness.plan;

import java.nio.file.InvalidPathException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.yaml.snakeyaml.nodes.MappingNode;
import org.yaml.snakeyaml.nodes.Node;
import org.yaml.snakeyaml.nodes.ScalarNode;
import org.yaml.snakeyaml.nodes.SequenceNode;

/**
 * A mapping in a plan file that knows where it stands, which keys it may have, and says so when something is wrong. Reading it
 * through names the valid keys; {@link #refuseOthers} then refuses the rest.
 */
final class YamlSection {
    private static final Pattern DURATION = Pattern.compile("(\\d+(?:\\.\\d+)?)\\s*(ms|s|min|h)");

    private static final Pattern RATE = Pattern.compile("(\\d{1,9})\\s*/\\s*s");

    private static final Duration LONGEST = Duration.ofHours(24);

    private final String file;
    private final String path;
    private final Node at;
    private final Map<String, Node> values = new LinkedHashMap<>();
    private final Map<String, Node> keys = new LinkedHashMap<>();
    private final Set<String> known = new TreeSet<>();

    YamlSection(String file, String path, Node node) {
        this.file = file;
        this.path = path;
        this.at = node;
        if (!(node instanceof MappingNode mapping)) {
            throw new InvalidPlanException(where(node) + itself() + "expected keys and values");
        }
        for (var tuple : mapping.getValue()) {
            if (!(tuple.getKeyNode() instanceof ScalarNode scalar)) {
                throw new InvalidPlanException(where(tuple.getKeyNode()) + itself() + "a key is one word");
            }
            String key = scalar.getValue();
            if (values.put(key, tuple.getValueNode()) != null) {
                throw new InvalidPlanException(where(tuple.getKeyNode()) + path + key + ": stands here twice");
            }
            keys.put(key, tuple.getKeyNode());
        }
    }

    boolean has(String key) {
        known.add(key);
        return values.containsKey(key);
    }

    Optional<String> text(String key) {
        return node(key).map(node -> {
            if (node instanceof ScalarNode scalar) {
                return scalar.getValue();
            }
            throw wrong(key, "expected one word or line");
        });
    }

    /** Whether a key's value is one word or line, rather than keys and values or a list. */
    boolean isWord(String key) {
        return node(key).filter(ScalarNode.class::isInstance).isPresent();
    }

    /** A rate such as {@code 1000/s}, in whole events a second. */
    Optional<Integer> perSecond(String key, int most) {
        return text(key).map(text -> {
            Matcher matcher = RATE.matcher(text);
            if (matcher.matches()
                    && Integer.parseInt(matcher.group(1)) >= 1
                    && Integer.parseInt(matcher.group(1)) <= most) {
                return Integer.valueOf(matcher.group(1));
            }
            throw wrong(key, "'" + text + "' is not a rate from 1/s to " + most + "/s, such as 1000/s");
        });
    }

    /** A file or a folder, as it stands there. */
    Optional<Path> file(String key) {
        return text(key).map(name -> {
            try {
                return Path.of(name);
            } catch (InvalidPathException e) {
                throw wrong(key, "'" + name + "' is no name of a file");
            }
        });
    }

    /** One of the given words. */
    Optional<String> word(String key, List<String> valid) {
        return text(key).map(word -> {
            if (!valid.contains(word)) {
                throw wrong(key, "'" + word + "' is not valid here; " + Nearest.hint(word, valid));
            }
            return word;
        });
    }

    /** One of several values, by the words that plans have for them. */
    <T> Optional<T> word(String key, T[] values, Function<T, String> name) {
        List<String> names = Stream.of(values).map(name).toList();
        return word(key, names).map(word -> values[names.indexOf(word)]);
    }

    Optional<Integer> whole(String key, int least, int most) {
        return text(key).map(text -> {
            try {
                int value = Integer.parseInt(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // falls through to the one message
            }
            throw wrong(key, "'" + text + "' is not a whole number from " + least + " to " + most);
        });
    }

    /** A number above 0. */
    Optional<Double> positive(String key, double most) {
        return text(key).map(text -> {
            try {
                double value = Double.parseDouble(text);
                if (value > 0 && value <= most) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // falls through to the one message
            }
            throw wrong(key, "'" + text + "' is not a number above 0, at most " + Math.round(most));
        });
    }

    /** A number that need not be whole. */
    Optional<Double> number(String key, double least, double most) {
        return text(key).map(text -> {
            try {
                double value = Double.parseDouble(text);
                if (value >= least && value <= most) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // falls through to the one message
            }
            throw wrong(key, "'" + text + "' is not a number from " + least + " to " + Math.round(most));
        });
    }

    /** A duration of at most 24 hours. */
    Optional<Duration> duration(String key) {
        return duration(key, Duration.ZERO, LONGEST);
    }

    Optional<Duration> duration(String key, Duration least, Duration most) {
        return text(key).map(text -> duration(key, text, text, least, most));
    }

    /**
     * Forward, or with a minus back, in whole seconds: at most 24 hours.
     *
     * @param least how far at least, either way
     */
    Optional<Long> jump(String key, Duration least) {
        return text(key).map(text -> {
            boolean back = text.startsWith("-");
            boolean signed = back || text.startsWith("+");
            Duration far = duration(key, text, signed ? text.substring(1) : text, least, LONGEST);
            if (far.toNanosPart() != 0) {
                throw wrong(key, "'" + text + "' is not a whole number of seconds");
            }
            return back ? -far.toSeconds() : far.toSeconds();
        });
    }

    private Duration duration(String key, String text, String unsigned, Duration least, Duration most) {
        Matcher matcher = DURATION.matcher(unsigned);
        if (!matcher.matches()) {
            throw wrong(key, "'" + text + "' is not a duration such as 500ms, 70s, 2min or 1h");
        }
        double unit = switch (matcher.group(2)) {
            case "ms" -> 1e6;
            case "s" -> 1e9;
            case "min" -> 60e9;
            default -> 3600e9;
        };
        Duration value = Duration.ofNanos(Math.round(Double.parseDouble(matcher.group(1)) * unit));
        if (value.compareTo(least) < 0 || value.compareTo(most) > 0) {
            throw wrong(key, "'" + text + "' is not from " + words(least) + " to " + words(most));
        }
        return value;
    }

    private static String words(Duration duration) {
        return duration.toMillis() < 1_000 ? duration.toMillis() + "ms" : duration.toSeconds() + "s";
    }

    /** A share such as {@code 1%}, as a fraction above 0 and below 1. */
    Optional<Double> share(String key) {
        return text(key).map(text -> {
            try {
                double value = Double.parseDouble(text.replaceFirst("\\s*%$", "")) / (text.endsWith("%") ? 100 : 1);
                if (value > 0 && value < 1) {
                    return value;
                }
            } catch (NumberFormatException e) {
                // falls through to the one message
            }
            throw wrong(key, "'" + text + "' is not a share such as 1%");
        });
    }

    /** A list of words, or a single one. */
    Optional<List<String>> words(String key) {
        return node(key).map(node -> {
            if (node instanceof ScalarNode scalar) {
                return List.of(scalar.getValue());
            }
            var words = new ArrayList<String>();
            if (node instanceof SequenceNode sequence) {
                for (Node item : sequence.getValue()) {
                    if (!(item instanceof ScalarNode scalar)) {
                        throw wrong(key, "expected a list of words");
                    }
                    words.add(scalar.getValue());
                }
                return words;
            }
            throw wrong(key, "expected a list of words");
        });
    }

    Optional<YamlSection> section(String key) {
        return node(key).map(node -> new YamlSection(file, path + key + ".", node));
    }

    /** A list of mappings. */
    List<YamlSection> sections(String key) {
        Node node = node(key).orElse(null);
        if (node == null) {
            return List.of();
        }
        if (!(node instanceof SequenceNode sequence)) {
            throw wrong(key, "expected a list");
        }
        var list = new ArrayList<YamlSection>();
        for (Node item : sequence.getValue()) {
            list.add(new YamlSection(file, path + key + "[" + list.size() + "].", item));
        }
        return list;
    }

    /** The section's own keys, in order, for sections whose keys are names of the user's. */
    List<String> names() {
        known.addAll(values.keySet());
        return List.copyOf(values.keySet());
    }

    /** Ends the reading: any key that nobody asked about is an error. */
    void refuseOthers() {
        for (String key : values.keySet()) {
            if (!known.contains(key)) {
                throw new InvalidPlanException(
                        where(keys.get(key)) + path + key + ": unknown key; " + Nearest.hint(key, known));
            }
        }
    }

    /** What is wrong with the value of a key, with its place; of one that is not there, with the place of what may have been meant for it. */
    InvalidPlanException wrong(String key, String what) {
        return new InvalidPlanException(where(values.getOrDefault(key, at)) + path + key + ": " + what + meantFor(key));
    }

    private String meantFor(String key) {
        List<String> unread = values.containsKey(key)
                ? List.of()
                : values.keySet().stream()
                        .filter(other -> !known.contains(other))
                        .toList();
        return Nearest.to(key, unread)
                .map(other -> "; line " + line(keys.get(other)) + " has '" + other + "'")
                .orElse("");
    }

    /** How a complaint of a key begins that can be made only later. */
    String place(String key) {
        return wrong(key, "").getMessage();
    }

    /** The key that it is the value of; of a file's whole there is none. */
    private String itself() {
        return path.isEmpty() ? "" : path.substring(0, path.length() - 1) + ": ";
    }

    private Optional<Node> node(String key) {
        known.add(key);
        return Optional.ofNullable(values.get(key));
    }

    private String where(Node node) {
        return file + ":" + line(node) + ": ";
    }

    private static int line(Node node) {
        return node.getStartMark().getLine() + 1;
    }
}
