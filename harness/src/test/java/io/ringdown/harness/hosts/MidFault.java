package io.ringdown.harness.hosts;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.remote.Placement;
import io.ringdown.harness.hosts.remote.RemoteHost;
import io.ringdown.harness.plan.InventoryReader;
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
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.stream.Stream;

/**
 * A harness that strikes small elements with faults of several kinds, all of them in force at one time, says so, and waits to be killed. Kinds of
 * processes share a machine, a loss and what uses up what a machine has share another one, and each other kind of the network has one for itself.
 */
public final class MidFault {
    /** In place of an inventory. */
    static final String HERE = "-";

    private static final int NETWORK = 8;
    private static final int ATTEMPTS = 5;
    private static final String ENGINE = "-engine";
    private static final String USED = "used";
    private static final String OTHER = "other";
    /** Arguments: whom to send something to, all the while. */
    private static final String TALK =
            "while :; do for each; do echo x >/dev/udp/$each/9; done; sleep 0.05; done 2>/dev/null";

    private final List<Kind> kinds;
    private final Topology topology;
    private final Host host;
    private final Path logs;
    private final RunClock clock = RunClock.startingNow();

    private MidFault(List<Kind> kinds, Topology topology, Host host, Path logs) {
        this.logs = logs;
        this.kinds = kinds;
        this.topology = topology;
        this.host = host;
    }

    /** Arguments: a run folder that exists, with {@code elements} in it; an inventory, or {@link #HERE}; kinds. */
    public static void main(String[] arguments) throws Exception {
        Path logs = Path.of(arguments[0]).resolve("elements");
        List<Kind> kinds = Stream.of(arguments).skip(2).map(Kind::valueOf).toList();
        Topology topology = topology(kinds);
        Ledger ledger = Ledger.create(logs.resolveSibling("ledger.jsonl"));
        if (arguments[1].equals(HERE)) {
            new MidFault(kinds, topology, LocalHost.leashed(logs, ledger), logs).strike();
        } else {
            Placement placement = Placement.of(InventoryReader.read(Path.of(arguments[1])), topology, NETWORK);
            Host host = RemoteHost.opening(
                            placement, topology, Installation.locate().jar(), Installation.OPTIONS)
                    .open(logs, ledger);
            new MidFault(kinds, placement.on(topology), host, logs).strike();
        }
    }

    /** The machines that kinds take, and another one that nothing strikes. */
    public static Topology topology(List<Kind> kinds) {
        var carried = new LinkedHashMap<String, Set<String>>();
        for (Kind kind : kinds) {
            carried.computeIfAbsent(machine(kind), any -> new LinkedHashSet<>()).add(element(kind));
        }
        carried.put(OTHER, Set.of(OTHER + ENGINE));
        var machines = new ArrayList<Machine>();
        carried.forEach((machine, elements) -> machines.add(new Machine(
                machine,
                address(machines.size()),
                elements.stream()
                        .map(name -> name.equals(element(Kind.CLOCK))
                                ? LoneEngine.at(name, address(machines.size()))
                                : new Element(name, "engine", -1, "", ""))
                        .toList())));
        return new Topology("own", "127.67.0.1:5060", "", List.of(new Rack("r1", machines)));
    }

    /** Of a machine, on loopback. */
    public static String address(int index) {
        return "127.67." + (index + 1) + ".1";
    }

    private static String machine(Kind kind) {
        return isOfUsed(kind) ? USED : kind.ofNetwork() ? word(kind) : "processes";
    }

    private static String element(Kind kind) {
        return (isOfUsed(kind) ? USED : word(kind)) + ENGINE;
    }

    private static boolean isOfUsed(Kind kind) {
        return kind.exhausts() || kind == Kind.LOSS;
    }

    private static String word(Kind kind) {
        return kind.name().toLowerCase(Locale.ROOT);
    }

