package io.ringdown.harness.hosts;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultInjector;
import io.ringdown.faults.Ledger;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Direction;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.FaultOrder.Terms;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.RunClock;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A harness that strikes one of two small elements, says so, and waits to be killed. */
final class MidFault {
    private static final String ONE = "127.67.1.1";
    private static final String OTHER = "127.67.2.1";

    /** For how long its elements would sleep: nobody else's do for just so long. */
    static final String SECONDS = "301.67";

    private MidFault() {}

    /** Arguments: a run folder that exists, with {@code elements} in it, and a kind. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        Kind kind = Kind.valueOf(arguments[1]);
        var topology = new Topology(
                "own", "127.67.0.1:5060", "", List.of(new Rack("r1", List.of(machine("a", ONE), machine("b", OTHER)))));
        Ledger ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        LocalHost host = LocalHost.leashed(folder.resolve("elements"), ledger);
        if (kind.exhausts()) {
            host.quotas().limit("a", List.of("a-engine"), new Quotas.Share(0.2, 128, 4));
        }
        for (Element element : topology.elements()) {
            host.start(element.name(), List.of("sleep", SECONDS));
        }
        var talk = new Thread(MidFault::talk);
        talk.setDaemon(true);
        talk.start();
        RunClock clock = RunClock.startingNow();
        var injector = new FaultInjector(host, ledger, clock, new BlastRadius(topology, 1));
        var order = new FaultOrder(
                Domain.MACHINE, kind, List.of("a"), List.of("a-engine"), Duration.ZERO, null, terms(kind));
        InjectedFault fault = injector.inject(0, order, clock.nanos());
        System.out.println((fault.proven() ? "struck " : "not proven ") + fault.proof());
        // Until it is killed, or whoever started it is.
        System.in.read();
    }

    private static Terms terms(Kind kind) {
        return switch (kind) {
            case LOSS -> new Terms(List.of(), Direction.BOTH, 0.3);
            case CPU -> Terms.of(1);
            case MEMORY -> Terms.of(0.8);
            case RATE -> new Terms(List.of(), Direction.BOTH, 1e5);
            default -> kind.ofNetwork() ? new Terms(List.of(), Direction.BOTH, 0) : null;
        };
    }

    private static Machine machine(String name, String address) {
        return new Machine(name, address, List.of(new Element(name + "-engine", "engine", -1, "", "")));
    }

    /** In the elements' names. */
    private static void talk() {
        try (var one = new DatagramSocket(new InetSocketAddress(ONE, 0));
                var other = new DatagramSocket(new InetSocketAddress(OTHER, 0))) {
            while (true) {
                for (int i = 0; i < 20; i++) {
                    one.send(new DatagramPacket(new byte[200], 200, other.getLocalSocketAddress()));
                    other.send(new DatagramPacket(new byte[200], 200, one.getLocalSocketAddress()));
                }
                Thread.sleep(10);
            }
        } catch (Exception e) {
            System.out.println("no more talk: " + e);
        }
    }
}
