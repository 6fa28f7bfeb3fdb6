package io.ringdown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.plan.PlanReader;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import org.junit.jupiter.api.Test;

class ClusterConfigurationTest {
    private static Topology topology(String cluster) {
        String plan = "name: p\ncluster: {" + cluster + "}\nworkload: {}\n";
        return ClusterLayout.of(
                PlanReader.read("p.yaml", plan).scenarios().get(0).cluster());
    }

    @Test
    void theFirstDispatcherIsTheFirstMemberSoThatItIsTheActiveOne() {
        assertThat(ClusterConfiguration.ranked(topology("arrangement: occas")))
                .extracting(Element::name)
                .containsExactly(
                        "r1d-dispatcher",
                        "r1m1-engine",
                        "r1m1-replica",
                        "r1m2-engine",
                        "r1m2-replica",
                        "r2m1-engine",
                        "r2m1-replica",
                        "r2m2-engine",
                        "r2m2-replica",
                        "r2d-dispatcher");
    }

    @Test
    void aClusterOfOneHasNoDispatcher() {
        assertThat(ClusterConfiguration.ranked(topology("arrangement: single")))
                .extracting(Element::name)
                .containsExactly("r1m1-engine");
    }
}
