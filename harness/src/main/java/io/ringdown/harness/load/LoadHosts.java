package io.ringdown.harness.load;

import io.ringdown.harness.hosts.Talk;
import io.ringdown.record.ClockOffset;
import io.ringdown.record.LoadHost;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.WorkOrder;
import io.ringdown.workloads.Driver;
import io.ringdown.workloads.calls.Generator;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.stream.Stream;

/**
 * Several load hosts that share the calls of a run and begin at one instant. One that dies takes its calls along, and the run goes on with the others: what
 * they see still counts. What each recorded becomes part of the run's operations log at the end.
 */
public final class LoadHosts implements Driver {
    /** From the order to begin to the instant at which all do. */
    private static final long LEAD = 250_000_000;

    private static final int STARTED_SECONDS = 30;
    private static final int ANSWERED_SECONDS = 5;
    private static final int CLOSED_SECONDS = 15;

    private final List<WorkOrder> orders;
    private final List<LoadLink> links = new ArrayList<>();
    private final List<ClockOffset> before = new ArrayList<>();
    private final long[] late;
    private final SelfChecks[] checks;
    private final SuccessRow row;
    private final RunRecorder recorder;
    private final RunClock clock;

    private LoadHosts(List<WorkOrder> orders, RunRecorder recorder, RunClock clock) {
        this.orders = List.copyOf(orders);
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
     * @param folder of the run
     * @throws IOException if one cannot be started, or has no socket; the message is one line
     */
    public static LoadHosts start(
            List<WorkOrder> orders, RunFolder folder, Talk.Starter starter, RunRecorder recorder, RunClock clock)
            throws IOException {
        var hosts = new LoadHosts(orders, recorder, clock);
        for (WorkOrder order : orders) {
            String name = "load-" + (order.index() + 1);
            RunFolder own = folder.loadHost(name);
            Files.createDirectories(own.path());
            order.write(own.order());
            hosts.links.add(new LoadLink(
                    name, starter.start(name, command(own)), status -> hosts.row.told(order.index(), status)));
        }
        for (LoadLink link : hosts.links) {
            ClockOffset offset = link.clock(clock, STARTED_SECONDS);
            hosts.before.add(offset);
            link.tell(
                    LoadLink.PREPARE + " " + (clock.originNanos() + offset.nanos()) + " " + clock.originEpochMicros());
        }
        for (LoadLink link : hosts.links) {
            link.await(LoadLink.READY, STARTED_SECONDS);
        }
        return hosts;
    }

    private static List<String> command(RunFolder folder) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-XX:+UseParallelGC",
                "-XX:TieredStopAtLevel=1",
                "-Xms128m",
                "-Xmx1g",
                "-XX:+AlwaysPreTouch",
                "-cp",
                System.getProperty("java.class.path"),
                LoadWorker.class.getName(),
                folder.path().toAbsolutePath().toString());
    }

    @Override
    public long timeToFill() {
        return Generator.timeToFill(orders.get(0).workload());
    }

    @Override
    public void start(long strike, long seed) {
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
        for (int host = 0; host < links.size(); host++) {
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
        return Stream.of(checks)
                .filter(Objects::nonNull)
                .reduce(LoadHosts::worse)
                .orElse(new SelfChecks(0, 0, 0, 0, true, -1, 0, 0, 0, 0));
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
        var after = new ArrayList<ClockOffset>();
        var endings = new ArrayList<String>();
        for (LoadLink link : links) {
            after.add(clock(link));
            // Asked before it is told to: afterwards it ends as it should.
            endings.add(link.ending());
            link.tell(LoadLink.CLOSE);
        }
        for (int host = 0; host < links.size(); host++) {
            LoadLink link = links.get(host);
            String ending = endings.get(host);
            try {
                if (ending.isEmpty()) {
                    link.await(LoadLink.CLOSED, CLOSED_SECONDS);
                }
            } catch (IOException e) {
                ending = link.ending();
            }
            WorkOrder order = orders.get(host);
            recorder.take(new LoadHost(
                    link.name,
                    order.index(),
                    order.of(),
                    order.sources(),
                    late[host],
                    before.get(host),
                    after.get(host),
                    ending,
                    false,
                    checks[host]));
        }
    }

    /** @return null if it is not there to be asked any more */
    private ClockOffset clock(LoadLink link) {
        try {
            return link.alive() ? link.clock(clock, ANSWERED_SECONDS) : null;
        } catch (IOException e) {
            return null;
        }
    }
}
