package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.ProcessIdentity;

/**
 * The first line of an agent on every connection.
 *
 * @param version of what is spoken on it
 * @param incarnation tells this agent from any other there ever was
 * @param process its own
 * @param trouble why there is no agent, one line; empty: there is one
 */
record Hello(int version, String incarnation, ProcessIdentity process, String trouble) {
    static final int VERSION = 3;

    static Hello trouble(String why) {
        return new Hello(VERSION, "", new ProcessIdentity(0, 0), why);
    }
}
