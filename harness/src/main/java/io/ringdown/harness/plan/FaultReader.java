package io.ringdown.harness.plan;

import io.ringdown.harness.plan.Plan.FaultChoice;
import io.ringdown.harness.plan.Plan.Series;
import io.ringdown.record.FaultOrder.Direction;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.FaultOrder.Terms;
import io.ringdown.record.ResolvedPlan.Burst;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.stream.Stream;

/** Reads a fault of a plan. */
final class FaultReader {
    private static final List<String> DOMAINS = List.of("process", "machine", "rack");
    private static final String BURST = "burst";
    private static final List<String> KINDS = Stream.concat(
                    Arrays.stream(Kind.values()).map(Kind::word), Stream.of(BURST))
            .toList();
    /** Clocks are told by the second, and by who may be busy. */
    private static final Duration LEAST_JUMP = Duration.ofSeconds(10);

    private static final List<String> DIRECTIONS =
            Arrays.stream(Direction.values()).map(FaultReader::word).toList();

    private FaultReader() {}

    /** Whether it strikes no element, but is a burst of calls. */
    static boolean isBurst(YamlSection at) {
        return at.text("kind").filter(BURST::equals).isPresent();
    }

    static Burst burst(YamlSection at) {
        Duration after = at.duration("after").orElse(Duration.ZERO);
        Duration lasts = at.duration("for", Duration.ofMillis(100), Duration.ofMinutes(10))
                .orElseThrow(() -> at.wrong("for", "missing: how long it lasts, such as 5s"));
        int rate = at.whole("rate", 1, 10_000)
                .orElseThrow(() -> at.wrong("rate", "missing: how many calls a second, such as 500"));
        at.refuseOthers();
        return new Burst(after, lasts, rate);
    }

    static FaultChoice read(YamlSection at) {
        List<String> given = DOMAINS.stream().filter(at::has).toList();
        if (given.size() != 1) {
            throw at.wrong("process", "a fault names exactly one of process, machine, rack");
        }
        String domain = given.get(0);
        String kind = at.word("kind", KINDS).orElse("silent");
        Duration after = at.duration("after").orElse(Duration.ZERO);
        Duration repair = at.text("repair-after").filter("never"::equals).isPresent()
                ? null
                : at.duration("repair-after").orElse(null);
        List<String> choice = at.words(domain).orElseThrow();
        if (choice.isEmpty()) {
            throw at.wrong(domain, "names no target");
        }
        Terms terms = terms(at, Kind.of(kind));
        if (Kind.of(kind) == Kind.POWER_OFF && domain.equals("process")) {
            throw at.wrong(domain, "power is a machine's: kind power-off is for a machine or a rack");
        }
        Series series = series(at, repair, kind);
        boolean overlap =
                at.word("overlap", List.of("true", "false")).orElse("false").equals("true");
        at.refuseOthers();
        return new FaultChoice(kind, domain, choice, after, repair, terms, series, overlap, at.place(domain));
    }

    private static Series series(YamlSection at, Duration repair, String kind) {
        int times = at.whole("times", 1, 100).orElse(1);
        Duration every = at.duration("every").orElse(Duration.ZERO);
        Duration apart = at.duration("apart").orElse(null);
        if (times == 1 && at.has("every") || times > 1 && !at.has("every")) {
            throw at.wrong(at.has("every") ? "every" : "times", "a fault that comes again has times and every, both");
        }
        boolean itself = kind.equals(Kind.RESTART.word());
        if (times > 1 && !itself && (repair == null || repair.compareTo(every) >= 0)) {
            throw at.wrong("every", "what comes again must have been repaired before: repair-after is to be shorter");
        }
        if (itself && repair != null) {
            throw at.wrong("repair-after", "a restart starts again what it stops");
        }
        return new Series(times, every, apart);
    }

    /** Null where the kind leaves nothing open. */
    private static Terms terms(YamlSection at, Kind kind) {
        for (String key : List.of("from", "direction", "share", "delay", "rate", "threads", "by")) {
            if (at.has(key) && !takes(kind, key)) {
                throw at.wrong(key, "is not for kind " + kind.word());
            }
        }
        if (!kind.ofNetwork()) {
            return kind == Kind.CPU || kind == Kind.MEMORY || kind == Kind.CLOCK ? Terms.of(amount(at, kind)) : null;
        }
        List<String> from = at.words("from").orElse(List.of());
        Direction direction = at.word("direction", DIRECTIONS)
                .map(each -> Direction.valueOf(each.toUpperCase(Locale.ROOT)))
                .orElse(Direction.BOTH);
        return new Terms(from, direction, amount(at, kind));
    }

    private static boolean takes(Kind kind, String key) {
        return switch (key) {
            case "share" -> kind == Kind.LOSS || kind == Kind.DUPLICATE || kind == Kind.REORDER || kind == Kind.MEMORY;
            case "delay" -> kind == Kind.DELAY;
            case "rate" -> kind == Kind.RATE;
            case "threads" -> kind == Kind.CPU;
            case "by" -> kind == Kind.CLOCK;
            default -> kind.ofNetwork();
        };
    }

    private static double amount(YamlSection at, Kind kind) {
        return switch (kind) {
            case LOSS, DUPLICATE, REORDER ->
                at.share("share").orElseThrow(() -> at.wrong("share", "missing: of how many packets, such as 10%"));
            case DELAY ->
                at.duration("delay", Duration.ofMillis(1), Duration.ofSeconds(10))
                                .orElseThrow(() -> at.wrong("delay", "missing: how long, such as 50ms"))
                                .toNanos()
                        / 1e9;
            case MEMORY ->
                at.share("share").orElseThrow(() -> at.wrong("share", "missing: of the machine's memory, such as 90%"));
            case CPU ->
                at.whole("threads", 1, 64)
                        .orElseThrow(() -> at.wrong("threads", "missing: how many are to be busy, such as 2"));
            case CLOCK ->
                at.jump("by", LEAST_JUMP).orElseThrow(() -> at.wrong("by", "missing: how far, such as 10min or -1h"));
            case RATE ->
                at.whole("rate", 8, 10_000_000)
                                .orElseThrow(() -> at.wrong("rate", "missing: how many kbit/s, such as 500"))
                        * 1e3;
            default -> 0;
        };
    }

    private static String word(Enum<?> constant) {
        return constant.name().toLowerCase(Locale.ROOT);
    }
}
