package io.ringdown.faults;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.sun.net.httpserver.HttpServer;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Drains by an admin port that is one, but for the element behind it. */
class DrainingIT {
    private static final FaultOrder ORDER =
            new FaultOrder(Domain.MACHINE, Kind.DRAIN, List.of("a"), List.of("a-server"), Duration.ZERO, null);

    @TempDir
    private Path folder;

    private final RealVictims victims = new RealVictims();
    private final RunClock clock = RunClock.startingNow();
    private volatile String state = "synced";
    private volatile boolean alone;
    private HttpServer admin;
    private Ledger ledger;
    private FaultInjector injector;

    @BeforeEach
    void open() throws IOException {
        admin = HttpServer.create(new InetSocketAddress("127.65.5.1", 0), 0);
        admin.createContext("/", exchange -> {
            String page = exchange.getRequestURI().getPath();
            boolean refused = page.equals("/drain") && alone;
            if (!refused && !page.equals("/health")) {
                state = page.equals("/drain") ? "draining" : "synced";
            }
            byte[] body = (refused ? "nobody else" : "{\"state\":\"" + state + "\"}").getBytes(UTF_8);
            exchange.sendResponseHeaders(refused ? 409 : 200, body.length);
            exchange.getResponseBody().write(body);
            exchange.close();
        });
        admin.start();
        var element = new Element(
                "a-server", "server", 0, "", "127.65.5.1:" + admin.getAddress().getPort());
        var topology = new Topology(
                "own",
                "127.65.0.1:5060",
                "",
                List.of(new Rack("r1", List.of(new Machine("a", "127.65.5.1", List.of(element))))));
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        injector = new FaultInjector(
                victims, ledger, new BlastRadius(topology, 1), Pace.of(clock), Duration.ofMillis(500));
        victims.start("a-server", List.of("sleep", "300"));
    }

    @AfterEach
    void close() throws IOException {
        admin.stop(0);
        ledger.close();
        victims.close();
    }

    @Test
    void drainsAndPutsBack() throws Exception {
        InjectedFault fault = injector.inject(0, ORDER, clock.nanos());

        assertThat(fault.proven()).as(fault.proof().toString()).isTrue();
        assertThat(state).isEqualTo("draining");
        assertThat(ledger.open()).hasSize(1);
        assertThat(injector.repair(fault).proven()).isTrue();
        assertThat(state).isEqualTo("synced");
        assertThat(ledger.open()).isEmpty();
    }

    /** Somebody who does not answer keeps nobody else out of service. */
    @Test
    void oneThatCannotBePutBackKeepsNoOtherFromIt() throws Exception {
        injector.inject(0, ORDER, clock.nanos());
        String other = "127.65.5.1:" + admin.getAddress().getPort();
        try (var silent = new ServerSocket(0, 1, InetAddress.getByName("127.65.5.2"))) {
            var both = new Undo.Undrain("r1", List.of("127.65.5.2:" + silent.getLocalPort(), other));

            assertThatThrownBy(() -> Undoing.onThisMachine().undo(both))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("127.65.5.2");
        }
        assertThat(state).isEqualTo("synced");
    }

    @Test
    void whoRefusesWasNotDrained() throws Exception {
        alone = true;

        InjectedFault fault = injector.inject(0, ORDER, clock.nanos());

        assertThat(fault.proven()).isFalse();
        assertThat(fault.proof()).anyMatch(line -> line.contains("refuses: nobody else"));
    }

    @Test
    void healingPutsBackWhoIsThereAndFindsWhoIsGone() throws Exception {
        injector.inject(0, ORDER, clock.nanos());
        Undo undo = ledger.open().values().iterator().next();

        assertThat(ledger.heal(Undoing.onThisMachine()).complete()).isTrue();
        assertThat(state).isEqualTo("synced");
        admin.stop(0);
        assertThat(Undoing.onThisMachine().undo(undo)).endsWith("is gone");
    }
}
