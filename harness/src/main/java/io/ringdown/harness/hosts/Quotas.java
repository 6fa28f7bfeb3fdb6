package io.ringdown.harness.hosts;

import java.io.IOException;
import java.util.Collection;
import java.util.List;

/**
 * What a host may be able to do besides: give each machine its share, of processors, of memory, of a file system, and no more. Machines that
 * share processors otherwise lend each other theirs, and a dead one makes the others faster.
 */
public interface Quotas {
    /** Why this host cannot hold processors to a quota, and what changes that, in one line; empty: it can. */
    String refusal();

    /** The processors that a machine has to share with others, which may be the same ones. */
    Room room(String machine);

    /**
     * From now on, elements of this machine are started within its share, all of them together.
     *
     * @throws IOException if they cannot be; one line
     */
    void limit(String machine, Collection<String> elements, Share share) throws IOException;

    /** What the host now says of every machine that was given a quota, in the order of {@link #limit}. */
    List<Reading> read();

    /**
     * What a machine has for itself. Where it is 0, the machine is not bounded, or has no file system of its own.
     *
     * @param processors how many processors, such as 0.25
     * @param memory in MiB
     * @param disk in MiB
     */
    record Share(double processors, int memory, int disk) {
        /** Whether nothing is bounded. */
        public boolean nothing() {
            return processors == 0 && memory == 0 && disk == 0;
        }
    }

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
