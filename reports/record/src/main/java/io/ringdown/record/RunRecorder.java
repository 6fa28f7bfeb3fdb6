package io.ringdown.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;

/**
 * Writes a run folder while a run happens. Safe for several threads. Whatever was written before {@link #flush} survives the death
 * of the process; call it every 100 ms or so.
 */
public final class RunRecorder implements AutoCloseable {
    private final RunFolder folder;
    private final OperationLogWriter operations;
    private final LatencyLog latencies;
    private final Writer events;
    private final Writer owners;

    /** Starts recording into a new folder. */
    public RunRecorder(RunFolder folder, RunClock clock, Provenance provenance, ResolvedPlan plan, Topology topology)
            throws IOException {
        this.folder = folder;
        writeJson(folder.plan(), plan);
        writeJson(folder.topology(), topology);
        operations = new OperationLogWriter(folder.operations());
        latencies = new LatencyLog(folder.latencies(), clock);
        events = Files.newBufferedWriter(folder.events(), StandardOpenOption.CREATE_NEW);
        owners = Files.newBufferedWriter(folder.owners(), StandardOpenOption.CREATE_NEW);
        // Last: its presence says that the folder can be read.
        writeJson(folder.provenance(), provenance);
    }

    /** Records a call. Must come before its operations. */
    public void call(Call call) {
        operations.append(call);
    }

    /** Records an attempt that has ended. */
    public void operation(Operation operation) {
        operations.append(operation);
        latencies.add(operation);
    }

    /** Records an incident. */
    public void incident(Incident incident) {
        operations.append(incident);
    }

    /** Records an event; it is on its way to the disk when this returns. */
    public void event(RunEvent event) {
        writeLine(events, RunEvent.class, event);
    }

    /** Records who owned what. */
    public void owners(OwnerSnapshot snapshot) {
        writeLine(owners, OwnerSnapshot.class, snapshot);
    }

    /** Records whether the generator can be believed. */
    public void selfChecks(SelfChecks checks) {
        try {
            writeJson(folder.selfChecks(), checks);
        } catch (IOException e) {
            throw new UncheckedIOException("cannot write " + folder.selfChecks(), e);
        }
    }

    /** Hands everything recorded so far to the operating system. */
    public void flush() {
        operations.flush();
    }

    /** Ends an interval of the latency log; call once a second. */
    public void endLatencyInterval() {
        latencies.endInterval();
    }

    @Override
    public void close() throws IOException {
        try (owners;
                events;
                latencies) {
            operations.close();
        }
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

    private static void deleteQuietly(Path file, IOException cause) {
        try {
            Files.deleteIfExists(file);
        } catch (IOException e) {
            cause.addSuppressed(e);
        }
    }

    /** Under another name first: whoever sees the file sees all of it, even if the disk fills up or the harness is killed. */
    private static void writeJson(Path path, Object value) throws IOException {
        Path unfinished = path.resolveSibling(path.getFileName() + ".unfinished");
        try {
            Files.writeString(
                    unfinished, Json.MAPPER.writerWithDefaultPrettyPrinter().writeValueAsString(value) + "\n");
            Files.move(unfinished, path, StandardCopyOption.ATOMIC_MOVE);
        } catch (IOException e) {
            deleteQuietly(unfinished, e);
            throw e;
        }
    }
}
