package io.ringdown.judge.verdict;

/**
 * When a run's operations were.
 *
 * @param from the first one's intended instant (run nanos)
 * @param to when the last one ended, or was to begin if it never did
 */
public record Extent(long from, long to) {}
