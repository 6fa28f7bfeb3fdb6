package io.ringdown.harness.hosts.docker;

import com.github.dockerjava.api.model.Network.Ipam;
import java.io.IOException;
import java.time.Duration;
import java.util.Map;

/**
 * The addresses of an engine's containers: 198.18.NETWORK.0/24, which RFC 2544 has set aside for benchmarks, or an equal part of it where there are several
 * engines.
 *
 * @param number of the engine, from 0
 */
record Subnet(int network, int number, int engines) {
    private static final int BITS = 8;
    private static final Duration DONE = Duration.ofSeconds(60);
    private static final String PREFIX = "ringdown-";

    /** The bits that tell engines apart. */
    private int engineBits() {
        return Integer.SIZE - Integer.numberOfLeadingZeros(engines - 1);
    }

    int size() {
        return 1 << (BITS - engineBits());
    }

    String address(int host) {
        return "198.18." + network + "." + (number * size() + host);
    }

    /** Makes sure that an engine has it as a network; its name. */
    String on(DockerEngine engine) throws IOException {
        String name = PREFIX + address(0);
        String what = "network " + name;
        // Of several containers that want it one makes it.
        synchronized (engine) {
            if (engine.find(
                            what,
                            DONE,
                            client -> client.inspectNetworkCmd()
                                    .withNetworkId(name)
                                    .exec())
                    .isEmpty()) {
                engine.ask(
                        what,
                        DONE,
                        client -> client.createNetworkCmd()
                                .withName(name)
                                .withCheckDuplicate(true)
                                .withLabels(Map.of(Containers.LABEL, ""))
                                .withIpam(new Ipam().withConfig(new Ipam.Config().withSubnet(toString())))
                                .exec());
            }
        }
        return name;
    }

    /** As {@code 198.18.0.0/24}. */
    @Override
    public String toString() {
        return address(0) + "/" + (Integer.SIZE - BITS + engineBits());
    }
}
