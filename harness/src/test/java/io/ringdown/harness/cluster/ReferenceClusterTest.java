package io.ringdown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.hosts.AddressCheck.Transport;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import io.ringdown.harness.plan.BuiltInPlans;
import io.ringdown.record.Topology;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class ReferenceClusterTest {
    @Test
    void wantsEveryAddressThatItsConfigurationNames() {
        Topology topology = topology("no-fault");
        List<String> configured =
                ClusterConfiguration.of(topology, Map.of(), Duration.ofMillis(500)).entrySet().stream()
                        .filter(entry -> entry.getKey().matches("service\\.address|element\\..*\\.(members|admin|sip)"))
                        .map(Map.Entry::getValue)
                        .toList();

        assertThat(ReferenceCluster.addresses(topology))
                .extracting(Wanted::hostAndPort)
                .containsExactlyInAnyOrderElementsOf(configured);
    }

    @Test
    void oneNodeAloneWantsNoMembersPort() {
        assertThat(ReferenceCluster.addresses(topology("single-node")))
                .extracting(Wanted::transport)
                .containsExactly(Transport.UDP, Transport.TCP);
    }

    private static Topology topology(String plan) {
        return ClusterLayout.of(BuiltInPlans.find(plan).scenarios().get(0).reference());
    }
}
