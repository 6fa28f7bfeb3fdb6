package io.ringdown.harness.hosts;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * What a host may be able to do besides: hold what each machine uses of the processors to a quota. Machines that share processors
 * otherwise lend each other theirs, and a dead one makes the others faster.
 */
public interface Quotas {
    /** Why this host cannot, and what changes that, in one line; empty: it can. */
    String refusal();

    /** The processors that a machine has to share with others, which may be the same ones. */
    Room room(String machine);

    /**
     * From now on, elements of this machine are started within its quota, all of them together.
     *
     * @param processors how many processors, such as 0.25
     * @throws IOException if it cannot be; one line
     */
    void limit(String machine, Collection<String> elements, double processors) throws IOException;

    /** What the host now says of every machine that was given a quota, in the order of {@link #limit}. */
    List<Reading> read();

    /**
     * A quota as read back from the host.
     *
     * @param processors what the machine was given
     * @param held whether that is in force, and every element of the machine's that is not gone is held by it
     * @param evidence what was read, one line
     */
    record Reading(String machine, double processors, boolean held, String evidence) {}

    /**
     * What machines share.
     *
     * @param host whose it is, in words; equal for machines that share one
     * @param processors how many there are
     */
    record Room(String host, int processors) {}
}
