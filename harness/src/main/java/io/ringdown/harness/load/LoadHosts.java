package io.ringdown.harness.load;

import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.record.ClockOffset;
import io.ringdown.record.LoadHost;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.TrialOrder;
import io.ringdown.record.WorkOrder;
import io.ringdown.workloads.Driver;
import io.ringdown.workloads.TrialLoad;
import io.ringdown.workloads.TrialLoads;
import io.ringdown.workloads.calls.Credentials;
import io.ringdown.workloads.calls.Generator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;

/**
 * Several load hosts that share the calls of a run and begin at one instant. One that dies takes its calls along, and the run goes on with the others: what
 * they see still counts. What each recorded becomes part of the run's operations log at the end.
 */
public final class LoadHosts implements Driver, TrialLoads {
    /** From the order to begin to the instant at which all do. */
    static final long LEAD = 250_000_000;

    /** Of nobody who could tell: nothing of it is believed. */
    static final SelfChecks UNKNOWN = new SelfChecks(0, 0, 0, 0, true, -1, 0, 0, 0, 0);

    private static final int LOOK_MILLIS = 200;
    private static final int STARTED_SECONDS = 30;
    static final int ANSWERED_SECONDS = 5;
    private static final int CLOSED_SECONDS = 15;

    private final List<WorkOrder> orders;
    private final List<LoadPlace> places;
    private final List<LoadLink> links = new ArrayList<>();
    private final List<ClockOffset> before = new ArrayList<>();
    private final List<List<String>> sources = new ArrayList<>();
    private final long[] late;
    private final SelfChecks[] checks;
    private final SuccessRow row;
    /** Not while they end a trial, which they answer nothing beside: what is asked meanwhile tells little. */
    private volatile boolean looksAtClocks = true;
    /** Whether they make calls, and no trials, which have self-checks of their own. */
    private boolean drives;

    private final RunRecorder recorder;
    private final RunClock clock;
    private final ScheduledExecutorService looking = Executors.newSingleThreadScheduledExecutor(task -> {
        var made = new Thread(task, "load hosts' clocks");
        made.setDaemon(true);
        return made;
    });

    private LoadHosts(List<WorkOrder> orders, List<LoadPlace> places, RunRecorder recorder, RunClock clock) {
        this.orders = List.copyOf(orders);
        this.places = List.copyOf(places);
        this.recorder = recorder;
        this.clock = clock;
        late = new long[orders.size()];
        checks = new SelfChecks[orders.size()];
        row = new SuccessRow(orders.size());
    }

    /**
     * Starts the processes and makes them ready to call.
     *
     * @param orders one each, of the same calls
     * @param places one each
     * @throws IOException if one cannot be started, or has no socket; the message is one line
     */
    public static LoadHosts start(List<WorkOrder> orders, List<LoadPlace> places, RunRecorder recorder, RunClock clock)
            throws IOException {
        var hosts = new LoadHosts(orders, places, recorder, clock);
        try {
            hosts.start();
            return hosts;
        } catch (IOException | RuntimeException e) {
            hosts.abandon();
            throw e;
        }
    }

    private void start() throws IOException {
        for (WorkOrder order : orders) {
            LoadPlace place = places.get(order.index());
            links.add(new LoadLink(
                    place.name(), place.start(order), place.gone(), clock, status -> row.told(order.index(), status)));
        }
        for (int host = 0; host < links.size(); host++) {
            String[] itself =
                    links.get(host).await(LoadLink.HERE, STARTED_SECONDS).split(" ");
            places.get(host)
                    .started(new ProcessIdentity(Long.parseLong(itself[0]), Long.parseLong(itself[1])), itself[2]);
        }
        String boot = LinuxProcesses.boot();
        String password = Credentials.told(orders.get(0).workload().caller().credentials())
                .map(told -> " " + Base64.getEncoder().encodeToString(told.getBytes(StandardCharsets.UTF_8)))
                .orElse("");
        for (int host = 0; host < links.size(); host++) {
            LoadLink link = links.get(host);
            ClockOffset offset = link.clock(STARTED_SECONDS);
            before.add(offset);
            link.tell(LoadLink.PREPARE + " " + (clock.originNanos() + offset.nanos()) + " " + clock.originEpochMicros()
                    + " " + boot + password);
        }
        for (LoadLink link : links) {
            sources.add(List.of(link.await(LoadLink.READY, STARTED_SECONDS).split(",")));
        }
        looking.scheduleAtFixedRate(this::lookAtClocks, LOOK_MILLIS, LOOK_MILLIS, TimeUnit.MILLISECONDS);
    }

    /** Those of other machines: on this one they are the harness's own, whatever it is set to. */
    private void lookAtClocks() {
        for (int host = 0; looksAtClocks && host < links.size(); host++) {
            if (links.get(host).alive() && !places.get(host).host().isEmpty()) {
                links.get(host).lookAtClock();
            }
        }
    }

    /** Of what could not be started to its end. */
    private void abandon() {
        looking.shutdownNow();
        links.forEach(LoadLink::abandon);
    }

    @Override
    public long timeToFill() {
        return Generator.timeToFill(orders.get(0).workload());
    }

    @Override
    public void start(long strike, long seed) {
        drives = true;
        long begin = Math.max(clock.nanos() + LEAD, strike - timeToFill() - LEAD);
        links.forEach(link -> link.tell(LoadLink.START + " " + strike + " " + seed + " " + begin));
        for (int host = 0; host < links.size(); host++) {
            try {
                late[host] = Long.parseLong(links.get(host).await(LoadLink.BEGUN, ANSWERED_SECONDS));
            } catch (IOException e) {
                late[host] = -1;
            }
        }
    }

