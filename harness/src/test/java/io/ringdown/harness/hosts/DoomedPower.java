package io.ringdown.harness.hosts;

import io.ringdown.faults.BlastRadius;
import io.ringdown.faults.Ledger;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.RunClock;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/** A harness to be killed while a machine is without power. */
final class DoomedPower {
    private DoomedPower() {}

    /** The argument is the run folder. */
    public static void main(String[] arguments) throws Exception {
        Path folder = Path.of(arguments[0]);
        LocalHost host = LocalHost.leashed(folder, Ledger.create(folder.resolve("ledger.jsonl")));
        PowerIT.start(host, folder);
        host.switches(List.of(PowerIT.power(folder, PowerIT.KILL_BOTH, PowerIT.SAY_ON)));
        RunClock clock = RunClock.startingNow();
        var order =
                new FaultOrder(Domain.MACHINE, Kind.POWER_OFF, List.of("m"), List.of("a", "b"), Duration.ZERO, null);
        System.out.println(host.injecting(clock, new BlastRadius(PowerIT.ONE, 1))
                .inject(0, order, clock.nanos())
                .proven());
        Doomed.await();
    }
}
