package io.ringdown.harness.hosts.ssh;

import java.nio.file.Path;

/**
 * A server that is logged in to by SSH: a host's, or one on the way to it.
 *
 * @param address name or IP address; of one behind a jump, as the jump knows it
 * @param key file of a private key; where that has a passphrase, or the file is of the public key, an SSH agent has to hold it. null: any key
 *     that the agent holds
 * @param agent the SSH agent's socket; null: the one that the environment tells of
 * @param knownHosts file in the format of OpenSSH's {@code known_hosts}; a server that does not stand in it is refused
 * @param jump by which it is reached; null: by none
 */
public record SshServer(
        String name, String address, int port, String user, Path key, Path agent, Path knownHosts, Jump jump) {
    /** How it is reached, in words. */
    String way() {
        return this
                + (key == null ? " with a key of the SSH agent" : "")
                + (jump == null ? "" : ", through " + jump.server().way());
    }

    /** Whom complaints are about: {@code name (user@address:port)}. */
    @Override
    public String toString() {
        return name + " (" + user + "@" + address + ":" + port + ")";
    }
}
