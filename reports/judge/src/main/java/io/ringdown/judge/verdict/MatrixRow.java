package io.ringdown.judge.verdict;

/**
 * Fates of one group of calls: those that were in a phase at t_f ({@code P0} ... {@code P7}; P0 holds new calls sent into the gap too), those that
 * changed state within t_f's bracket ({@code changing}), those set up after rerouting ({@code new}), and those over before t_f ({@code over}); of a
 * run that never got to t_f, all ({@code none}). Set-up probes are among these, and once more on their own ({@code probes}).
 */
public record MatrixRow(String group, FateCounts fates) {}
