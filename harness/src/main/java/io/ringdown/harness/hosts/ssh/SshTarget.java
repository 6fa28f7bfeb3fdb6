package io.ringdown.harness.hosts.ssh;

import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Target;
import java.time.Duration;
import java.util.List;

/**
 * A host of an inventory that is reached by SSH.
 *
 * @param sudo whether its owner lets Ringdown use {@code sudo} there
 */
public record SshTarget(SshServer server, boolean sudo, String java) implements Target {
    @Override
    public String name() {
        return server.name();
    }

    @Override
    public String address() {
        return server.address();
    }

    @Override
    public Reach reach(Duration patience) {
        return new SshConnection(server, patience);
    }

    @Override
    public List<String> asRoot() {
        return sudo ? List.of("sudo", "-n") : List.of();
    }

    @Override
    public String way() {
        return server.way();
    }

    /** Whom complaints are about: {@code name (user@address:port)}. */
    @Override
    public String toString() {
        return server.toString();
    }
}
