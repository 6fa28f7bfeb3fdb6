package io.ringdown.harness.hosts.ssh;

import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Target;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * A host of an inventory that is reached by SSH.
 *
 * @param address name or IP address
 * @param key file of a private key without a passphrase
 * @param knownHosts file in the format of OpenSSH's {@code known_hosts}; a host that does not stand in it is refused
 * @param sudo whether its owner lets Ringdown use {@code sudo} there
 */
public record SshTarget(
        String name, String address, int port, String user, Path key, Path knownHosts, boolean sudo, String java)
        implements Target {
    @Override
    public Reach reach(Duration patience) {
        return new SshConnection(this, patience);
    }

    @Override
    public List<String> asRoot() {
        return sudo ? List.of("sudo", "-n") : List.of();
    }

    /** Whom complaints are about: {@code name (user@address:port)}. */
    @Override
    public String toString() {
        return name + " (" + user + "@" + address + ":" + port + ")";
    }
}
