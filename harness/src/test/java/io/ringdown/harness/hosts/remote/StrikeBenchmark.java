package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.Injecting;
import io.ringdown.faults.Ledger;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.plan.InventoryReader;
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
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/** How close together a rack of four hosts freezes, and how soon it is healed: arguments are an inventory of four, and how often it is struck. */
final class StrikeBenchmark {
    private StrikeBenchmark() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        Inventory inventory = InventoryReader.read(Path.of(arguments[0]));
        var machines = IntStream.rangeClosed(1, 4)
                .mapToObj(number -> new Machine(
                        "r1m" + number,
                        "127.0.0." + number,
                        List.of(
                                new Element("a" + number, "engine", -1, "", ""),
                                new Element("b" + number, "engine", -1, "", ""))))
                .toList();
        var rack = new Topology("single", "127.0.0.1:5060", "", List.of(new Rack("r1", machines)));
        List<String> elements = rack.elements().stream().map(Element::name).toList();
        var order = new FaultOrder(Domain.RACK, Kind.HANG, List.of("r1"), elements, Duration.ZERO, null);
        Path folder = Files.createTempDirectory("strikes");
        var clock = RunClock.startingNow();
        var brackets = new ArrayList<Double>();
        var late = new ArrayList<Double>();
        var healed = new ArrayList<Double>();
        int proven = 0;
        try (Ledger ledger = Ledger.create(folder.resolve("ledger.jsonl"));
                var host = RemoteHost.opening(
                                Placement.of(inventory, rack, 0),
                                rack,
                                Installation.locate().jar(),
                                Installation.OPTIONS)
                        .open(folder, ledger)) {
            for (String element : elements) {
                host.start(element, List.of("cat"));
            }
            Injecting injecting = host.injecting(clock, BlastRadius.ofOneRack(rack));
            for (int strike = 0; strike < Integer.parseInt(arguments[1]); strike++) {
                long at = clock.nanos() + 600_000_000;
                InjectedFault fault = injecting.inject(strike, order, at);
                proven += fault.proven() ? 1 : 0;
                brackets.add((fault.confirmed() - fault.asked()) / 1e6);
                late.add((fault.asked() - at) / 1e6);
                long healing = System.nanoTime();
                injecting.repair(fault);
                healed.add((System.nanoTime() - healing) / 1e6);
            }
        }
        System.out.printf(Locale.ROOT, "%d strikes, %d proven%n", brackets.size(), proven);
        print("first asked to last confirmed, ms", brackets);
        print("first asked after the instant, ms", late);
        print("told to run on until all were seen running, ms", healed);
    }

    private static void print(String what, List<Double> values) {
        List<Double> sorted = values.stream().sorted().toList();
        System.out.printf(
                Locale.ROOT,
                "%s: median %.1f, p99 %.1f, most %.1f%n",
                what,
                sorted.get(sorted.size() / 2),
                sorted.get((int) Math.ceil(sorted.size() * 0.99) - 1),
                sorted.get(sorted.size() - 1));
    }
}
