package io.ringdown.judge.verdict;

/** What a criterion came to. */
public enum Finding {
    CONFIRMED,
    REFUTED,
    INCONCLUSIVE
}
