package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.LoadHost;
import io.ringdown.record.MachineLoad;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.Topology;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * Whether the run itself can be believed. A failing check either voids the run, since its witnesses may be the harness' own making, or only keeps it
 * from passing.
 */
final class RunChecks {
    private static final long TOGETHER = 50_000_000;

    private static final long LONE_LATENESS = 500_000_000;

    private final RecordedRun run;
    private final Limits limits;
    private final List<Criterion> criteria = new ArrayList<>();
    private final List<String> voids = new ArrayList<>();
    private final List<String> troubles = new ArrayList<>();
    private final List<SelfCheck> selfChecks = new ArrayList<>();

    RunChecks(RecordedRun run, Limits limits) {
        this.run = run;
        this.limits = limits;
    }

    RunChecks check(History history, Strike strike) {
        faults(strike);
        generator();
        Bursts.of(run, history).check(this);
        loadHosts(strike);
        log(history.whole());
        quotas();
        lastOwners();
        ending();
        return this;
    }

    /** Checks a capacity search, whose trials have self-checks of their own. */
    void checkTrials(boolean whole) {
        log(whole);
        quotas();
        ending();
    }

    private void log(boolean whole) {
        if (!whole) {
            voiding(
                    "log",
                    "operations log whole",
                    "the operations log ends in the middle: what is missing could change any fate");
        }
    }

    private void generator() {
        Optional<SelfChecks> recorded = run.selfChecks();
        if (recorded.isEmpty()) {
            voiding("generator", "generator can be believed", "the generator left no self-checks");
            return;
        }
        SelfChecks checks = recorded.get();
        // Lateness is taken off each call's own; beyond this the load is not what the plan asked for. About t_f, where
        // few requests are counted and everybody has the most to do, twice as much is put up with.
        long lateness = limits.lateness();
        self(
                "lateness p99",
                Figures.millis(checks.latenessP99Nanos()),
                Figures.millis(lateness),
                checks.latenessP99Nanos() <= lateness);
        self(
                "lateness p99 about t_f",
                Figures.millis(checks.strikeLatenessP99Nanos()),
                Figures.millis(2 * lateness),
                checks.strikeLatenessP99Nanos() <= 2 * lateness);
        self(
                "longest stall",
                Figures.millis(checks.longestStallNanos()),
                Figures.millis(limits.t1()),
                checks.longestStallNanos() <= limits.t1());
        self("saturated", checks.saturated() ? "yes" : "no", "no", !checks.saturated());
        none("datagrams dropped by the kernel", checks.kernelDrops());
        none("datagrams that could not be sent", checks.sendErrors());
        List<String> failed = selfChecks.stream()
                .filter(check -> !check.passed())
                .map(check -> check.name() + " " + check.value() + " (limit " + check.limit() + ")")
                .toList();
        if (failed.isEmpty()) {
            criteria.add(new Criterion(
                    "generator",
                    "generator can be believed",
                    Finding.CONFIRMED,
                    "all self-checks within their limits; lateness p99 " + Figures.millis(checks.latenessP99Nanos())));
        } else {
            voiding(
                    "generator",
                    "generator can be believed",
                    "the generator cannot be believed: " + String.join(", ", failed));
        }
        understood(checks.malformed());
        machine();
    }

    /** What others took excuses lateness, call by call; drops on sockets of others than the generator are the cluster's affair. */
    private void machine() {
        Double others = ForeignLoad.peak(run.machine(), begun(), Long.MAX_VALUE);
        if (others != null) {
            self(
                    "processor time taken by others, worst second",
                    Figures.percent(others),
                    Figures.percent(ForeignLoad.MOST),
                    others <= ForeignLoad.MOST);
        }
        if (told(run.machine())) {
            self("datagrams dropped on this host", Figures.count(drops(Long.MIN_VALUE, Long.MAX_VALUE)), "", true);
        }
    }

    /** When calls began. */
    private long begun() {
        return run.events().stream()
                .filter(event -> event instanceof RunEvent.StageEntered entered
                        && (entered.stage() == RunEvent.Stage.FILL || entered.stage() == RunEvent.Stage.TRIALS))
                .mapToLong(RunEvent::at)
                .findFirst()
                .orElse(Long.MIN_VALUE);
    }

    private static boolean told(List<MachineLoad> loads) {
        return !loads.isEmpty() && loads.stream().allMatch(load -> load.udpDrops() >= 0);
    }

