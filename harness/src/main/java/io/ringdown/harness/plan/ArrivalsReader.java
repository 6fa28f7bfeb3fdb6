package io.ringdown.harness.plan;

import io.ringdown.record.Arrivals;
import io.ringdown.workloads.arrivals.TraceReader;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** Reads when a plan's short calls are to be made. */
final class ArrivalsReader {
    private static final String RATE = "set-up-probes";
    private static final int MOST = 10_000;
    private static final Duration SHORTEST = Duration.ofMillis(1);
    private static final Duration LONGEST = Duration.ofHours(1);

    private ArrivalsReader() {}

    /**
     * Reads them from a plan's workload.
     *
     * @param folder where the plan lies, and the traces that it names
     */
    static Arrivals read(YamlSection workload, Path folder) {
        int rate = workload.whole(RATE, 1, MOST).orElse(100);
        if (!workload.has("arrivals")) {
            return new Arrivals.Constant(rate);
        }
        if (workload.isWord("arrivals")) {
            String word =
                    workload.word("arrivals", List.of("constant", "poisson")).orElseThrow();
            return word.equals("poisson") ? new Arrivals.Poisson(rate) : new Arrivals.Constant(rate);
        }
        if (workload.has(RATE)) {
            throw workload.wrong(RATE, "arrivals says how many come; give one or the other");
        }
        YamlSection at = workload.section("arrivals").orElseThrow();
        String process = at.word("process", List.of("constant", "poisson", "ramp", "burst", "trace"))
                .orElseThrow(() -> at.wrong("process", "missing; valid: constant, poisson, ramp, burst, trace"));
        Arrivals arrivals = switch (process) {
            case "constant" -> new Arrivals.Constant(whole(at, "rate", 1));
            case "poisson" -> new Arrivals.Poisson(whole(at, "rate", 1));
            case "ramp" -> ramp(at);
            case "burst" -> new Arrivals.Burst(whole(at, "size", 1), duration(at, "every"));
            default -> trace(at, folder);
        };
        at.refuseOthers();
        return arrivals;
    }

    private static Arrivals ramp(YamlSection at) {
        return new Arrivals.Ramp(whole(at, "from", 0), whole(at, "to", 1), duration(at, "over"));
    }

    private static int whole(YamlSection at, String key, int least) {
        return at.whole(key, least, MOST)
                .orElseThrow(() -> at.wrong(key, "missing; a whole number from " + least + " to " + MOST));
    }

    private static Duration duration(YamlSection at, String key) {
        return at.duration(key, SHORTEST, LONGEST)
                .orElseThrow(() -> at.wrong(key, "missing; a duration such as 500ms, 70s or 2min"));
    }

    private static Arrivals trace(YamlSection at, Path folder) {
        Path file = folder.resolve(
                at.file("file").orElseThrow(() -> at.wrong("file", "missing; a file with an offset a line")));
        if (!Files.isRegularFile(file)) {
            throw at.wrong("file", file + ": no such file");
        }
        try {
            return TraceReader.read(file.toString(), Files.readString(file));
        } catch (CharacterCodingException e) {
            throw at.wrong("file", file + ": not a text in UTF-8");
        } catch (IOException e) {
            throw at.wrong("file", file + ": cannot be read: " + e.getMessage());
        } catch (IllegalArgumentException e) {
            throw at.wrong("file", e.getMessage());
        }
    }
}
