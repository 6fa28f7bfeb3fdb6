package io.ringdown.harness.plan;

import io.ringdown.harness.hosts.docker.DockerEngine;
import io.ringdown.harness.hosts.docker.StandingContainers;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A cluster of other makers' elements, as a topology file describes it.
 *
 * @param file where it is described; commands on this machine work in that folder
 * @param callee where it sends its calls, {@code address:port}
 * @param patience how long an element may take until it serves
 * @param care what to do with each element, by its name
 * @param power what cuts the power of machines and puts them on again, by their names; of others nobody knows
 * @param away which host of an inventory each machine is, by its name; those that are not here are this machine
 * @param contained which container of its owner's each machine is, by its name; empty: none is
 * @param engine that has these containers
 */
public record DescribedCluster(
        Path file,
        Topology topology,
        String callee,
        Duration patience,
        Map<String, Care> care,
        Map<String, Power> power,
        Map<String, Away> away,
        Map<String, String> contained,
        DockerEngine engine)
        implements PlannedCluster {
    /** Its name in a plan, and in a plan's record. */
    public static final String TOPOLOGY = "topology";

    public DescribedCluster {
        care = Map.copyOf(care);
        power = Map.copyOf(power);
        away = Map.copyOf(away);
        contained = Map.copyOf(contained);
    }

    /**
     * Where a machine is that is another one than the harness's.
     *
     * @param host its name in an inventory
     * @param folder there, where commands work
     * @param line where in the file that stands, for complaints
     */
    public record Away(String host, Path folder, String line) {}

    /**
     * What to do with an element.
     *
     * @param start the command that it is started with; empty: it runs already, in a container
     * @param pidFile where the pid is when that command has gone into the background; empty: it stays in the foreground
     * @param stop the command that it is stopped with; empty: by SIGTERM
     * @param logs the command that prints its logs; empty: they are what it prints itself
     * @param health what tells that it serves
     * @param owned the command that prints the Call-IDs of the calls that it owns; empty: nobody knows
     * @param copies the command that prints those of which it holds copies; empty: nobody knows
     * @param load the command that prints how much it has to do, one number; empty: nobody knows
     * @param may what its owner allows to be done to it
     */
    public record Care(
            List<String> start,
            String pidFile,
            List<String> stop,
            List<String> logs,
            Health health,
            List<String> owned,
            List<String> copies,
            List<String> load,
            Set<Kind> may) {
        public Care {
            start = List.copyOf(start);
            stop = List.copyOf(stop);
            logs = List.copyOf(logs);
            owned = List.copyOf(owned);
            copies = List.copyOf(copies);
            load = List.copyOf(load);
            may = Set.copyOf(may);
        }

        /** All commands that there are. */
        public List<List<String>> commands() {
            List<String> asks = health instanceof Command command ? command.command() : List.of();
            return Stream.of(start, stop, logs, asks, owned, copies, load)
                    .filter(command -> !command.isEmpty())
                    .toList();
        }
    }

    /**
     * The commands that cut a machine's power and put it on again, on this machine.
     *
     * @param back how long it may take until it is reached again; zero: it is this machine
     */
    public record Power(List<String> off, List<String> on, Duration back) {
        public Power {
            off = List.copyOf(off);
            on = List.copyOf(on);
        }
    }

    /** What tells that an element serves. */
    public sealed interface Health {}

    /** It answers an OPTIONS at its SIP address, whatever the answer is. */
    public record AnswersOptions() implements Health {}

    /** A command ends with status 0. */
    public record Command(List<String> command) implements Health {
        public Command {
            command = List.copyOf(command);
        }
    }

    /** Where commands work that run on this machine. */
    public Path folder() {
        return file.toAbsolutePath().normalize().getParent();
    }

    /** Where an element's commands work, on its machine. */
    public Path folder(String element) {
        return topology.machineOf(element).map(this::folder).orElseGet(this::folder);
    }

    /** Where commands work on a machine. */
    public Path folder(Machine machine) {
        Away its = away.get(machine.name());
        return its == null ? folder() : its.folder();
    }

    /** Whether an element stands in a container, and is neither started nor stopped with a run. */
    public boolean stands(String element) {
        return topology.machineOf(element)
                .filter(machine -> contained.containsKey(machine.name()))
                .isPresent();
    }

    /** All containers that are elements. */
    public StandingContainers standing() {
        var names = new HashMap<String, String>();
        var ending = new HashSet<String>();
        for (Machine machine : topology.machines()) {
            String container = contained.get(machine.name());
            for (Element element : container == null ? List.<Element>of() : machine.elements()) {
                names.put(element.name(), container);
                if (care.get(element.name()).may().stream().anyMatch(kind -> kind != Kind.HANG)) {
                    ending.add(element.name());
                }
            }
        }
        return new StandingContainers(engine, names, ending);
    }

    /** Whether its elements tell which calls they own. */
    public boolean tellsOwners() {
        return care.values().stream().anyMatch(each -> !each.owned().isEmpty());
    }

    /** Whether its elements tell how much they have to do. */
    public boolean tellsLoads() {
        return care.values().stream().anyMatch(each -> !each.load().isEmpty());
    }

    /** What may be done to each element. */
    public Map<String, Set<Kind>> consent() {
        return care.entrySet().stream()
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().may()));
    }

    @Override
    public Map<String, String> flat() {
        return Map.of(
                "arrangement",
                topology.arrangement(),
                TOPOLOGY,
                file.getFileName().toString());
    }
}