    private long drops(long from, long until) {
        return run.machine().stream()
                .filter(load -> load.from() >= Math.max(from, begun()) && load.until() <= until)
                .mapToLong(MachineLoad::udpDrops)
                .sum();
    }

    /** What the kernel dropped on all of the host's UDP sockets, in words; empty if it dropped nothing or does not tell. */
    Optional<String> hostDrops(Strike strike) {
        long all = told(run.machine()) ? drops(Long.MIN_VALUE, Long.MAX_VALUE) : 0;
        if (all == 0) {
            return Optional.empty();
        }
        long own = run.selfChecks().map(SelfChecks::kernelDrops).orElse(-1L);
        String before = strike == null || !strike.faulted()
                ? ""
                : ", " + Figures.count(drops(Long.MIN_VALUE, strike.from())) + " of them before t_f";
        return Optional.of(
                "The kernel dropped " + Figures.many(all, "datagram") + " on this host's UDP sockets" + before
                        + (own == 0 ? ", and none on the generator's" : "")
                        + ": whoever they were for did not fetch them in time, or stood still");
    }

    /** What the cluster sends is its own doing: what cannot be read cannot be judged, which costs a PASS, and excuses no harm. */
    private void understood(long malformed) {
        none("malformed or stray datagrams", malformed);
        if (malformed != 0) {
            trouble(
                    "datagrams",
                    "every datagram understood",
                    Figures.many(malformed, "datagram") + " came to the generator that "
                            + (malformed == 1 ? "was" : "were") + " no SIP message, or belonged to no call");
        }
    }

    /** What a load host that died did not see is missing; what it or any other saw is not. */
    private void loadHosts(Strike strike) {
        int asked = run.plan().workload().caller().loadHosts();
        if (asked == 1) {
            return;
        }
        var wrong = new ArrayList<String>();
        if (run.loadHosts().size() < asked) {
            wrong.add("only " + run.loadHosts().size() + " of " + asked + " load hosts' records were taken over");
        }
        for (LoadHost host : run.loadHosts()) {
            if (!host.ending().isEmpty()) {
                wrong.add(host.name() + " was not there to the end: " + host.ending());
            } else if (!host.whole()) {
                wrong.add("the operations log of " + host.name() + " ends in the middle");
            }
            if (host.late() < 0) {
                wrong.add(host.name() + " never began");
            } else if (host.late() > limits.lateness()) {
                wrong.add(host.name() + " began " + Figures.millis(host.late()) + " late");
            }
        }
        long margin = strike == null ? 0 : strike.margin();
        if (margin > TOGETHER) {
            wrong.add("their clocks are known within " + Figures.millis(margin) + " only");
        }
        if (wrong.isEmpty()) {
            criteria.add(new Criterion(
                    "load-hosts",
                    "load hosts together",
                    Finding.CONFIRMED,
                    asked + " load hosts began together, their clocks known within " + Figures.millis(margin)));
        } else {
            trouble("load-hosts", "load hosts together", String.join("; ", wrong));
        }
    }

    private void none(String name, long count) {
        self(name, Figures.count(count), "0", count == 0);
    }

    private void self(String name, String value, String limit, boolean passed) {
        selfChecks.add(new SelfCheck(name, value, limit, passed));
    }

    private void faults(Strike strike) {
        List<FaultOrder> orders = run.plan().faults();
        List<InjectedFault> injected = run.faults();
        if (strike == null) {
            voiding("strike", "fault injected", "the run ended before anything was struck" + because());
            return;
        }
        for (int i = 0; i < orders.size(); i++) {
            int index = i;
            Optional<InjectedFault> fault =
                    injected.stream().filter(each -> each.index() == index).findFirst();
            if (fault.isEmpty()) {
                trouble(
                        "fault." + i + ".proven",
                        "fault proven",
                        "fault " + (i + 1) + " of " + orders.size() + " was never injected");
            }
        }
        injected.forEach(this::fault);
        bystanders(orders);
    }

    /**
     * An element that nothing struck and that stood still for so long that the others may have given it up did not get its processor: a
     * failure that the plan does not know of, and of the host rather than of the cluster.
     */
    private void bystanders(List<FaultOrder> orders) {
        // Of what the run itself has chosen the plan does not know.
        List<String> struck = Stream.concat(
                        orders.stream().filter(order -> !order.busiest()),
                        run.faults().stream().map(InjectedFault::order))
                .flatMap(order -> order.elements().stream())
                .toList();
        List<String> stalled = ClusterEvents.stoodStill(run).stream()
                .filter(element -> !struck.contains(element))
                .toList();
        if (!stalled.isEmpty()) {
            voiding(
                    "bystanders",
                    "only the victims failed",
                    String.join(", ", stalled) + ", which nothing struck, stood still: the machine was too busy");
        }
    }