    /** All of them begin their share at one instant; one that is gone by then begins none, and the trial tells that. */
    @Override
    public TrialLoad offer(TrialOrder order) throws IOException {
        for (LoadLink link : links) {
            clock(link);
        }
        long begin = clock.nanos() + LEAD;
        var trial = new SharedTrial(this, order, recorder, clock);
        trial.begin(begin);
        return trial;
    }

    List<LoadLink> links() {
        return links;
    }

    LoadPlace place(int host) {
        return places.get(host);
    }

    void lookAtClocks(boolean does) {
        looksAtClocks = does;
    }

    /** What a trial has shown of a load host. */
    void fared(int host, SelfChecks its) {
        checks[host] = checks[host] == null ? its : worse(checks[host], its);
    }

    @Override
    public int openCalls() {
        return links.stream().mapToInt(link -> link.status().openCalls()).sum();
    }

    @Override
    public int openProbes() {
        return links.stream().mapToInt(link -> link.status().openProbes()).sum();
    }

    @Override
    public int probeSuccessesInARow() {
        return row.length();
    }

    /** As long as one load host is there, what it sees counts. */
    @Override
    public Throwable failure() {
        return links.stream().anyMatch(LoadLink::alive)
                ? null
                : new IllegalStateException("no load host is left; " + links.get(0).name + ": "
                        + links.get(0).ending());
    }

    @Override
    public void stopProbing() {
        links.forEach(link -> link.tell(LoadLink.STOP_PROBING));
    }

    /** The worst of each: a load host that cannot be believed may have made any of the calls. */
    @Override
    public SelfChecks selfChecks() {
        askForChecks();
        return Stream.of(checks)
                .filter(Objects::nonNull)
                .reduce(LoadHosts::worse)
                .orElse(UNKNOWN);
    }

    /** Of those that have calls to make, and have not been told to end. */
    private void askForChecks() {
        for (int host = 0; drives && host < links.size(); host++) {
            LoadLink link = links.get(host);
            if (link.alive()) {
                link.tell(LoadLink.CHECKS);
                try {
                    checks[host] = WorkOrder.checks(link.await(LoadLink.CHECKS, ANSWERED_SECONDS));
                } catch (IOException e) {
                    link.fail("its self-checks cannot be had: " + e.getMessage());
                }
            }
        }
    }

    static SelfChecks worse(SelfChecks one, SelfChecks other) {
        return new SelfChecks(
                Math.max(one.latenessP99Nanos(), other.latenessP99Nanos()),
                Math.max(one.latenessMaxNanos(), other.latenessMaxNanos()),
                Math.max(one.strikeLatenessP99Nanos(), other.strikeLatenessP99Nanos()),
                Math.max(one.strikeLatenessMaxNanos(), other.strikeLatenessMaxNanos()),
                one.saturated() || other.saturated(),
                one.kernelDrops() < 0 || other.kernelDrops() < 0 ? -1 : one.kernelDrops() + other.kernelDrops(),
                one.sendErrors() + other.sendErrors(),
                Math.max(one.longestStallNanos(), other.longestStallNanos()),
                one.malformed() + other.malformed(),
                one.lostLines() + other.lostLines());
    }

    /** Ends the calls, then the processes, and takes over what they recorded. */
    @Override
    public void close() {
        looking.shutdown();
        // Of one that does not come to its end this is all that will be known.
        askForChecks();
        drives = false;
        var after = new ArrayList<ClockOffset>();
        var endings = new ArrayList<String>();
        for (LoadLink link : links) {
            after.add(clock(link));
            // Asked before it is told to: afterwards it ends as it should.
            endings.add(link.ending());
            link.tell(LoadLink.CLOSE);
        }
        var collected = new ArrayList<CompletableFuture<String>>();
        for (int host = 0; host < links.size(); host++) {
            LoadLink link = links.get(host);
            LoadPlace place = places.get(host);
            String ending = endings.get(host);
            int number = host;
            collected.add(CompletableFuture.supplyAsync(() -> collected(number, link, place, ending)));
        }
        for (int host = 0; host < links.size(); host++) {
            take(host, after.get(host), collected.get(host).join());
        }
    }

    /** @return why it was not there to the end, or what it recorded is not; empty: neither */
    private String collected(int host, LoadLink link, LoadPlace place, String ending) {
        String why = ending;
        try {
            if (ending.isEmpty()) {
                String told = link.await(LoadLink.CLOSED, CLOSED_SECONDS);
                checks[host] = told.isEmpty() ? checks[host] : WorkOrder.checks(told);
            }
        } catch (IOException e) {
            why = link.ending().isEmpty() ? "its self-checks cannot be had: " + e.getMessage() : link.ending();
        }
        try {
            place.collect();
        } catch (IOException e) {
            why = why.isEmpty() ? "what it recorded cannot be had: " + e.getMessage() : why;
        }
        return why;
    }

    private void take(int host, ClockOffset after, String ending) {
        recorder.take(known(host, after, ending));
    }

    /** What is known of a load host by now. */
    LoadHost known(int host, ClockOffset after, String ending) {
        LoadLink link = links.get(host);
        WorkOrder order = orders.get(host);
        ClockOffset first = before.get(host);
        return new LoadHost(
                link.name,
                places.get(host).host(),
                order.index(),
                order.of(),
                sources.get(host),
                late[host],
                first,
                link.looks(first.at(), after == null ? Long.MAX_VALUE : after.at()),
                after,
                ending,
                false,
                checks[host]);
    }

    /** @return null if it is not there to be asked any more */
    static ClockOffset clock(LoadLink link) {
        try {
            return link.alive() ? link.clock(ANSWERED_SECONDS) : null;
        } catch (IOException e) {
            return null;
        }
    }
}
