package io.ringdown.workloads.sipp;

import io.ringdown.workloads.sip.KernelDrops;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.EnumMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * SIPp as the callee of a cluster that relays. What it notes is read by {@link #look}; a request that does not continue a dialog of its own is
 * refused and told, so that a callee that was restarted cannot feign a call that survived. For one thread.
 */
public final class SippCallee implements AutoCloseable {
    static final String MARK = "ringdown-callee";
    private static final int FIELDS = 6;

    private final Programs.Started process;
    private final InetSocketAddress address;
    private final Tail notes;
    private final Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
    private final Map<String, Kind> broken = new LinkedHashMap<>();
    private long drops;

    /** What the scenario notes. */
    public enum Kind {
        /** A set-up was accepted. */
        ACCEPTED,
        /** Its ACK, or a re-INVITE's, came. */
        ACKNOWLEDGED,
        /** An INFO was counted. */
        INFO,
        /** A re-INVITE was accepted. */
        MODIFIED,
        /** A BYE was answered. */
        ENDED,
        /** A request came inside a dialog with another tag, or with a CSeq that is not higher: refused. */
        BROKEN,
        /** An INVITE came that continues a dialog which this process does not know: refused. */
        REBORN,
        /** The call is over. */
        OVER
    }

    /**
     * Starts it; does not wait until it answers.
     *
     * @param program SIPp's executable
     * @param name of the process, unique
     * @param address IPv4 address to answer at
     * @param t1Millis RFC 3261 timer T1
     * @param folder for its scenario and logs
     * @throws IOException if it cannot be started; the message is one line
     */
    public SippCallee(
            String program, String name, InetSocketAddress address, long t1Millis, Path folder, Programs programs)
            throws IOException {
        this.address = address;
        Files.createDirectories(folder);
        Path scenario = folder.resolve("scenario.xml");
        Files.writeString(scenario, CalleeScenario.text(t1Millis));
        Path log = folder.resolve("notes-" + System.nanoTime() + ".log");
        notes = new Tail(log);
        InetSocketAddress control = SippProcess.free(java.net.InetAddress.getLoopbackAddress());
        List<String> command = List.of(
                program,
                "-sf",
                scenario.toString(),
                "-nostdin",
                "-i",
                address.getAddress().getHostAddress(),
                "-p",
                Integer.toString(address.getPort()),
                "-bind_local",
                "-ci",
                "127.0.0.1",
                "-cp",
                Integer.toString(control.getPort()),
                "-buff_size",
                "4000000",
                "-deadcall_wait",
                "0",
                "-timer_resol",
                "1",
                "-rtcheck",
                "loose",
                "-default_behaviors",
                "bye,pingreply",
                "-trace_logs",
                "-log_file",
                log.toString(),
                "-trace_err",
                "-error_file",
                folder.resolve("errors.log").toString(),
                "-f",
                "60");
        process = programs.start(name, command, folder);
    }

    /** Takes up what it has noted since the last time. */
    public void look() throws IOException {
        notes.read(this::note);
        drops = Math.max(drops, KernelDrops.of(address));
    }

    private void note(String line) {
        String[] fields = line.split("\\|", -1);
        if (fields.length != FIELDS || !fields[0].equals(MARK)) {
            return;
        }
        Kind kind = Kind.valueOf(fields[1]);
        counts.merge(kind, 1, Integer::sum);
        if (kind == Kind.BROKEN || kind == Kind.REBORN) {
            broken.putIfAbsent(fields[2], kind);
        }
    }

    /** How often something was noted. */
    public int count(Kind kind) {
        return counts.getOrDefault(kind, 0);
    }

    /** Calls that were not continued as they had begun, by their Call-ID. */
    public Map<String, Kind> broken() {
        return Map.copyOf(broken);
    }

    /** Datagrams that the kernel dropped on its socket; {@link KernelDrops#UNKNOWN} where it does not tell. */
    public long drops() {
        return drops;
    }

    /** Whether it runs. */
    public boolean alive() {
        return process.alive();
    }

    /** Ends it at once, and reads its last words. */
    @Override
    public void close() throws IOException {
        process.kill();
        look();
    }
}
