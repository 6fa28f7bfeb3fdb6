package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.Undo;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.hosts.PowerSwitch;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.BooleanSupplier;

/** The power of hosts, by commands of this machine: a host cannot put itself on. */
final class RemotePower {
    private final LocalHost beside;
    private final Ledger ledger;
    private final Map<String, PowerSwitch> switches = new ConcurrentHashMap<>();

    RemotePower(LocalHost beside, Ledger ledger) {
        this.beside = beside;
        this.ledger = ledger;
    }

    void learn(List<PowerSwitch> those) throws IOException {
        beside.switches(those);
        those.forEach(each -> switches.put(each.machine(), each));
    }

    /** Writes what puts a machine on again, before its power is cut; the ledger's step. */
    int intend(RemoteMachine machine) throws IOException {
        Undo.PowerOn on = beside.power().restoring(machine.name());
        String inventory = machine.inventory().file().toAbsolutePath().toString();
        return ledger.intend(new Undo.PowerOn(on.element(), on.topology(), inventory));
    }

    /** Marks a step as undone. */
    void done(int step, String how) throws IOException {
        ledger.done(step, how);
    }

    /** Begins to cut it, and waits for nothing. */
    void off(RemoteMachine machine) throws IOException {
        beside.power().off(machine.name());
    }

    /**
     * Puts a machine on, and reaches it again.
     *
     * @param over whether nobody wants it any more
     * @return what was done, one line
     * @throws IOException if its command fails, or it is not reached in time; one line
     */
    String on(RemoteMachine machine, BooleanSupplier over) throws IOException {
        String how = beside.power().on(beside.power().restoring(machine.name()));
        Path agent = Deployment.agentJar();
        try {
            machine.comeBack(agent, switches.get(machine.name()).back(), over);
        } finally {
            Files.delete(agent);
        }
        return how + RemoteHealing.REACHED;
    }
}
