package io.ringdown.judge.verdict;

/** One of the generator's self-checks, with the limit beyond which it cannot be believed. */
public record SelfCheck(String name, String value, String limit, boolean passed) {}
