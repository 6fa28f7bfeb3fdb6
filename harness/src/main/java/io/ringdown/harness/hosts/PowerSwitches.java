package io.ringdown.harness.hosts;

import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.Power;
import io.ringdown.faults.Undo;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;

/** The power of machines, by the commands that their owner has for it. A command that cuts it is ended before another puts it on. */
final class PowerSwitches implements Power {
    private final Map<String, PowerSwitch> switches;
    private final BoundedCommands commands;

    PowerSwitches(List<PowerSwitch> switches, BoundedCommands commands) {
        this.switches = switches.stream().collect(Collectors.toMap(PowerSwitch::machine, Function.identity()));
        this.commands = commands;
    }

    @Override
    public void off(String machine) throws IOException {
        PowerSwitch its = of(machine);
        commands.begin(machine, its.off(), Path.of(its.folder()), null);
    }

    @Override
    public String on(Undo.PowerOn undo) throws IOException {
        commands.end(undo.element());
        return of(undo.element()).putOn();
    }

    @Override
    public Undo.PowerOn restoring(String machine) {
        return new Undo.PowerOn(machine, of(machine).topology());
    }

    private PowerSwitch of(String machine) {
        PowerSwitch its = switches.get(machine);
        if (its == null) {
            throw new FaultRefusedException("nothing is known that cuts the power of " + machine);
        }
        return its;
    }
}