    private String because() {
        RunEvent.Ended ended = last(RunEvent.Ended.class);
        return ended == null || ended.detail() == null || ended.detail().isEmpty() ? "" : ": " + ended.detail();
    }

    private void fault(InjectedFault fault) {
        String id = "fault." + fault.index();
        String what = FaultResults.what(fault.order());
        if (!fault.proven()) {
            voiding(
                    id + ".proven",
                    "fault proven",
                    "not proven: " + what
                            + (fault.proof().isEmpty() ? "" : " (" + String.join("; ", fault.proof()) + ")"));
        } else {
            criteria.add(new Criterion(
                    id + ".proven",
                    "fault proven",
                    Finding.CONFIRMED,
                    what + ", verified within " + Figures.millis(fault.confirmed() - fault.asked())));
        }
        Set<String> gone = ClusterEvents.gone(run, fault.asked());
        // One that an earlier fault holds and that this one may overlap has left by the plan's own doing.
        Set<String> held = ClusterEvents.held(run, fault.asked());
        List<String> dead = fault.order().elements().stream()
                .filter(element -> gone.contains(element) && !held.contains(element))
                .toList();
        if (!dead.isEmpty()) {
            voiding(
                    id + ".alive",
                    "victims alive before",
                    String.join(", ", dead) + " had left the cluster before the fault struck");
        }
        boolean several = fault.order().elements().size() > 1;
        long spread = fault.confirmed() - fault.asked();
        if (fault.proven() && several && !fault.order().kind().gradual() && spread > TOGETHER) {
            trouble(
                    id + ".together",
                    "struck at once",
                    "the fault's bracket is " + Figures.millis(spread) + " wide; at once means within 50 ms");
        }
        punctual(id, fault);
        repaired(id, fault);
    }

    /** A fault that waited for another was not simultaneous with it; one that waited long left the calls that were held for it too little time. */
    private void punctual(String id, InjectedFault fault) {
        RunEvent.Strike strike = last(RunEvent.Strike.class);
        if (strike == null || !fault.proven()) {
            return;
        }
        long late = fault.asked() - strike.at() - fault.order().after().toNanos();
        if (late > (run.plan().faults().size() > 1 ? TOGETHER : LONE_LATENESS)) {
            trouble(
                    id + ".punctual",
                    "struck when planned",
                    FaultResults.what(fault.order()) + ", struck late: " + Figures.millis(late) + " after its instant");
        }
    }

    private void repaired(String id, InjectedFault fault) {
        if (fault.repairAsked() != NONE) {
            List<String> missing = fault.order().elements().stream()
                    .filter(element -> !servedAgain(element, fault.repairAsked()))
                    .toList();
            if (!missing.isEmpty()) {
                trouble(
                        id + ".serving",
                        "serves after its repair",
                        String.join(", ", missing) + " was started again and did not come to serve");
            }
        } else if (fault.order().repairAfter() != null) {
            trouble(
                    id + ".repaired",
                    "repaired as planned",
                    "what failed was to be started again after "
                            + Figures.seconds(fault.order().repairAfter().toNanos()) + " and was not");
        }
    }

    private boolean servedAgain(String element, long since) {
        return run.events().stream()
                .anyMatch(event -> event instanceof RunEvent.Serving serving
                        && serving.element().equals(element)
                        && serving.at() >= since);
    }

    /** A quota counts if it was read back from the host when the cluster served and before it was stopped, and was in force both times. */
    private void quotas() {
        String asked = run.plan().cluster().get("quota");
        if (asked == null) {
            return;
        }
        List<RunEvent.QuotaRead> readings = run.events().stream()
                .filter(RunEvent.QuotaRead.class::isInstance)
                .map(RunEvent.QuotaRead.class::cast)
                .toList();
        var unsure = new ArrayList<String>();
        for (Topology.Machine machine : run.topology().machines()) {
            List<RunEvent.QuotaRead> its = readings.stream()
                    .filter(reading -> reading.machine().equals(machine.name()))
                    .toList();
            if (its.size() < 2) {
                unsure.add(machine.name() + " (not read back)");
            }
            its.stream()
                    .filter(reading -> !reading.held() || reading.processors() != Double.parseDouble(asked))
                    .findFirst()
                    .ifPresent(reading -> unsure.add(machine.name() + " (" + reading.evidence() + ")"));
        }
        if (unsure.isEmpty()) {
            criteria.add(new Criterion(
                    "quota",
                    "machines held to their quota",
                    Finding.CONFIRMED,
                    asked + " of a processor a machine, read back when the cluster served and before it was stopped"));
        } else {
            trouble(
                    "quota",
                    "machines held to their quota",
                    "not held to " + asked + " of a processor: " + String.join(", ", unsure));
        }
    }

