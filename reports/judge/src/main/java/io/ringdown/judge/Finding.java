package io.ringdown.judge;

/** What a criterion came to. */
public enum Finding {
    CONFIRMED,
    REFUTED,
    INCONCLUSIVE
}
