package io.ringdown.record;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.nio.charset.CharacterCodingException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.LongUnaryOperator;

/**
 * Everything a run folder says except its operations, which are streamed by {@link #readOperations}.
 *
 * @param trials of a capacity search, in order; else empty
 * @param machine what the machine was busy with, in order
 * @param loadHosts the processes that the calls were dealt over; empty if the harness itself called
 * @param elsewhere what the machines of load hosts were busy with that have one of their own, by the load host's name
 * @param calibration empty if the generator was not calibrated on this machine
 * @param selfChecks empty if the harness was killed, or could not write, before it could tell
 */
public record RecordedRun(
        RunFolder folder,
        Provenance provenance,
        ResolvedPlan plan,
        Topology topology,
        List<RunEvent> events,
        List<OwnerSnapshot> owners,
        Optional<SelfChecks> selfChecks,
        List<Trial> trials,
        List<MachineLoad> machine,
        List<LoadHost> loadHosts,
        Map<String, List<MachineLoad>> elsewhere,
        Optional<Calibration> calibration) {
    /**
     * Reads a run folder, also one whose harness was killed.
     *
     * @throws IOException if a file cannot be read, or is not what the run recorded; one line that names it
     */
    public static RecordedRun read(RunFolder folder) throws IOException {
        // A large log takes as long to digest as all else to read.
        Reading<Seal> now = Files.exists(folder.seal()) ? Reading.begin(() -> Seal.of(folder)) : null;
        RecordedRun run = unsealed(folder);
        // Last: who can tell the line in which a file is damaged does.
        if (now != null) {
            json(folder.seal(), Seal.class).check(folder, now.end());
        }
        return run;
    }

    private static RecordedRun unsealed(RunFolder folder) throws IOException {
        List<LoadHost> loadHosts = lines(folder.loadHosts(), LoadHost.class);
        return new RecordedRun(
                folder,
                provenance(folder),
                json(folder.plan(), ResolvedPlan.class),
                json(folder.topology(), Topology.class),
                lines(folder.events(), RunEvent.class),
                lines(folder.owners(), OwnerSnapshot.class),
                optional(folder.selfChecks(), SelfChecks.class),
                lines(folder.trials(), Trial.class),
                lines(folder.machine(), MachineLoad.class),
                loadHosts,
                elsewhere(folder, loadHosts),
                optional(folder.calibration(), Calibration.class));
    }

    /** With the run's instants. */
    private static Map<String, List<MachineLoad>> elsewhere(RunFolder folder, List<LoadHost> loadHosts)
            throws IOException {
        var elsewhere = new TreeMap<String, List<MachineLoad>>();
        for (LoadHost host : loadHosts) {
            List<MachineLoad> loads = machine(folder, host);
            if (!loads.isEmpty()) {
                elsewhere.put(host.name(), loads);
            }
        }
        return elsewhere;
    }

    /**
     * What a load host's machine was busy with so far, with the run's instants; empty if that is the harness's.
     *
     * @throws IOException if its record cannot be read; one line
     */
    static List<MachineLoad> machine(RunFolder folder, LoadHost host) throws IOException {
        ClockCourse clock = host.clock();
        return lines(folder.loadHost(host.name()).machine(), MachineLoad.class).stream()
                .map(load -> load.at(clock.runNanos(load.from()), clock.runNanos(load.until())))
                .toList();
    }

    /**
     * Where a run folder comes from; reads nothing else of it.
     *
     * @throws IOException also if it is of another format than is written now
     */
    public static Provenance provenance(RunFolder folder) throws IOException {
        Provenance provenance = json(folder.provenance(), Provenance.class);
        if (provenance.format() != Provenance.FORMAT) {
            throw new IOException(folder.provenance() + ": format " + provenance.format()
                    + ", of another version of Ringdown; this one reads format " + Provenance.FORMAT);
        }
        return provenance;
    }

    /**
     * Streams the operations log.
     *
     * @return whether it was whole
     */
    public boolean readOperations(OperationLogReader.Visitor visitor) throws IOException {
        return OperationLogReader.read(folder.operations(), visitor);
    }

    /**
     * How far an instant that a load host recorded may be off from one that the harness did, in nanoseconds; 0 where the harness recorded all.
     *
     * @param at run nanos at which that matters
     */
    public long clockMargin(long at) {
        return clockMargins().applyAsLong(at);
    }

    /** The same at any instant, for whoever asks often. */
    public LongUnaryOperator clockMargins() {
        List<ClockCourse> clocks = loadHosts.stream().map(LoadHost::clock).toList();
        return at -> {
            long widest = 0;
            for (ClockCourse clock : clocks) {
                widest = Math.max(widest, clock.uncertainty(at));
            }
            return widest;
        };
    }

    /** The load host that made a call, and was not seen to the end of its work; or empty. */
    public Optional<LoadHost> incompleteHostOf(Call call) {
        return hostOf(call.number()).filter(host -> !host.complete());
    }

    /** The load host that made a call; or empty. */
    public Optional<LoadHost> hostOf(int call) {
        // Asked for every call.
        for (LoadHost host : loadHosts) {
            if (call % host.of() == host.index()) {
                return Optional.of(host);
            }
        }
        return Optional.empty();
    }

    /**
     * Streams what the callee recorded.
     *
     * @return whether it was whole
     */
    public boolean readFarSide(OperationLogReader.Visitor visitor) throws IOException {
        return OperationLogReader.read(folder.farSide(), visitor);
    }

    /** The call-detail records that the cluster wrote; empty if it writes none, or nobody came to collect them. */
    public Optional<List<CallDetail>> callDetails() throws IOException {
        return Files.exists(folder.callDetails())
                ? Optional.of(lines(folder.callDetails(), CallDetail.class))
                : Optional.empty();
    }

    /** Whether the run came to its end by itself, so that all that it was to record was recorded. */
    public boolean completed() {
        RunEvent last = events.stream()
                .filter(RunEvent.Ended.class::isInstance)
                .reduce((earlier, later) -> later)
                .orElse(null);
        return last instanceof RunEvent.Ended ended && ended.ending() == RunEvent.Ending.COMPLETED;
    }

    /** Whether nobody has changed it since the run ended. */
    public boolean sealed() {
        return Files.exists(folder.seal());
    }

    /** The faults that were injected, each as last told, in the plan's order. */
    public List<InjectedFault> faults() {
        var latest = new TreeMap<Integer, InjectedFault>();
        for (RunEvent event : events) {
            if (event instanceof RunEvent.FaultInjected injected) {
                latest.put(injected.fault().index(), injected.fault());
            }
        }
        return List.copyOf(latest.values());
    }

    /** Each is written whole or not at all, so that one which cannot be read was damaged later. */
    private static <T> Optional<T> optional(Path path, Class<T> type) throws IOException {
        return Files.exists(path) ? Optional.of(json(path, type)) : Optional.empty();
    }

    private static <T> T json(Path path, Class<T> type) throws IOException {
        return value(path, 0, text(path), type);
    }

    private static String text(Path path) throws IOException {
        try {
            return Files.readString(path);
        } catch (CharacterCodingException e) {
            throw new IOException(path + ": not a text in UTF-8", e);
        } catch (IOException e) {
            throw Complaint.about(path, e);
        }
    }

    /** @param before lines of the file that stand before it, for complaints */
    private static <T> T value(Path path, long before, String text, Class<T> type) throws IOException {
        try {
            T value = Json.MAPPER.readValue(text, type);
            if (value == null) {
                throw new IOException(path + ":" + (before + 1) + ": says nothing");
            }
            return value;
        } catch (JsonProcessingException e) {
            long line = before + (e.getLocation() == null ? 1 : e.getLocation().getLineNr());
            throw new IOException(path + ":" + line + ": " + e.getOriginalMessage(), e);
        }
    }

    /** A last line that a killed writer left unfinished is passed over. */
    private static <T> List<T> lines(Path path, Class<T> type) throws IOException {
        var values = new ArrayList<T>();
        if (!Files.exists(path)) {
            return values;
        }
        String text = text(path);
        for (int start = 0, end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
            values.add(value(path, values.size(), text.substring(start, end), type));
        }
        return values;
    }
}
