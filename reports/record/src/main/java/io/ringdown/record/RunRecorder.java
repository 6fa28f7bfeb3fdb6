package io.ringdown.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Writes a run folder while a run happens. Safe for several threads. Whatever was written before {@link #flush} survives the death
 * of the process; call it every 100 ms or so.
 */
public final class RunRecorder implements CallRecorder, AutoCloseable {
    private static final OperationLogReader.Visitor NOBODY = new OperationLogReader.Visitor() {
        @Override
        public void call(Call call) {
            // nobody
        }

        @Override
        public void operation(Operation operation) {
            // nobody
        }

        @Override
        public void incident(Incident incident) {
            // nobody
        }
    };

    private final RunFolder folder;
    private final OperationLogWriter operations;
    /** Of a plan with a callee only. */
    private final OperationLogWriter farSide;

    private final LatencyLog latencies;
    private final Writer events;
    private final Writer owners;
    private final Writer machine;
    private final Writer loadHosts;
    /** Of a capacity search only. */
    private final Writer trials;
    /** How far the load hosts' logs have been taken over, by their names. */
    private final Map<String, OperationLogReader> taken = new HashMap<>();

    private volatile OperationLogReader.Visitor watcher = NOBODY;

    /** Starts recording into a new folder. */
    public RunRecorder(RunFolder folder, RunClock clock, Provenance provenance, ResolvedPlan plan, Topology topology)
            throws IOException {
        this.folder = folder;
        Json.write(folder.plan(), plan);
        Json.write(folder.topology(), topology);
        operations = new OperationLogWriter(folder.operations());
        farSide = plan.workload().callee() == null || plan.capacity() != null
                ? null
                : new OperationLogWriter(folder.farSide());
        latencies = new LatencyLog(folder.latencies(), clock);
        events = Files.newBufferedWriter(folder.events(), StandardOpenOption.CREATE_NEW);
        owners = Files.newBufferedWriter(folder.owners(), StandardOpenOption.CREATE_NEW);
        machine = Files.newBufferedWriter(folder.machine(), StandardOpenOption.CREATE_NEW);
        loadHosts = plan.workload().caller().alone()
                ? Writer.nullWriter()
                : Files.newBufferedWriter(folder.loadHosts(), StandardOpenOption.CREATE_NEW);
        trials = plan.capacity() == null
                ? Writer.nullWriter()
                : Files.newBufferedWriter(folder.trials(), StandardOpenOption.CREATE_NEW);
        // Last: its presence says that the folder can be read.
        Json.write(folder.provenance(), provenance);
    }

    private RunRecorder(RunFolder folder, RunClock clock) throws IOException {
        this.folder = folder;
        operations = new OperationLogWriter(folder.operations());
        farSide = null;
        latencies = new LatencyLog(folder.latencies(), clock);
        events = Writer.nullWriter();
        owners = Writer.nullWriter();
        machine = Files.newBufferedWriter(folder.machine(), StandardOpenOption.CREATE_NEW);
        loadHosts = Writer.nullWriter();
        trials = Writer.nullWriter();
    }

    /** Records what one load host does, into a folder of its own: calls, latencies, and what its machine was busy with. */
    public static RunRecorder ofLoadHost(RunFolder folder, RunClock clock) throws IOException {
        return new RunRecorder(folder, clock);
    }

    /**
     * Takes over what a load host has recorded of calls since that was done last, and goes on recording.
     *
     * @param host what is known of it so far, its clock above all
     * @param written bytes of its log, as it says
     * @throws IOException if they are not there, or are no whole log; one line
     */
    public void takeSoFar(LoadHost host, long written) throws IOException {
        OperationLogReader log = log(host);
        log.more(new Shifted(host, operations, watcher));
        if (log.whole() != written) {
            throw new IOException("its operations log is whole to byte " + log.whole() + " of " + written);
        }
    }

    /**
     * What a load host's machine was busy with so far, as far as its record is here.
     *
     * @throws IOException if it cannot be read; one line
     */
    public List<MachineLoad> machine(LoadHost host) throws IOException {
        return RecordedRun.machine(folder, host);
    }

    private OperationLogReader log(LoadHost host) {
        return taken.computeIfAbsent(
                host.name(),
                name -> new OperationLogReader(folder.loadHost(name).operations()));
    }

    /**
     * Takes over what a load host has recorded, as far as it is whole and was not taken over before, and records how it fared.
     *
     * @param host of which nobody has looked yet whether its log is whole
     */
    public void take(LoadHost host) {
        boolean whole = false;
        try {
            whole = log(host).more(new Shifted(host, operations, watcher));
            latencies.take(folder.loadHost(host.name()).latencies());
        } catch (IOException | RuntimeException e) {
            // It died before it had begun to write, or in the middle of a word: what is there was taken.
        }
        writeLine(loadHosts, LoadHost.class, host.seen(whole));
    }

    /** Shows somebody from now on what is recorded of calls, as it is, on the threads that record; null: nobody any more. */
    public void watch(OperationLogReader.Visitor visitor) {
        watcher = visitor == null ? NOBODY : visitor;
    }

    /**
     * Where the callee's side of the calls is recorded, under numbers of its own.
     *
     * @throws IllegalStateException if the plan has no callee, or searches for a capacity
     */
    public CallRecorder farSide() {
        if (farSide == null) {
            throw new IllegalStateException("the plan has no callee");
        }
        return new CallRecorder() {
            @Override
            public void call(Call call) {
                farSide.append(call);
            }

            @Override
            public void operation(Operation operation) {
                farSide.append(operation);
            }

            @Override
            public void incident(Incident incident) {
                farSide.append(incident);
            }
        };
    }

    @Override
    public void call(Call call) {
        operations.append(call);
        watcher.call(call);
    }

    @Override
    public void operation(Operation operation) {
        operations.append(operation);
        latencies.add(operation);
        watcher.operation(operation);
    }

    @Override
    public void incident(Incident incident) {
        operations.append(incident);
        watcher.incident(incident);
    }

    /** Records an event; it is on its way to the disk when this returns. */
    public void event(RunEvent event) {
        writeLine(events, RunEvent.class, event);
    }

    /** Records who owned what. */
    public void owners(OwnerSnapshot snapshot) {
        writeLine(owners, OwnerSnapshot.class, snapshot);
    }

    /** Records what the machine was busy with. */
    public void machine(MachineLoad load) {
        writeLine(machine, MachineLoad.class, load);
    }

    /** Records a trial that has ended, after its operations. */
    public void trial(Trial trial) {
        flush();
        writeLine(trials, Trial.class, trial);
    }

    /** Records whether the generator can be believed. */
    public void selfChecks(SelfChecks checks) {
        write(folder.selfChecks(), checks);
    }

    /** Records what the generator can do by itself. */
    public void calibration(Calibration calibration) {
        write(folder.calibration(), calibration);
    }

    /**
     * Records the call-detail records that the cluster wrote, all at once, after its calls.
     *
     * @throws UncheckedIOException if they cannot be written
     */
    public void callDetails(List<CallDetail> details) {
        try (Writer writer = Files.newBufferedWriter(folder.callDetails(), StandardOpenOption.CREATE_NEW)) {
            details.forEach(detail -> writeLine(writer, CallDetail.class, detail));
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.callDetails(), e);
        }
    }

    private static void write(Path path, Object value) {
        try {
            Json.write(path, value);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + path, e);
        }
    }

    /** Hands everything recorded so far to the operating system. */
    public void flush() {
        operations.flush();
        if (farSide != null) {
            farSide.flush();
        }
    }

    /** Ends an interval of the latency log; call once a second. */
    public void endLatencyInterval() {
        latencies.endInterval();
    }

    @Override
    public void close() throws IOException {
        try (farSide;
                trials;
                loadHosts;
                machine;
                owners;
                events;
                latencies) {
            operations.close();
        }
    }

    /**
     * Seals what a run has recorded, so that nobody takes for its record what is changed, swapped or lost later. Call it when the run has ended and everybody who
     * records is closed.
     */
    public static void seal(RunFolder folder) throws IOException {
        Json.write(folder.seal(), Seal.of(folder));
    }

    private static void writeLine(Writer writer, Class<?> type, Object value) {
        try {
            String line = Json.MAPPER.writerFor(type).writeValueAsString(value);
            synchronized (writer) {
                writer.write(line + "\n");
                writer.flush();
            }
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write the run folder", e);
        }
    }
}
