package io.ringdown.record;

/**
 * How many sessions of a trial, each of which had succeeded for its caller, were none to its callee, or another one: each counted once.
 *
 * @param unreached of which the callee heard nothing
 * @param again of which it was sent an INVITE or a BYE more than once, or what the caller had not sent
 * @param unacknowledged of which no ACK reached it
 * @param unreleased of which no BYE reached it
 */
public record CalleesView(int unreached, int again, int unacknowledged, int unreleased) {
    /** All of them. */
    public int differing() {
        return unreached + again + unacknowledged + unreleased;
    }
}
