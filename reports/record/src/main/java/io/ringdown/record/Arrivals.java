package io.ringdown.record;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.time.Duration;
import java.util.List;
import java.util.Locale;

/** When short calls are begun, one after the other, whatever becomes of those before (open loop). */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "process")
@JsonSubTypes({
    @JsonSubTypes.Type(value = Arrivals.Constant.class, name = "constant"),
    @JsonSubTypes.Type(value = Arrivals.Poisson.class, name = "poisson"),
    @JsonSubTypes.Type(value = Arrivals.Ramp.class, name = "ramp"),
    @JsonSubTypes.Type(value = Arrivals.Burst.class, name = "burst"),
    @JsonSubTypes.Type(value = Arrivals.Trace.class, name = "trace"),
})
public sealed interface Arrivals {
    /** The least rate, in calls a second, that it comes to over some seconds: how closely it watches set-ups. */
    @JsonIgnore
    double leastPerSecond();

    /** What it is, in a few words. */
    @JsonIgnore
    String words();

    /** At equal distances. */
    record Constant(double perSecond) implements Arrivals {
        @Override
        public double leastPerSecond() {
            return perSecond;
        }

        @Override
        public String words() {
            return figure(perSecond) + "/s";
        }
    }

    /** At distances that are distributed exponentially, drawn with the run's seed. */
    record Poisson(double perSecond) implements Arrivals {
        @Override
        public double leastPerSecond() {
            return perSecond;
        }

        @Override
        public String words() {
            return figure(perSecond) + "/s as a Poisson process";
        }
    }

    /** At a rate that changes evenly from one to another, and stays there. */
    record Ramp(double from, double to, Duration over) implements Arrivals {
        @Override
        public double leastPerSecond() {
            return Math.min(from, to);
        }

        @Override
        public String words() {
            return "from " + figure(from) + "/s to " + figure(to) + "/s over " + figure(over.toNanos() / 1e9) + " s";
        }
    }

    /** Several at one instant, and again after a time. */
    record Burst(int size, Duration every) implements Arrivals {
        @Override
        public double leastPerSecond() {
            return size * 1e9 / every.toNanos();
        }

        @Override
        public String words() {
            return size + " at once every " + figure(every.toNanos() / 1e9) + " s";
        }
    }

    /**
     * At recorded instants, and over again from the beginning: the next round begins a mean distance after the last instant.
     *
     * @param offsetsMicros microseconds from the beginning, in order; two at least, the last one later than the first
     */
    record Trace(List<Long> offsetsMicros) implements Arrivals {
        public Trace {
            offsetsMicros = List.copyOf(offsetsMicros);
        }

        /** Microseconds from the beginning of one round to that of the next. */
        @JsonIgnore
        public long roundMicros() {
            long first = offsetsMicros.get(0);
            long last = offsetsMicros.get(offsetsMicros.size() - 1);
            return last + Math.max(1, (last - first) / (offsetsMicros.size() - 1));
        }

        @Override
        public double leastPerSecond() {
            return offsetsMicros.size() * 1e6 / roundMicros();
        }

        @Override
        public String words() {
            return "a trace of " + offsetsMicros.size() + " in " + figure(roundMicros() / 1e6) + " s, over and over";
        }
    }

    private static String figure(double value) {
        return value == Math.rint(value)
                ? String.format(Locale.ROOT, "%.0f", value)
                : String.format(Locale.ROOT, "%.3f", value).replaceFirst("0+$", "");
    }
}
