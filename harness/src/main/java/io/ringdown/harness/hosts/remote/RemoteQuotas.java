package io.ringdown.harness.hosts.remote;

import io.ringdown.harness.hosts.Quotas;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;

/** Quotas of machines, each given by its own host. */
final class RemoteQuotas implements Quotas {
    private final Map<String, RemoteMachine> machines;

    RemoteQuotas(Map<String, RemoteMachine> machines) {
        this.machines = machines;
    }

    @Override
    public String refusal() {
        for (RemoteMachine machine : machines.values()) {
            try {
                String refusal = machine.ask(new Ask.QuotaRefusal());
                if (!refusal.isEmpty()) {
                    return machine.target() + ": " + refusal;
                }
            } catch (IOException e) {
                return e.getMessage();
            }
        }
        return "";
    }

    /** Hosts that were booted together are one machine. */
    @Override
    public Room room(String machine) {
        String boot = machines.get(machine).opened().boot();
        RemoteMachine first = machines.values().stream()
                .filter(any -> any.opened().boot().equals(boot))
                .findFirst()
                .orElseThrow();
        return new Room("host " + first.target().name(), first.opened().processors());
    }

    @Override
    public void limit(String machine, Collection<String> elements, Share share) throws IOException {
        machines.get(machine).ask(new Ask.Limit(machine, List.copyOf(elements), share));
    }

    @Override
    public List<Reading> read() {
        var readings = new ArrayList<Reading>();
        machines.forEach((name, machine) -> {
            try {
                readings.addAll(List.of(machine.ask(new Ask.ReadQuotas())));
            } catch (IOException e) {
                readings.add(new Reading(name, 0, false, e.getMessage()));
            }
        });
        return readings;
    }
}
