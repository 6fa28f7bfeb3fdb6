package io.ringdown.judge.verdict;

/**
 * Final responses that an element made, a second, by its node tag.
 *
 * @param struck whether a fault hit it
 * @param before before t_f, while the load was steady
 * @param after after rerouting
 */
public record ElementLoad(String element, String machine, boolean struck, double before, double after) {}
