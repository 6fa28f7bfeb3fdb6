package io.ringdown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.plan.PlanReader;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import java.time.Duration;
import org.junit.jupiter.api.Test;

class ClusterConfigurationTest {
    private static Topology topology(String cluster) {
        String plan = "name: p\ncluster: {" + cluster + "}\nworkload: {}\n";
        return ClusterLayout.of(
                PlanReader.read("p.yaml", plan).scenarios().get(0).reference());
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
    void partitionsOfSparesAreToBeAddedLater() {
        String plan = "name: p\ncluster: {spares: 5}\nworkload: {}\n";
        var settings = PlanReader.read("p.yaml", plan).scenarios().get(0).reference();
        assertThat(ClusterConfiguration.of(ClusterLayout.withSpares(settings), settings.flat(), Duration.ofMillis(50)))
                .containsEntry("partitions", "2")
                .containsEntry("element.r2m4-replica.partition", "3")
                .doesNotContainKey("element.r1m5-replica.partition");
    }

    @Test
    void aClusterOfOneHasNoDispatcher() {
        assertThat(ClusterConfiguration.ranked(topology("arrangement: single")))
                .extracting(Element::name)
                .containsExactly("r1m1-engine");
    }
}
