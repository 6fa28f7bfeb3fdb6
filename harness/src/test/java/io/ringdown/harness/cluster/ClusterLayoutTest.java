package io.ringdown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.plan.ClusterSettings;
import io.ringdown.harness.plan.ClusterSettings.Domains;
import io.ringdown.harness.plan.ClusterSettings.Pools;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ClusterLayoutTest {
    private static Topology was(Domains domains) {
        return ClusterLayout.of(new ClusterSettings(
                "was", 2, 2, 2, domains, Pools.ACROSS_RACKS, false, false, 0, 0, 0, 0, 0, Map.of()));
    }

    private static Topology mss(Pools pools) {
        return ClusterLayout.of(
                new ClusterSettings("mss", 2, 2, 2, Domains.FIGURE_5, pools, false, false, 0, 0, 0, 0, 0, Map.of()));
    }

    /** Racks of the machines that carry each domain. */
    private static Collection<List<String>> racks(Topology topology) {
        return topology.elements().stream()
                .filter(Element::stores)
                .collect(Collectors.groupingBy(
                        Element::partition,
                        Collectors.mapping(
                                element -> topology.machineOf(element.name())
                                        .map(Machine::name)
                                        .orElseThrow()
                                        .substring(0, 2),
                                Collectors.toList())))
                .values();
    }

    @Test
    void aDomainOfFigure5LiesAcrossTheRacks() {
        Topology topology = was(Domains.FIGURE_5);
        assertThat(topology.elements().stream().filter(Element::processes))
                .extracting(Element::name)
                .containsExactly("r1m1-container", "r1m2-container", "r2m1-container", "r2m2-container");
        assertThat(racks(topology))
                .hasSize(2)
                .allSatisfy(racks -> assertThat(racks).containsExactly("r1", "r2"));
        assertThat(topology.elements().stream().filter(Element::dispatches))
                .extracting(Element::name)
                .containsExactly("r1d-sprayer", "r1d-proxy", "r2d-sprayer", "r2d-proxy");
    }

    @Test
    void figure6HasADomainForEveryTwoMachines() {
        Topology topology = was(Domains.FIGURE_6);
        assertThat(topology.machines().stream().filter(machine -> machine.name().contains("m")))
                .hasSize(4)
                .allSatisfy(machine -> {
                    assertThat(machine.elements()).hasSize(3);
                    assertThat(machine.elements()).extracting(Element::sip).doesNotHaveDuplicates();
                    assertThat(machine.elements()).extracting(Element::admin).doesNotHaveDuplicates();
                });
        assertThat(racks(topology))
                .hasSize(6)
                .allSatisfy(racks -> assertThat(racks).hasSize(2));
        assertThat(racks(topology)).contains(List.of("r1", "r1"), List.of("r2", "r2"));
    }

    @Test
    void itsOtherVariantHasNoneWithinARack() {
        assertThat(racks(was(Domains.FIGURE_6_ACROSS_RACKS)))
                .hasSize(4)
                .allSatisfy(racks -> assertThat(racks).containsExactly("r1", "r2"));
    }

    @Test
    void serversOfAPoolStandInDifferentRacksUnlessTheyAreToBeBlindToThem() {
        Topology topology = mss(Pools.ACROSS_RACKS);
        assertThat(topology.elements().stream().filter(Element::processes))
                .extracting(Element::name)
                .containsExactly("r1m1-server", "r1m2-server", "r2m1-server", "r2m2-server");
        assertThat(racks(topology))
                .hasSize(2)
                .allSatisfy(racks -> assertThat(racks).containsExactly("r1", "r2"));
        assertThat(topology.elements().stream().filter(Element::dispatches))
                .extracting(Element::name)
                .containsExactly("r1d-balancer", "r2d-balancer");
        assertThat(mss(Pools.NONE).elements()).extracting(Element::partition).containsOnly(-1);
    }

    @ParameterizedTest
    @ValueSource(strings = {"occas", "was"})
    void groupsThatAreBlindToRacksStandInOne(String arrangement) {
        Topology topology = ClusterLayout.of(new ClusterSettings(
                arrangement, 2, 2, 2, Domains.FIGURE_5, Pools.ACROSS_RACKS, false, true, 0, 0, 0, 0, 0, Map.of()));
        assertThat(racks(topology)).containsExactlyInAnyOrder(List.of("r1", "r1"), List.of("r2", "r2"));
    }

    private static List<String> further(String arrangement, int spares) {
        var settings = new ClusterSettings(
                arrangement, 2, 2, 2, Domains.FIGURE_5, Pools.ACROSS_RACKS, false, false, spares, 0, 0, 0, 0, Map.of());
        Topology started = ClusterLayout.of(settings);
        var names = ClusterLayout.withSpares(settings).elements();
        return names.stream()
                .filter(element -> !started.elements().contains(element))
                .peek(element -> assertThat(ClusterLayout.isSpare(element.name(), settings.flat()))
                        .isTrue())
                .map(element -> element.name() + " " + element.partition())
                .toList();
    }

    @Test
    void sparesAreFurtherMachinesThatLeaveTheOthersAsTheyAre() {
        assertThat(further("occas", 3))
                .containsExactly(
                        "r1m3-engine -1", "r1m3-replica 2", "r1m4-engine -1", "r2m3-engine -1", "r2m3-replica 2");
        assertThat(further("was", 2)).containsExactly("r1m3-container 2", "r2m3-container 2");
        assertThat(further("mss", 1)).containsExactly("r1m3-server 2");
        assertThat(ClusterLayout.isSpare("r1m2-engine", Map.of("spares", "1", "machines-per-rack", "2")))
                .isFalse();
        assertThat(ClusterLayout.isSpare("r1d-dispatcher", Map.of("spares", "1", "machines-per-rack", "2")))
                .isFalse();
    }
}
