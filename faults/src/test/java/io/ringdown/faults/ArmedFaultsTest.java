package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Faults that last, by a network that does what a test says. */
class ArmedFaultsTest {
    private static final String DISPATCHER = "r1d-dispatcher";

    @TempDir
    private Path folder;

    private final FakeVictims victims = new FakeVictims();
    private final Obedient network = new Obedient();
    private Ledger ledger;
    private FaultInjector injector;

    @BeforeEach
    void open() throws IOException {
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        victims.network = network;
        injector = new FaultInjector(
                victims, ledger, BlastRadius.ofOneRack(Clusters.FIGURE_5), new FakePace(), Duration.ofMillis(200));
    }

    @AfterEach
    void close() throws IOException {
        ledger.close();
    }

    /** Who holds a service address is held still: it looks frozen before and after, and has answered meanwhile. */
    @Test
    void whoWasToStandStillAndRanMeanwhileTakesTheProofAlong() throws Exception {
        InjectedFault fault = injector.inject(0, Clusters.order(Domain.MACHINE, Kind.ISOLATE, "r1d"), 0);
        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertThat(injector.confirmStill(fault).proven()).isTrue();
        victims.spent.put(DISPATCHER, Map.of(victims.identity(DISPATCHER), new Spent(2_000_001, Map.of("1", 1L))));

        InjectedFault still = injector.confirmStill(fault);

        assertThat(still.proven()).isFalse();
        assertThat(still.proof()).last().asString().startsWith("ran for 2000 us while it should have been frozen: ");
    }

    /** Programs and processes wait to be told: nobody would tell them, nor end them. */
    @Test
    void whatCannotBeWrittenDownIsNotLeftWaiting() throws Exception {
        ledger.close();

        assertThatThrownBy(() -> injector.inject(0, Clusters.order(Domain.MACHINE, Kind.ISOLATE, "r1d"), 0))
                .isInstanceOf(IOException.class);

        assertThat(network.closed).isTrue();
    }

    private static final class Obedient extends IdleArmed implements Network {
        @Override
        public String refusal(Kind kind) {
            return "";
        }

        @Override
        public Armed arm(Disturbance disturbance) {
            return this;
        }
    }
}
