package io.ringdown.harness.load;

import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.harness.hosts.MachineWatch;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.TrialOrder;
import io.ringdown.record.WorkOrder;
import io.ringdown.workloads.calls.Credentials;
import io.ringdown.workloads.calls.Generator;
import io.ringdown.workloads.calls.GeneratorSettings;
import io.ringdown.workloads.calls.Rehearsal;
import io.ringdown.workloads.calls.Share;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Collectors;

/**
 * The process of a load host: makes its share of a run's calls, into a folder of its own. Its order lies there; the rest it is told by its
 * standard input, a line each, and answers by its standard output ({@link LoadLink}). It ends when its input does.
 */
final class LoadWorker implements AutoCloseable {
    private static final long SECOND = 1_000_000_000L;
    private static final int STATUS_MILLIS = 100;

    private final RunFolder folder;
    private final PrintStream answers;
    private final ScheduledExecutorService telling = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "status");
        made.setDaemon(true);
        return made;
    });
    private WorkOrder order;
    private RunClock clock;
    private RunRecorder recorder;
    private GeneratorSettings settings;
    /** Of a search one a trial, and none between two. */
    private Generator generator;
    /** Which of a search's trials is being made; -1: none. */
    private int trial = -1;

    private boolean calling;
    private long intervalEnds;
    /** Of a machine that is not the harness's, which watches its own; or null. */
    private MachineWatch machine;

    private LoadWorker(RunFolder folder, PrintStream answers) {
        this.folder = folder;
        this.answers = answers;
    }

    /** @param arguments the folder */
    public static void main(String[] arguments) throws IOException {
        PrintStream answers = System.out;
        // Nothing else may get between the answers.
        System.setOut(System.err);
        var orders = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
        try (var worker = new LoadWorker(new RunFolder(Path.of(arguments[0])), answers)) {
            worker.introduce();
            for (String line; (line = orders.readLine()) != null && worker.obey(line.split(" ")); ) {}
        }
        // Also where nobody listens any more, and calls are open.
        Runtime.getRuntime().halt(0);
    }

    private void introduce() throws IOException {
        ProcessIdentity itself =
                LinuxProcesses.identify(ProcessHandle.current().pid()).orElseThrow();
        answer(LoadLink.HERE + " " + itself.pid() + " " + itself.start() + " " + LinuxProcesses.boot());
    }

    /** @return whether there is more to do */
    private boolean obey(String[] words) {
        try {
            switch (words[0]) {
                case LoadLink.CLOCK -> answer(LoadLink.CLOCK + " " + words[1] + " " + System.nanoTime());
                case LoadLink.PREPARE ->
                    prepare(
                            new RunClock(Long.parseLong(words[1]), Long.parseLong(words[2])),
                            words[3],
                            words.length > 4 ? Optional.of(decoded(words[4])) : Optional.empty());
                case LoadLink.START ->
                    start(Long.parseLong(words[1]), Long.parseLong(words[2]), Long.parseLong(words[3]));
                case LoadLink.OFFER -> offer(Long.parseLong(words[1]), TrialOrder.of(words[2]));
                case LoadLink.PROCEED -> generator.proceed(Long.parseLong(words[1]));
                case LoadLink.END -> endTrial();
                case LoadLink.STOP_PROBING -> generator.stopProbing();
                case LoadLink.CHECKS -> answer(LoadLink.CHECKS + " " + WorkOrder.line(generator.selfChecks()));
                case LoadLink.CLOSE -> {
                    end();
                    return false;
                }
                default -> throw new IllegalArgumentException("no such order: " + words[0]);
            }
            return true;
        } catch (IOException | RuntimeException e) {
            answer(LoadLink.FAILED + " " + e.getMessage());
            return false;
        } catch (Error e) {
            // No memory, no class: what its log tells in full is told in a line.
            answer(LoadLink.FAILED + " " + e);
            throw e;
        }
    }

    private void answer(String line) {
        synchronized (answers) {
            answers.println(line.replace('\n', ' '));
            answers.flush();
        }
    }

    private static String decoded(String base64) {
        return new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8);
    }

    /**
     * Makes everything ready that may take its time, or fail.
     *
     * @param boot of the harness's kernel
     */
    private void prepare(RunClock runs, String boot, Optional<String> password) throws IOException {
        order = WorkOrder.read(folder.order());
        clock = runs;
        recorder = RunRecorder.ofLoadHost(folder, clock);
        var share = new Share(order.index(), order.of());
        List<InetSocketAddress> services =
                order.services().stream().map(Sources::address).toList();
        List<InetSocketAddress> sources = Sources.of(order.workload().caller(), services, share);
        settings = new GeneratorSettings(
                        services,
                        sources,
                        order.workload(),
                        order.nodeHeader(),
                        Credentials.told(order.workload().caller().credentials(), password),
                        share)
                .with(order.elements().stream().map(Sources::address).toList());
        generator = new Generator(settings, recorder, clock);
        Rehearsal.hold(folder.path().resolve("rehearsal"));
        if (!boot.equals(LinuxProcesses.boot())) {
            machine = MachineWatch.start(List::of, clock, recorder::machine);
        }
        answer(LoadLink.READY + " " + sources.stream().map(Sources::text).collect(Collectors.joining(",")));
    }

    private void start(long strike, long seed, long begin) {
        generator.start(strike, seed, begin);
        answer(LoadLink.BEGUN + " " + Math.max(0, clock.nanos() - begin));
        call();
    }

    /** From now on it tells how its calls fare. */
    private void call() {
        if (!calling) {
            calling = true;
            intervalEnds = Math.floorDiv(clock.nanos(), SECOND) * SECOND + SECOND;
            telling.scheduleAtFixedRate(this::tell, 0, STATUS_MILLIS, TimeUnit.MILLISECONDS);
        }
    }

    /** @param begin when the first of all its sessions, or registrations, arrives */
    private synchronized void offer(long begin, TrialOrder what) throws IOException {
        if (generator == null) {
            generator = new Generator(settings, recorder, clock);
        }
        trial = what.number();
        generator.offer(what, begin);
        answer(LoadLink.BEGUN + " " + Math.max(0, clock.nanos() - begin));
        call();
    }

    /** Answers with when its first session was to begin, how long its log is, and its self-checks. */
    private synchronized void endTrial() throws IOException {
        // Others record nothing meanwhile: the log is whole when it has ended.
        generator.close();
        recorder.flush();
        answer(LoadLink.ENDED + " " + generator.offeredFrom() + " " + Files.size(folder.operations()) + " "
                + WorkOrder.line(generator.selfChecks()));
        generator = null;
        trial = -1;
    }

    private synchronized void tell() {
        if (generator != null) {
            answer(
                    trial < 0
                            ? new LoadStatus(
                                            generator.openCalls(),
                                            generator.openProbes(),
                                            generator.setUpSuccesses(),
                                            generator.setUpFailures())
                                    .line()
                            // Once all is done, what is told with it is final.
                            : new TrialStatus(
                                            trial,
                                            generator.stepsDone(),
                                            generator.endedSessions(),
                                            generator.leftBehind())
                                    .line());
            if (generator.failure() != null) {
                answer(LoadLink.FAILED + " " + generator.failure().getMessage());
            }
        }
        if (clock.nanos() >= intervalEnds) {
            recorder.endLatencyInterval();
            intervalEnds += SECOND;
        }
    }

    private void end() throws IOException {
        telling.shutdown();
        String checks = "";
        if (generator != null) {
            generator.close();
            checks = " " + WorkOrder.line(generator.selfChecks());
        }
        if (machine != null) {
            machine.close();
        }
        recorder.close();
        answer(LoadLink.CLOSED + checks);
    }

    @Override
    public void close() {
        telling.shutdownNow();
    }
}