    private void strike() throws Exception {
        if (kinds.stream().anyMatch(Kind::exhausts)) {
            limit();
        }
        List<String> talkers = kinds.stream()
                .filter(Kind::ofNetwork)
                .map(kind -> addressOf(machine(kind)))
                .toList();
        for (Machine machine : topology.machines()) {
            for (Element element : machine.elements()) {
                if (element.name().equals(element(Kind.CLOCK))) {
                    LoneEngine.start(host, topology, element, logs);
                } else {
                    host.start(element.name(), command(machine, talkers));
                }
            }
        }
        if (addressOf(OTHER).startsWith("127.")) {
            var talk = new Thread(() -> talk(talkers));
            talk.setDaemon(true);
            talk.start();
        }
        Injecting injecting = host.injecting(
                clock, new BlastRadius(topology, topology.machines().size()));
        Map<String, List<Kind>> lanes = new LinkedHashMap<>();
        // What befalls one machine is proven one after the other, all else at the same time.
        kinds.forEach(kind ->
                lanes.computeIfAbsent(element(kind), any -> new ArrayList<>()).add(kind));
        var threads = Executors.newCachedThreadPool();
        List<Callable<Void>> strikes = lanes.values().stream()
                .map(lane -> (Callable<Void>) () -> {
                    for (Kind kind : lane) {
                        strike(injecting, kind);
                    }
                    return null;
                })
                .toList();
        for (var strike : threads.invokeAll(strikes)) {
            strike.get();
        }
        System.out.println("ready");
        // Until it is killed, or whoever started it is.
        System.in.read();
    }

    /** Containers have shares of their own, and are given no others. */
    private void limit() {
        try {
            host.quotas().limit(USED, List.of(USED + ENGINE), new Quotas.Share(0.2, 128, 4));
        } catch (IOException e) {
            System.out.println("no shares: " + e.getMessage());
        }
    }

    private List<String> command(Machine machine, List<String> talkers) {
        boolean talks = !machine.address().startsWith("127.")
                && (machine.name().equals(OTHER) || talkers.contains(machine.address()));
        var command = new ArrayList<>(talks ? List.of("bash", "-c", TALK, "talk") : List.of("sleep", "300"));
        if (talks) {
            command.addAll(machine.name().equals(OTHER) ? talkers : List.of(addressOf(OTHER)));
        }
        return command;
    }

    private void strike(Injecting injecting, Kind kind) throws InterruptedException {
        boolean machine = kind.lasts() && kind != Kind.CLOCK;
        var order = new FaultOrder(
                machine ? Domain.MACHINE : Domain.PROCESS,
                kind,
                List.of(machine ? machine(kind) : element(kind)),
                List.of(element(kind)),
                Duration.ZERO,
                null,
                terms(kind),
                kind.exhausts(),
                false);
        String said = "";
        // On a busy machine what is to be seen before a fault, or of it, may come late.
        for (int attempt = 0; attempt < ATTEMPTS && !said.startsWith("struck "); attempt++) {
            int index = attempt * kinds.size() + kinds.indexOf(kind);
            try {
                InjectedFault fault = injecting.inject(
                        index, order, clock.nanos() + host.lead().toNanos());
                said = (fault.proven() ? "struck " : "not proven ") + kind + ": " + fault.proof();
                if (!fault.proven()) {
                    injecting.repair(fault);
                }
            } catch (FaultRefusedException e) {
                said = "refused " + kind + ": " + e.getMessage();
                break;
            } catch (IOException e) {
                said = "not proven " + kind + ": " + e.getMessage();
            }
        }
        System.out.println(said);
    }

    private static Terms terms(Kind kind) {
        return switch (kind) {
            case LOSS, DUPLICATE, REORDER -> new Terms(List.of(), Direction.BOTH, 0.3);
            case DELAY -> new Terms(List.of(), Direction.BOTH, 0.05);
            case ISOLATE -> new Terms(List.of(), Direction.BOTH, 0);
            case RATE -> new Terms(List.of(), Direction.BOTH, 1e5);
            case CPU -> Terms.of(1);
            case MEMORY -> Terms.of(0.8);
            case CLOCK -> Terms.of(-3_600);
            default -> null;
        };
    }

    private String addressOf(String machine) {
        return topology.machines().stream()
                .filter(each -> each.name().equals(machine))
                .findFirst()
                .orElseThrow()
                .address();
    }

    /** In the elements' names, where all of their addresses are this machine's: what does not bind one has none of them. */
    private void talk(List<String> talkers) {
        try (var other = new DatagramSocket(new InetSocketAddress(addressOf(OTHER), 0))) {
            var sockets = new ArrayList<DatagramSocket>();
            for (String talker : talkers) {
                sockets.add(new DatagramSocket(new InetSocketAddress(talker, 0)));
            }
            while (true) {
                for (DatagramSocket socket : sockets) {
                    for (int i = 0; i < 10; i++) {
                        socket.send(new DatagramPacket(new byte[200], 200, other.getLocalSocketAddress()));
                        other.send(new DatagramPacket(new byte[200], 200, socket.getLocalSocketAddress()));
                    }
                }
                Thread.sleep(10);
            }
        } catch (Exception e) {
            System.out.println("no more talk: " + e);
        }
    }
}
