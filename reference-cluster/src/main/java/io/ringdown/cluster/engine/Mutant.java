package io.ringdown.cluster.engine;

/** Ways in which a cluster is broken on purpose, so that a harness can show that it notices. */
public enum Mutant {
    NONE,
    /** A session that was taken over starts counting at 0 again. */
    COUNTER_RESET,
    /** A session that was taken over acknowledges but counts no more. */
    COUNTER_FROZEN,
    /** Dispatchers never route around a dead engine, and nobody takes over. */
    NO_FAILOVER,
    /** Answers leave some time before they are stored. */
    EARLY_ACKNOWLEDGE,
    /** Of the live calls that an engine takes over, one in so many is lost. */
    LOSE_CALLS,
    /** MSS: whoever takes a session over has no other copy of it deleted. */
    NO_DELETE,
    /** MSS: a new buddy is not sent what its server has already. */
    SKIPPED_REBUDDYING,
    /** B2BUA: a survivor begins the callee's side of a call anew that was being set up. */
    DUPLICATE_B_LEG,
    /** B2BUA: a survivor sends the far side a second BYE. */
    DOUBLE_BYE,
    /** An app processor's timers go by the wall clock, whatever that does. */
    WALL_CLOCK
}
