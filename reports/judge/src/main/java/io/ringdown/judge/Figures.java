package io.ringdown.judge;

import java.math.BigDecimal;
import java.math.RoundingMode;

/** Numbers as people read them, the same in every country and on every Java. */
final class Figures {
    private Figures() {}

    static String seconds(long nanos) {
        return decimals(nanos / 1e9, 3) + " s";
    }

    static String millis(long nanos) {
        return decimals(nanos / 1e6, 1) + " ms";
    }

    static String percent(double share) {
        return decimals(share * 100, 2) + " %";
    }

    static String count(long number) {
        String digits = Long.toString(Math.abs(number));
        var text = new StringBuilder();
        for (int i = 0; i < digits.length(); i++) {
            if (i > 0 && (digits.length() - i) % 3 == 0) {
                text.append(',');
            }
            text.append(digits.charAt(i));
        }
        return (number < 0 ? "-" : "") + text;
    }

    /** {@code 1 call}, {@code 2 calls}. */
    static String many(long number, String noun) {
        return count(number) + " " + noun + (number == 1 ? "" : "s");
    }

    static String decimals(double value, int places) {
        return new BigDecimal(value).setScale(places, RoundingMode.HALF_UP).toPlainString();
    }
}
