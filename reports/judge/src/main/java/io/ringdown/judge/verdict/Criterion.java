package io.ringdown.judge.verdict;

/**
 * One thing that was checked; a test case of the JUnit report.
 *
 * @param id stable name, for example {@code phase.P4} or {@code fault.0.proven}
 * @param title what should hold, a few words
 * @param text what was found, one sentence with its numbers
 */
public record Criterion(String id, String title, Finding finding, String text) {}
