package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.US_ASCII;

import io.ringdown.record.RunClock;
import io.ringdown.workloads.sip.KernelDrops;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.PriorityQueue;

/**
 * One SIPp process that calls: its command, its folder, and what it has logged. Its exit status means nothing: SIPp exits with 0 when it was
 * terminated with calls open. For one thread.
 */
final class SippProcess {
    /**
     * A line is written a moment after its instant, and lines of two files are to be taken in the order in which things happened: so what is
     * younger than this waits for the next time.
     */
    private static final long SETTLED_MICROS = 30_000;

    /** SIPp tells time by the wall clock. Where that goes back by more than it may be adjusted by, nobody knows when it was what. */
    static final long SET_BACK_MICROS = 10_000;

    private static final String BUFFER = "4000000";
    /**
     * After so many retransmissions, and the wait for the next, nobody answers any more: 63 T1 have passed. SIPp counts retransmissions, not time, so
     * timers B and F expire T1 early.
     */
    private static final String TIMER_B = "5";

    private static final String TIMER_F = "9";
    /** The same after 23 T1. */
    private static final String TO_RETARGET = "4";

    /** SIPp wants an open file for each call that may be open, though they share a socket here; what is never reached limits no load. */
    private static final int MOST_OPEN = 15_000;

    /** SIPp may begin a call so much later than it is due before it counts as not made. */
    static final long GRACE = 1_000_000_000;

    private final Part part;
    private final CallBook book;
    private final RunClock clock;
    private final double rate;
    private final long started;
    private final Programs.Started process;
    private final InetSocketAddress local;
    private final InetSocketAddress control;
    private final Tail wire;
    private final Tail notes;
    private final Tail errors;
    private final StatFile stat;
    private final PriorityQueue<Logged> pending =
            new PriorityQueue<>(Comparator.comparingLong(Logged::at).thenComparingLong(Logged::turn));
    private long turn;
    private final Complaints complaints = new Complaints();
    private long nonsense;
    private long lostLines;
    /** The time of the last message. */
    private long wired = Long.MIN_VALUE / 2;

    private long drops = KernelDrops.UNKNOWN;
    private long quitAt = Long.MAX_VALUE;
    /** When it was last seen alive. */
    private long seen;
    /** What it had logged by then has been taken up. */
    private long readTo;

    private record Logged(long at, long turn, Runnable handle) {}

    /**
     * Starts one.
     *
     * @param rate calls a second
     * @param lines an injection file's lines; empty: none
     * @throws IOException if it cannot be started; the message is one line
     */
    SippProcess(
            Part part,
            CallBook book,
            SippSettings settings,
            Programs programs,
            RunClock clock,
            double rate,
            List<String> lines)
            throws IOException {
        this.part = part;
        this.book = book;
        this.clock = clock;
        this.rate = rate;
        Path folder = settings.folder().resolve(part.name());
        Files.createDirectories(folder);
        wire = new Tail(folder.resolve("messages.log"));
        notes = new Tail(folder.resolve("notes.log"));
        errors = new Tail(folder.resolve("errors.log"));
        stat = new StatFile(folder.resolve("statistics.csv"));
        local = free(settings.local());
        control = free(InetAddress.getLoopbackAddress());
        Path scenario = folder.resolve("scenario.xml");
        if (part.custom()) {
            Path own = Path.of(settings.workload().sipp().scenario());
            Files.copy(own, scenario);
            // What it names beside itself is looked for where it stands.
            scenario = own.toAbsolutePath();
        } else {
            Files.writeString(scenario, part.scenario());
        }
        Path injected = null;
        if (!lines.isEmpty()) {
            injected = Files.writeString(folder.resolve("calls.csv"), "SEQUENTIAL\n" + String.join("\n", lines) + "\n");
        }
        List<String> command = command(settings, scenario, injected, rate);
        process = programs.start(part.name(), command, folder);
        started = clock.nanos();
        seen = started;
        readTo = started;
    }

