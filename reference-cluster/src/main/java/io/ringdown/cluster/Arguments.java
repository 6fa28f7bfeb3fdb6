package io.ringdown.cluster;

import io.ringdown.cluster.config.InvalidConfigurationException;
import io.ringdown.cluster.config.NearestName;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * What an element is told by its command line.
 *
 * @param config the cluster's file
 * @param element its own name there
 * @param detached whether it outlives its standard input
 */
record Arguments(Path config, String element, boolean detached) {
    static final String WARM_UP = "--warm-up";

    private static final String CONFIG = "--config";
    private static final String ELEMENT = "--element";
    private static final String DETACHED = "--detached";
    private static final String USAGE = "usage: --config FILE --element NAME [--detached] | --warm-up";
    private static final Map<String, String> VALUES = Map.of(CONFIG, "FILE", ELEMENT, "NAME");

    /** @throws InvalidConfigurationException if they are not exactly what is expected */
    static Arguments of(List<String> words) {
        if (words.isEmpty()) {
            throw new InvalidConfigurationException(USAGE);
        }
        Map<String, String> given = given(new ArrayDeque<>(words));
        for (String needed : List.of(CONFIG, ELEMENT)) {
            if (!given.containsKey(needed)) {
                throw new InvalidConfigurationException("expected " + needed + " " + VALUES.get(needed) + "; " + USAGE);
            }
        }
        return new Arguments(Path.of(given.get(CONFIG)), given.get(ELEMENT), given.containsKey(DETACHED));
    }

    private static Map<String, String> given(Deque<String> words) {
        var given = new HashMap<String, String>();
        while (!words.isEmpty()) {
            String option = words.remove();
            String value = "";
            if (VALUES.containsKey(option)) {
                value = words.isEmpty() || words.peek().startsWith("-") ? "" : words.remove();
                if (value.isEmpty()) {
                    throw new InvalidConfigurationException(option + ": expected " + VALUES.get(option) + " after it");
                }
            } else if (!option.equals(DETACHED)) {
                throw new InvalidConfigurationException(unknown(option));
            }
            if (given.put(option, value) != null) {
                throw new InvalidConfigurationException(option + ": given twice");
            }
        }
        return given;
    }

    private static String unknown(String word) {
        if (word.equals(WARM_UP)) {
            return WARM_UP + " is given alone, or not at all";
        }
        return word.startsWith("-")
                ? "no option '" + word + "'; nearest: "
                        + NearestName.to(word, List.of(CONFIG, ELEMENT, DETACHED, WARM_UP))
                : "expected options only, not '" + word + "'";
    }
}
