package io.ringdown.record;

import java.util.Objects;

/**
 * How one of several load hosts fared that shared a trial.
 *
 * @param host its {@link LoadHost#name}
 * @param late nanoseconds by which it was not ready at the instant at which all were to begin; 0: it was, or they are registrations, whose beginning it was told when it was ready; -1: it never began
 * @param margin by how many nanoseconds its instants may be off from the other ones', either way
 * @param checks its self-checks, in this trial alone; null if it did not tell them
 * @param others largest share of the processors that others took in a second of it, where it has a machine of its own; null if unknown
 * @param missing why not all is there of what it did and saw; empty: it is
 */
public record TrialShare(String host, long late, long margin, SelfChecks checks, Double others, String missing) {
    public TrialShare {
        Objects.requireNonNull(host, "host");
        Objects.requireNonNull(missing, "missing");
    }
}
