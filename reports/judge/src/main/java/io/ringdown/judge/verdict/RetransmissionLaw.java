package io.ringdown.judge.verdict;

/**
 * RFC 3261's retransmissions as an oracle: a request sent u after the fault, not stored and without a 1xx, is delayed by the first retransmission
 * that leaves after rerouting, min{l_k >= D - u}.
 *
 * @param checked requests that met the law's premises
 * @param conforming of them, those that were answered when the law says
 */
public record RetransmissionLaw(Finding finding, int checked, int conforming, String text) {}
