package io.ringdown.pages;

import java.util.Locale;

/** Numbers as people read them; always the same, whatever the locale. */
final class Figures {
    private Figures() {}

    /** A count, thousands apart: {@code 12,345}. */
    static String count(long value) {
        return String.format(Locale.ROOT, "%,d", value);
    }

    /** A rate or another small number: at most three significant places. */
    static String number(double value) {
        double size = Math.abs(value);
        if (size >= 100 || value == Math.rint(value) && size < 1e15) {
            return count(Math.round(value));
        }
        return trimmed(String.format(Locale.ROOT, size >= 10 ? "%.1f" : size >= 0.1 ? "%.2f" : "%.3f", value));
    }

    /** A share as a percentage: {@code 0.99 %}. */
    static String percent(double share) {
        return Double.isNaN(share) ? "–" : number(share * 100) + " %";
    }

    /** A span of time in the unit that suits it: {@code 340 ms}, {@code 1.24 s}. */
    static String span(long nanos) {
        return nanos < 0 ? "−" + span((double) -nanos) : span((double) nanos);
    }

    /** A span of microseconds. */
    static String micros(double micros) {
        return span(micros * 1e3);
    }

    /** A distance from an instant, in seconds, with its sign: {@code +1.204 s}. */
    static String offset(long nanos) {
        return String.format(Locale.ROOT, "%s%.3f s", nanos < 0 ? "−" : "+", Math.abs(nanos) / 1e9);
    }

    private static String span(double nanos) {
        if (nanos == 0) {
            return "0";
        }
        if (nanos < 999.5) {
            return number(nanos) + " ns";
        }
        if (nanos < 999.5e3) {
            return significant(nanos / 1e3) + " µs";
        }
        if (nanos < 999.5e6) {
            return significant(nanos / 1e6) + " ms";
        }
        if (nanos < 120e9) {
            return significant(nanos / 1e9) + " s";
        }
        return significant(nanos / 60e9) + " min";
    }

    private static String significant(double value) {
        return trimmed(String.format(Locale.ROOT, value >= 100 ? "%.0f" : value >= 10 ? "%.1f" : "%.2f", value));
    }

    private static String trimmed(String decimal) {
        if (decimal.indexOf('.') < 0) {
            return decimal;
        }
        String shorter = decimal.replaceAll("0+$", "");
        return shorter.endsWith(".") ? shorter.substring(0, shorter.length() - 1) : shorter;
    }
}
