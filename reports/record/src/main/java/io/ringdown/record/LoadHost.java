package io.ringdown.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;

/**
 * One of the processes that the calls of a run were dealt over: those whose number leaves {@code index} when divided by {@code of}. What it
 * recorded stands in its folder, and in the run's operations log with the run's instants.
 *
 * @param name of its folder
 * @param host of the inventory, by its name there; empty, and left out: the harness's machine
 * @param sources addresses that it sent from
 * @param late nanoseconds by which it had not begun at the instant at which all were to begin; 0: it had, or each trial of a search tells it; -1: it never did
 * @param before its clock's offset before the calls, by which it set its own
 * @param meanwhile and while it called, in order; empty, and left out: it was not asked
 * @param after and after the calls; null if it could not be asked any more
 * @param ending why it was not there to the end; empty: it was
 * @param whole whether its operations log came to its end
 * @param checks its self-checks as it told them last, of a search the worst of its trials; or null
 */
public record LoadHost(
        String name,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) String host,
        int index,
        int of,
        List<String> sources,
        long late,
        ClockOffset before,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<ClockOffset> meanwhile,
        ClockOffset after,
        String ending,
        boolean whole,
        SelfChecks checks) {
    public LoadHost {
        Objects.requireNonNull(name, "name");
        Objects.requireNonNull(before, "before");
        Objects.requireNonNull(ending, "ending");
        // Left out where there is nothing to tell.
        host = host == null ? "" : host;
        meanwhile = meanwhile == null ? List.of() : List.copyOf(meanwhile);
        sources = List.copyOf(sources);
    }

    /** The same, once its log has been looked at. */
    LoadHost seen(boolean itsLogIsWhole) {
        return new LoadHost(
                name, host, index, of, sources, late, before, meanwhile, after, ending, itsLogIsWhole, checks);
    }

    /** Whether all is there of what it did and saw. */
    public boolean complete() {
        return whole && ending.isEmpty();
    }

    /** How its clock went. */
    ClockCourse clock() {
        var looks = new ArrayList<ClockOffset>();
        looks.add(before);
        looks.addAll(meanwhile);
        if (after != null) {
            looks.add(after);
        }
        return new ClockCourse(looks);
    }

    /**
     * What it has to be told so that it does something at an instant of the run's: its own clock may have gone another way since it was set.
     *
     * @param at run nanos
     */
    public long shown(long at) {
        return clock().shown(at);
    }

    /**
     * The run's instant of one that it told of by its own clock.
     *
     * @param shown {@link Operation#NONE} stays what it is
     */
    public long runNanos(long shown) {
        return clock().runNanos(shown);
    }

    /**
     * By how many nanoseconds its instants about one may be off, either way.
     *
     * @param at run nanos
     */
    public long uncertainty(long at) {
        return clock().uncertainty(at);
    }
}