    /** A port that nobody has; SIPp binds it a moment later. */
    static InetSocketAddress free(InetAddress address) throws IOException {
        try (var socket = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    private List<String> command(SippSettings settings, Path scenario, Path injected, double rate) {
        InetSocketAddress service = settings.services().get(part.service());
        var command = new ArrayList<>(List.of(
                settings.program(),
                service.getAddress().getHostAddress() + ":" + service.getPort(),
                "-sf",
                scenario.toString(),
                "-nostdin"));
        add(command, "-i", local.getAddress().getHostAddress(), "-p", port(local), "-bind_local");
        add(command, "-ci", control.getAddress().getHostAddress(), "-cp", port(control));
        add(
                command,
                "-r",
                String.format(Locale.ROOT, "%.3f", rate),
                "-l",
                Integer.toString(Math.min(part.calls(), MOST_OPEN)),
                "-buff_size",
                BUFFER);
        if (!part.endless()) {
            add(command, "-m", Integer.toString(part.calls()));
        }
        add(command, "-trace_shortmsg", "-shortmessage_file", "messages.log");
        add(command, "-trace_logs", "-log_file", "notes.log");
        add(command, "-trace_stat", "-stf", "statistics.csv", "-fd", "1");
        add(command, "-trace_err", "-error_file", "errors.log");
        add(command, "-trace_screen", "-screen_file", "screen.log", "-f", "60");
        // Watchdogs are to tell, never to end the run.
        long stall = Math.max(50, settings.t1Millis());
        add(command, "-watchdog_minor_threshold", Long.toString(stall));
        add(command, "-watchdog_interval", Long.toString(stall / 5), "-watchdog_minor_maxtriggers", "1000000");
        add(command, "-watchdog_major_maxtriggers", "1000000");
        if (!part.custom()) {
            if (injected != null) {
                add(command, "-inf", injected.toString());
            }
            // What nobody expects ends no call.
            add(command, "-default_behaviors", "bye,pingreply", "-rtcheck", "loose", "-max_retrans", "30");
            boolean retargets = Part.retargets(settings, part.phase());
            add(command, "-max_invite_retrans", TIMER_B, "-max_non_invite_retrans", retargets ? TO_RETARGET : TIMER_F);
            add(command, "-T2", Long.toString(8 * settings.t1Millis()));
            add(command, "-base_cseq", Integer.toString(Steps.REDIALS), "-timer_resol", "1", "-deadcall_wait", "0");
        }
        return command;
    }

    private static void add(List<String> command, String... more) {
        command.addAll(List.of(more));
    }

    private static String port(InetSocketAddress address) {
        return Integer.toString(address.getPort());
    }

    /**
     * Takes up what it has logged since the last time.
     *
     * @param nowMicros wall-clock microseconds since 1970; {@link Long#MAX_VALUE}: it has ended, so that nothing need wait
     */
    void read(long nowMicros) throws IOException {
        readTo = clock.nanos();
        notes.read(this::noted);
        wire.read(this::logged);
        long until = nowMicros == Long.MAX_VALUE ? nowMicros : nowMicros - SETTLED_MICROS;
        while (!pending.isEmpty() && pending.peek().at() <= until) {
            pending.remove().handle().run();
        }
        errors.read(complaints::take);
        if (nowMicros == Long.MAX_VALUE) {
            errors.rest(complaints::take);
        } else {
            seen = clock.nanos();
        }
        stat.read(clock.nanos(), nowMicros != Long.MAX_VALUE && quitAt == Long.MAX_VALUE);
        drops = Math.max(drops, KernelDrops.of(local));
    }

    /** A scenario of the user's own notes what it likes. */
    private void noted(String line) {
        Optional<NoteLine> read = part.custom() ? Optional.empty() : NoteLine.read(line);
        read.ifPresent(note -> pending.add(new Logged(note.epochMicros(), turn++, () -> book.note(note))));
        lostLines += read.isPresent() || part.custom() ? 0 : 1;
    }

    private void logged(String line) {
        Optional<WireLine> read = WireLine.read(line);
        read.ifPresent(each -> {
            pending.add(new Logged(each.epochMicros(), turn++, () -> book.wire(each)));
            lostLines += each.epochMicros() < wired - SET_BACK_MICROS ? 1 : 0;
            wired = each.epochMicros();
        });
        if (read.isEmpty() && WireLine.received(line)) {
            nonsense++;
        } else if (read.isEmpty()) {
            lostLines++;
        }
    }

    /** Asks it to make no further calls, and to end with its last one. */
    void quit() {
        if (quitAt != Long.MAX_VALUE || !alive()) {
            return;
        }
        quitAt = clock.nanos();
        try (var socket = new DatagramSocket()) {
            socket.send(new DatagramPacket("q".getBytes(US_ASCII), 1, control));
        } catch (IOException e) {
            // it has ended, or will be killed
        }
    }

    boolean alive() {
        return process.alive();
    }

    /** Ends it if it has not ended, and takes up its last words. To what nobody was there to hear no timer expired. */
    void close() throws IOException {
        seen = alive() ? clock.nanos() : seen;
        // Its socket goes with it.
        drops = Math.max(drops, KernelDrops.of(local));
        process.kill();
        read(Long.MAX_VALUE);
        book.close(seen);
    }

    Part part() {
        return part;
    }

    CallBook book() {
        return book;
    }

    /** Calls that it has to make, or has made and not ended. */
    int openCalls() {
        if (part.custom()) {
            boolean over = !alive() && done();
            return over ? 0 : Math.max(0, part.calls() - (int) (value("SuccessfulCall(C)") + value("FailedCall(C)")));
        }
        return (part.endless() ? book.begun() : part.calls()) - book.ended();
    }

    /** Probes under way. One that is not in the logs yet may be to come as long as a process that was asked to end has not. */
    int openProbes() {
        int open = book.begun() - book.ended();
        return quitAt != Long.MAX_VALUE && alive() ? Math.max(1, open) : open;
    }

    /** Whether it may have ended by itself. */
    boolean done() {
        if (part.custom()) {
            return created() >= part.calls() && value("CurrentCall") == 0;
        }
        return openCalls() == 0 && (!part.endless() || quitAt != Long.MAX_VALUE);
    }

    /** What is wrong with it in one line, or null. Only told once it has ended and its logs are read. */
    String complaint() {
        if (alive() || done()) {
            return null;
        }
        String what = "SIPp (" + part.name() + ") ended with " + openCalls() + " of its calls open or to be made";
        return complaints.after(what);
    }

    private int created() {
        return (int) value("TotalCallCreated");
    }

    /** Calls that it has made. */
    int made() {
        return part.custom() ? created() : book.begun();
    }

    /** Calls that it was to have made by the last look at its logs, however long that took. */
    int due() {
        long until = Math.min(readTo, quitAt) - GRACE;
        if (part.custom()) {
            return (int) Math.min(part.calls(), Math.max(0, (until - started - GRACE) / 1e9 * rate));
        }
        int due = 0;
        while (due < part.calls() && part.plot().begin(due + 1) <= until) {
            due++;
        }
        return due;
    }

    double value(String column) {
        return stat.value(column);
    }

    /** Whether it stalled, and went on or did not. */
    boolean stalled() {
        return stat.stalled();
    }

    /** Datagrams that came to it and were no SIP message. */
    long nonsense() {
        return complaints.nonsense() + nonsense;
    }

    /** Lines of its logs that nothing could be made of, or that go back in time. A last one that its end left half-written is none. */
    long lostLines() {
        return lostLines;
    }

    long sendErrors() {
        return complaints.unsent() + (long) value("FailedCannotSendMessage(C)");
    }

    /** Datagrams that the kernel dropped on its socket; {@link KernelDrops#UNKNOWN} where it does not tell. */
    long drops() {
        return drops;
    }
}
