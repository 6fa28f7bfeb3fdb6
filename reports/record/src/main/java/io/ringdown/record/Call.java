package io.ringdown.record;

/**
 * One call of the generator's.
 *
 * @param number dense index, unique in the run
 * @param callId its first Call-ID; a re-dial appears as a call of its own that names this one
 * @param phase the state planned for it at the fault; what it was in is decided from its operations
 * @param probed whether an idle (P4) call is probed by INFOs after the fault; otherwise it stays untouched until its BYE
 * @param redialOf number of the call whose intent this one re-dials, or -1
 */
public record Call(int number, String callId, CallRole role, Phase phase, boolean probed, int redialOf) {}
