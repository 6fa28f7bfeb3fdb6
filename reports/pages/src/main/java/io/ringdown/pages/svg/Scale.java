package io.ringdown.pages.svg;

import java.util.ArrayList;
import java.util.List;

/**
 * Maps values to coordinates.
 *
 * @param from smallest value
 * @param to largest value, greater than {@code from}
 * @param low coordinate of {@code from}
 * @param high coordinate of {@code to}
 * @param logarithmic whether equal distances are equal ratios; values at or below {@code from} then sit at {@code low}
 */
public record Scale(double from, double to, double low, double high, boolean logarithmic) {
    /** A linear scale; an empty range is widened. */
    public static Scale linear(double from, double to, double low, double high) {
        return new Scale(from, to > from ? to : from + 1, low, high, false);
    }

    /** A logarithmic scale over whole decades. */
    public static Scale decades(double from, double to, double low, double high) {
        double first = Math.floor(Math.log10(from));
        double last = Math.max(first + 1, Math.ceil(Math.log10(to) - 1e-9));
        return new Scale(Math.pow(10, first), Math.pow(10, last), low, high, true);
    }

    /** The coordinate of a value; values outside are drawn at the edge. */
    public double at(double value) {
        double inside = Math.min(to, Math.max(from, value));
        double share = logarithmic ? Math.log(inside / from) / Math.log(to / from) : (inside - from) / (to - from);
        return low + share * (high - low);
    }

    /** Round values to label: some {@code about} of them, or every decade. */
    public List<Double> ticks(int about) {
        var ticks = new ArrayList<Double>();
        if (logarithmic) {
            int decades = (int) Math.round(Math.log10(to / from));
            int every = Math.max(1, (decades + about - 1) / about);
            for (int i = 0; i <= decades; i += every) {
                ticks.add(from * Math.pow(10, i));
            }
            return ticks;
        }
        double step = roundUp((to - from) / Math.max(1, about));
        for (long i = (long) Math.ceil(from / step - 1e-9); i * step <= to + step * 1e-9; i++) {
            ticks.add(i * step);
        }
        return ticks;
    }

    /** The smallest of 1, 2 or 5 times a power of ten that is not below the value. */
    public static double roundUp(double value) {
        double power = Math.pow(10, Math.floor(Math.log10(value)));
        for (double factor : new double[] {1, 2, 5}) {
            if (factor * power >= value * (1 - 1e-9)) {
                return factor * power;
            }
        }
        return 10 * power;
    }
}
