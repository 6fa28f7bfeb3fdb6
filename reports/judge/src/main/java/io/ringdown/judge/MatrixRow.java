package io.ringdown.judge;

/**
 * Fates of one group of calls: those that were in a phase at t_f ({@code P1} ... {@code P7}), set-up probes ({@code probes}), and calls that were
 * in no phase ({@code none}: changing state within the fault's bracket, or not under way at t_f).
 */
public record MatrixRow(String group, FateCounts fates) {}
