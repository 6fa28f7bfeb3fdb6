package io.ringdown.cluster.config;

import java.util.Collection;
import java.util.Comparator;

/** Finds what somebody may have meant. */
public final class NearestName {
    private NearestName() {}

    /** The valid name that takes the fewest edits; of several the first by alphabet. Empty if there is none. */
    public static String to(String name, Collection<String> valid) {
        return valid.stream()
                .min(Comparator.comparingInt((String other) -> distance(name, other))
                        .thenComparing(Comparator.naturalOrder()))
                .orElse("");
    }

    /** Characters to insert, delete or replace (Levenshtein's distance). */
    private static int distance(String one, String other) {
        int[] row = new int[other.length() + 1];
        for (int j = 0; j < row.length; j++) {
            row[j] = j;
        }
        for (int i = 1; i <= one.length(); i++) {
            int diagonal = row[0];
            row[0] = i;
            for (int j = 1; j < row.length; j++) {
                int replaced = diagonal + (one.charAt(i - 1) == other.charAt(j - 1) ? 0 : 1);
                diagonal = row[j];
                row[j] = Math.min(replaced, 1 + Math.min(row[j], row[j - 1]));
            }
        }
        return row[other.length()];
    }
}
