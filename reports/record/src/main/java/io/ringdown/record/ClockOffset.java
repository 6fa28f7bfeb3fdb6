package io.ringdown.record;

/**
 * What another process's clock showed beyond the run's, by the exchange of a question and its answer (as in RFC 5905 section 8): the
 * answer was read off halfway between, give or take half of the time that passed.
 *
 * @param at run nanos of that instant
 * @param nanos how far the other clock was ahead
 * @param uncertainty how far off that may be, either way
 */
public record ClockOffset(long at, long nanos, long uncertainty) {}
