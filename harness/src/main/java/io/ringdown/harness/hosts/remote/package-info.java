/**
 * Hosts that are other machines. On each of them an {@link io.ringdown.harness.hosts.remote.Agent} does what this machine's host does here, and heals
 * by itself if nobody asks for anything any more.
 */
package io.ringdown.harness.hosts.remote;
