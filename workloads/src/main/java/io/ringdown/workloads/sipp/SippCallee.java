package io.ringdown.workloads.sipp;

import io.ringdown.record.CallRecorder;
import io.ringdown.record.RunClock;
import io.ringdown.record.SelfChecks;
import io.ringdown.workloads.Answerer;
import io.ringdown.workloads.sip.KernelDrops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;

/**
 * SIPp as the callee of a cluster that relays. A request that does not continue a dialog of its own is refused, so that a callee that was restarted
 * cannot feign a call that survived. It only answers: it sends no request of its own.
 */
public final class SippCallee implements Answerer {
    private static final int MOMENT_MILLIS = 100;

    private final String program;
    private final String name;
    private final InetSocketAddress address;
    private final long t1Millis;
    private final Path folder;
    private final Programs programs;
    private final RunClock clock;
    private final CalleeBook book;
    private final MessageLog messages;
    private final Tail errors;
    private final StatFile statistics;
    private final ScheduledExecutorService thread = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "sipp-callee-log");
        made.setDaemon(true);
        return made;
    });
    private Programs.Started process;
    private final Complaints complaints = new Complaints();
    private long drops = KernelDrops.UNKNOWN;
    private boolean closed;
    private volatile Throwable failure;

    /**
     * A callee that has started nothing yet.
     *
     * @param program SIPp's executable
     * @param name of the process, unique
     * @param address IPv4 address to answer at
     * @param t1Millis RFC 3261 timer T1
     * @param folder for its scenario and logs
     * @param recorder of the far side
     */
    public SippCallee(
            String program,
            String name,
            InetSocketAddress address,
            long t1Millis,
            Path folder,
            Programs programs,
            CallRecorder recorder,
            RunClock clock) {
        this.program = program;
        this.name = name;
        this.address = address;
        this.t1Millis = t1Millis;
        this.folder = folder;
        this.programs = programs;
        this.clock = clock;
        book = new CalleeBook(recorder, clock);
        messages = new MessageLog(folder.resolve("messages.log"));
        errors = new Tail(folder.resolve("errors.log"));
        statistics = new StatFile(folder.resolve("statistics.csv"));
    }

    @Override
    public synchronized void start() throws IOException {
        Files.createDirectories(folder);
        Files.writeString(folder.resolve("scenario.xml"), CalleeScenario.text(t1Millis));
        process = programs.start(name, command(), folder);
        thread.scheduleWithFixedDelay(this::look, MOMENT_MILLIS, MOMENT_MILLIS, TimeUnit.MILLISECONDS);
    }

    private List<String> command() throws IOException {
        InetSocketAddress control = SippProcess.free(InetAddress.getLoopbackAddress());
        long stall = Math.max(50, t1Millis);
        return List.of(
                // Its log of messages has no other time than this place's.
                "env",
                "TZ=UTC",
                program,
                "-sf",
                "scenario.xml",
                "-nostdin",
                "-i",
                address.getAddress().getHostAddress(),
                "-p",
                Integer.toString(address.getPort()),
                "-bind_local",
                "-ci",
                control.getAddress().getHostAddress(),
                "-cp",
                Integer.toString(control.getPort()),
                "-buff_size",
                "4000000",
                // A re-dial of SIPp's caller is a call of its own here.
                "-callid_slash_ign",
                "-deadcall_wait",
                "0",
                "-timer_resol",
                "1",
                "-rtcheck",
                "loose",
                "-default_behaviors",
                "bye,pingreply",
                "-trace_msg",
                "-message_file",
                "messages.log",
                "-trace_err",
                "-error_file",
                "errors.log",
                "-trace_stat",
                "-stf",
                "statistics.csv",
                "-fd",
                "1",
                // Watchdogs are to tell, never to end the run.
                "-watchdog_interval",
                Long.toString(stall / 5),
                "-watchdog_minor_threshold",
                Long.toString(stall),
                "-watchdog_minor_maxtriggers",
                "1000000",
                "-watchdog_major_maxtriggers",
                "1000000",
                "-f",
                "60");
    }

    /** Takes up what it has logged since the last time. */
    private synchronized void look() {
        if (closed || failure != null) {
            return;
        }
        try {
            boolean ended = !process.alive();
            read();
            if (ended) {
                errors.rest(complaints::take);
                failure = new IOException(complaints.after("SIPp (" + name + ") ended"));
            }
        } catch (IOException | RuntimeException e) {
            failure = e;
        }
    }

    private void read() throws IOException {
        messages.read(book::logged);
        errors.read(complaints::take);
        statistics.read(clock.nanos(), process.alive());
        drops = Math.max(drops, KernelDrops.of(address));
    }

    @Override
    public Throwable failure() {
        return failure;
    }

    /** A stall of SIPp's is told by its watchdogs, and by held answers that left late. */
    @Override
    public synchronized SelfChecks selfChecks() {
        look();
        return new SelfChecks(
                0,
                0,
                0,
                0,
                failure != null || statistics.stalled(),
                drops,
                complaints.unsent(),
                book.latest(),
                book.strays() + complaints.nonsense(),
                messages.torn());
    }

    /** Ends it at once, and reads its last words. */
    @Override
    public void close() throws IOException {
        thread.shutdown();
        synchronized (this) {
            if (closed || process == null) {
                return;
            }
            closed = true;
            // Its socket goes with it.
            drops = Math.max(drops, KernelDrops.of(address));
            process.kill();
            read();
            errors.rest(complaints::take);
            book.close(clock.nanos());
        }
    }
}