    /** A session left after its call is a GHOST: an element that runs and does not say what it owns may keep some. */
    private void lastOwners() {
        Set<String> silent = run.owners().stream()
                .filter(taken -> taken.purpose().equals("final"))
                .reduce((earlier, later) -> later)
                .map(taken -> new TreeSet<>(taken.unanswered()))
                .orElseGet(TreeSet::new);
        silent.removeIf(element ->
                run.topology().elements().stream().noneMatch(each -> each.name().equals(element) && each.processes()));
        run.faults().stream()
                .filter(fault -> fault.repairAsked() == NONE)
                .forEach(fault -> silent.removeAll(cannotSay(fault.order())));
        if (!silent.isEmpty()) {
            trouble(
                    "owners",
                    "every element tells what it owns at the end",
                    String.join(", ", silent) + " did not say what it owns after the calls");
        }
    }

    /** Who is dead, frozen or cut off; of those short of something, who the others miss. */
    private Set<String> cannotSay(FaultOrder order) {
        var cannot = new TreeSet<>(order.elements());
        if (order.kind().lasts() && !History.hearsNobody(order)) {
            cannot.retainAll(ClusterEvents.gone(run, Long.MAX_VALUE));
        }
        return cannot;
    }

    private void ending() {
        RunEvent.Ended ended = last(RunEvent.Ended.class);
        if (ended == null) {
            trouble("ended", "run completed", "the harness was killed: the run has no end");
        } else if (ended.ending() == RunEvent.Ending.HOST_LOST) {
            voiding("ended", "run completed", "a host was lost, which is no fault of the plan" + because());
        } else if (ended.ending() != RunEvent.Ending.COMPLETED) {
            trouble(
                    "ended",
                    "run completed",
                    switch (ended.ending()) {
                                case INTERRUPTED -> "the run was interrupted";
                                case ABORTED -> "the run was ended early";
                                default -> "the harness failed";
                            }
                            + (ended.detail() == null || ended.detail().isEmpty() ? "" : ": " + ended.detail()));
        } else {
            criteria.add(new Criterion("ended", "run completed", Finding.CONFIRMED, "the run ended by itself"));
        }
        if (run.faults().isEmpty()) {
            return;
        }
        RunEvent.Healed healed = last(RunEvent.Healed.class);
        if (healed == null || !healed.complete()) {
            trouble(
                    "healed",
                    "everything healed",
                    healed == null ? "healing was not recorded" : "healing is incomplete: " + healed.detail());
        } else {
            criteria.add(new Criterion("healed", "everything healed", Finding.CONFIRMED, "nothing is left behind"));
        }
    }

    private <T extends RunEvent> T last(Class<T> type) {
        return run.events().stream()
                .filter(type::isInstance)
                .map(type::cast)
                .reduce((earlier, later) -> later)
                .orElse(null);
    }

    /** Notes that something is as the plan asked for it. */
    void confirmed(String id, String title, String text) {
        criteria.add(new Criterion(id, title, Finding.CONFIRMED, text));
    }

    /** Notes what makes the run INCONCLUSIVE, whatever it shows. */
    void voiding(String id, String title, String text) {
        criteria.add(new Criterion(id, title, Finding.INCONCLUSIVE, text));
        voids.add(text);
    }

    /** Notes what keeps the run from passing, but hides no witness. */
    void trouble(String id, String title, String text) {
        criteria.add(new Criterion(id, title, Finding.INCONCLUSIVE, text));
        troubles.add(text);
    }

    List<Criterion> criteria() {
        return criteria;
    }

    List<String> voids() {
        return voids;
    }

    List<String> troubles() {
        return troubles;
    }

    List<SelfCheck> selfChecks() {
        return selfChecks;
    }
}
