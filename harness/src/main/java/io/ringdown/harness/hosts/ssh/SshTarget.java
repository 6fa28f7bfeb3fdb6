package io.ringdown.harness.hosts.ssh;

import java.nio.file.Path;

/**
 * A host of an inventory.
 *
 * @param address name or IP address
 * @param key file of a private key without a passphrase
 * @param knownHosts file in the format of OpenSSH's {@code known_hosts}; a host that does not stand in it is refused
 * @param sudo whether its owner lets Ringdown use {@code sudo} there
 */
public record SshTarget(String name, String address, int port, String user, Path key, Path knownHosts, boolean sudo) {
    /** Whom complaints are about: {@code name (user@address:port)}. */
    @Override
    public String toString() {
        return name + " (" + user + "@" + address + ":" + port + ")";
    }
}
