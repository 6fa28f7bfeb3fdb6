package io.ringdown.judge;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.SelfCheck;
import io.ringdown.record.FaultOrder;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunEvent;
import io.ringdown.record.Topology;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;

/**
 * Whether the run itself can be believed. A failing check either voids the run, since its witnesses may be the harness' own making, or only keeps it
 * from passing.
 */
final class RunChecks {
    /** What is to happen at once happens within 50 ms. */
    static final long TOGETHER = 50_000_000;

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
        if (strike == null) {
            voiding("strike", "fault injected", "the run ended before anything was struck" + because());
        } else {
            new FaultChecks(run, this).check();
        }
        new GeneratorChecks(run, limits, this).check();
        Bursts.of(run, history).check(this);
        new LoadHostChecks(run, limits, this).check(strike == null ? 0 : strike.margin());
        log(history.whole());
        quotas();
        lastOwners();
        callDetails(history);
        ending();
        return this;
    }

    /**
     * Checks a capacity search, whose trials have self-checks of their own.
     *
     * @param whole whether the operations log is
     * @param margin how far apart the load hosts' clocks may have been, nanoseconds
     */
    void checkTrials(boolean whole, long margin) {
        log(whole);
        new LoadHostChecks(run, limits, this).check(margin);
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

    /** Notes one of the generator's checks of itself. */
    void self(String name, String value, String limit, boolean passed) {
        selfChecks.add(new SelfCheck(name, value, limit, passed));
    }

    private String because() {
        RunEvent.Ended ended = last(RunEvent.Ended.class);
        return ended == null || ended.detail() == null || ended.detail().isEmpty() ? "" : ": " + ended.detail();
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
        boolean asked = run.owners().stream().anyMatch(taken -> taken.purpose().equals("final"));
        // Of a black box nobody is ever asked, which leaves a file that is empty.
        if (!asked
                && run.completed()
                && (!run.owners().isEmpty() || !Files.exists(run.folder().owners()))) {
            trouble(
                    "owners",
                    "every element tells what it owns at the end",
                    "nobody was asked after the calls what it owns");
        }
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

    /** A call has one record, and a service that writes none cannot be told from one whose were not collected. */
    private void callDetails(History history) {
        if ("proxy".equals(run.plan().cluster().get("service")) && history.callDetails() == null && run.completed()) {
            trouble(
                    "call-details",
                    "call-detail records collected",
                    "of a service that writes them nobody collected its call-detail records");
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
        if (run.completed() && !run.sealed()) {
            trouble("seal", "run sealed", "the run completed and has no seal: what it recorded may have been changed");
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

    /** The last event of a kind, or null. */
    <T extends RunEvent> T last(Class<T> type) {
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
