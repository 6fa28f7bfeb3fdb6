package io.ringdown.harness.cli;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.Ledger;
import io.ringdown.harness.cluster.OthersCluster;
import io.ringdown.harness.hosts.Doomed;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.TreeStart;
import io.ringdown.harness.hosts.remote.Placement;
import io.ringdown.harness.hosts.remote.RemoteHost;
import io.ringdown.harness.plan.DescribedCluster;
import io.ringdown.harness.plan.DescriptionReader;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.RunClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/** A harness to be killed while a host is without power. */
final class DoomedElsewhere {
    private DoomedElsewhere() {}

    /** Arguments: a run folder that exists, with {@code elements} in it; a topology with a machine m1 and an element p1; an inventory. */
    public static void main(String[] arguments) throws Exception {
        Path run = Path.of(arguments[0]);
        DescribedCluster described = DescriptionReader.read(Path.of(arguments[1]));
        Map<String, String> hosts = new HashMap<>();
        described.away().forEach((machine, away) -> hosts.put(machine, away.host()));
        Placement placement = Placement.named(InventoryReader.read(Path.of(arguments[2])), described.topology(), hosts);
        Host host = RemoteHost.opening(placement, described.topology())
                .open(run.resolve("elements"), Ledger.create(run.resolve("ledger.jsonl")));
        host.switches(OthersCluster.switches(described));
        host.startTree("p1", new TreeStart(described.care().get("p1").start(), described.folder("p1")));
        RunClock clock = RunClock.startingNow();
        var order = new FaultOrder(Domain.MACHINE, Kind.POWER_OFF, List.of("m1"), List.of("p1"), Duration.ZERO, null);
        System.out.println(host.injecting(clock, new BlastRadius(described.topology(), 1))
                .inject(0, order, clock.nanos())
                .proof());
        Doomed.await();
    }
}
