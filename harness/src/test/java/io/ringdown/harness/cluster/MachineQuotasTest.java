package io.ringdown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.harness.hosts.Quotas;
import io.ringdown.harness.plan.BuiltInPlans;
import io.ringdown.record.Topology;
import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

class MachineQuotasTest {
    private static final Topology TOPOLOGY =
            ClusterLayout.of(BuiltInPlans.find("no-fault").scenarios().get(0).reference());

    private final Recording host = new Recording();

    @Test
    void everyMachineIsLimitedTheDispatchersToo() throws IOException {
        new MachineQuotas(Map.of("quota", "0.01"), host).limit(TOPOLOGY);
        assertThat(host.limited)
                .containsExactly(
                        "r1m1 [r1m1-engine, r1m1-replica] 0.01",
                        "r1m2 [r1m2-engine, r1m2-replica] 0.01",
                        "r1d [r1d-dispatcher] 0.01",
                        "r2m1 [r2m1-engine, r2m1-replica] 0.01",
                        "r2m2 [r2m2-engine, r2m2-replica] 0.01",
                        "r2d [r2d-dispatcher] 0.01");
    }

    @Test
    void aPlanWithoutOneAsksTheHostForNothing() throws IOException {
        var none = new MachineQuotas(Map.of(), host);
        none.limit(TOPOLOGY);
        none.requireHeld();
        assertThat(host.limited).isEmpty();
        assertThat(none.read()).isEmpty();
        assertThat(none.longer(Duration.ofSeconds(30))).isEqualTo(Duration.ofSeconds(30));
    }

    @Test
    void quotasThatTheHostHasNotGotAreRefusedBeforeAnythingIsLimited() {
        assertThatThrownBy(() -> new MachineQuotas(Map.of("quota", "64"), host).limit(TOPOLOGY))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("cluster.quota: 6 machines of 64.0 processors need 384.00; this host has ");
        assertThat(host.limited).isEmpty();
    }

    @Test
    void aMachineThatIsNotHeldIsNamed() throws IOException {
        var quotas = new MachineQuotas(Map.of("quota", "0.01"), host);
        quotas.requireHeld();
        host.held = false;
        assertThatThrownBy(quotas::requireHeld).hasMessage("r1m1 is not held to its quota: as read back");
    }

    @Test
    void aSmallQuotaIsWaitedForLonger() {
        assertThat(new MachineQuotas(Map.of("quota", "0.1"), host).longer(Duration.ofSeconds(30)))
                .isEqualTo(Duration.ofSeconds(150));
        assertThat(new MachineQuotas(Map.of("quota", "2"), host).longer(Duration.ofSeconds(30)))
                .isEqualTo(Duration.ofSeconds(30));
    }

    private static final class Recording implements Quotas {
        private final List<String> limited = new ArrayList<>();
        private boolean held = true;

        @Override
        public String refusal() {
            return "";
        }

        @Override
        public Room room(String machine) {
            return new Room("this host", 2);
        }

        @Override
        public void limit(String machine, Collection<String> elements, Share share) {
            limited.add(machine + " " + elements + " " + share.processors());
        }

        @Override
        public List<Reading> read() {
            return List.of(new Reading("r1m1", 0.01, held, "as read back"));
        }
    }
}
