package io.ringdown.pages;

import io.ringdown.judge.verdict.CapacityResult;
import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.Rerouting;
import io.ringdown.judge.verdict.SelfCheck;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Witness;
import io.ringdown.pages.ReportView.Banner;
import io.ringdown.pages.ReportView.CloseUp;
import io.ringdown.pages.ReportView.CriterionView;
import io.ringdown.pages.ReportView.ElementView;
import io.ringdown.pages.ReportView.Fact;
import io.ringdown.pages.ReportView.LawView;
import io.ringdown.pages.ReportView.Link;
import io.ringdown.pages.ReportView.MachineView;
import io.ringdown.pages.ReportView.RackView;
import io.ringdown.pages.ReportView.Step;
import io.ringdown.pages.ReportView.WitnessSection;
import io.ringdown.pages.ReportView.WitnessView;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Calibration;
import io.ringdown.record.Provenance;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.RunFolder;
import io.ringdown.record.Topology;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/** Puts a run and its verdict into the report's words. */
record ReportWriter(RecordedRun run, Verdict verdict, RunSeries series, Path report) {
    private static final int LADDERS = 9;
    private static final DateTimeFormatter WHEN = DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
            .withZone(ZoneOffset.UTC);

    ReportView view(String styles) {
        var tables = new ReportTables(verdict, series);
        var metrics = new MetricTables(verdict.metrics());
        return new ReportView(
                styles,
                verdict.conclusion() + ": " + verdict.plan() + ", " + verdict.headline(),
                banner(),
                ladder(),
                facts(),
                racks(),
                closeUps(),
                new OverviewChart(series, verdict).draw(),
                verdict.operations() > 0,
                !series.whole,
                tables.bounds(),
                tables.fateNames(),
                tables.matrix(),
                tables.phases(),
                witnesses(),
                tables.latencies(),
                tables.latencyNumbers(),
                verdict.loads().isEmpty() ? "" : new LoadChart(verdict.loads()).draw(),
                tables.loads(),
                law(),
                CapacityTables.view(verdict.capacity()),
                metrics.windows(),
                metrics.ratios(),
                metrics.delays(),
                criteria(),
                selfChecks(),
                !verdict.selfChecks().isEmpty(),
                verdict.notes(),
                provenance(),
                cluster(),
                "ringdown run " + shown(verdict.plan()) + " --seed " + verdict.seed(),
                files());
    }

    private Banner banner() {
        List<String> done = verdict.faults().stream()
                .map(fault -> fault.injected() ? fault.what() : fault.what() + " (never injected)")
                .toList();
        return new Banner(
                verdict.conclusion().name(),
                switch (verdict.conclusion()) {
                    case PASS -> "ok";
                    case FAIL -> "bad";
                    case INCONCLUSIVE -> "open";
                },
                verdict.headline(),
                verdict.reasons().get(0),
                verdict.reasons().subList(1, verdict.reasons().size()),
                verdict.capacity() != null
                        ? List.of("A search for the "
                                + verdict.capacity().type().benchmark() + " (RFC 7502 section 4.10).")
                        : done.isEmpty() ? List.of("No fault: a null run.") : done,
                verdict.plan(),
                verdict.description());
    }

    private List<Step> ladder() {
        var steps = new ArrayList<Step>();
        for (AvailabilityLevel level : AvailabilityLevel.values()) {
            boolean found = verdict.level() != null
                    && level.compareTo(verdict.level().lowest()) >= 0
                    && level.compareTo(verdict.level().highest()) <= 0;
            boolean demanded = level == verdict.demandedLevel();
            String how = found ? (verdict.level().decided() ? "found" : "possible") : "";
            String note = demanded ? Words.demand(verdict.demand()) : "";
            steps.add(new Step(
                    level.name(),
                    Words.meaning(level),
                    how + (demanded ? " demanded" : ""),
                    how.isEmpty() || note.isEmpty() ? how + note : how + ", " + note));
        }
        return steps;
    }

    private List<Fact> facts() {
        return verdict.capacity() == null ? ofCalls() : ofTrials(verdict.capacity());
    }

    private static List<Fact> ofTrials(CapacityResult capacity) {
        var facts = new ArrayList<Fact>();
        facts.add(new Fact(
                capacity.type().benchmark(),
                (capacity.complete() || capacity.rate() == 0 ? "" : "≥ ") + Figures.count(capacity.rate()) + "/s",
                capacity.complete() ? "" : "bad"));
        facts.add(new Fact("trials", Figures.count(capacity.trials().size()), ""));
        facts.add(new Fact(capacity.type().unit() + "s attempted", Figures.count(capacity.attempted()), ""));
        return facts;
    }

    private List<Fact> ofCalls() {
        var facts = new ArrayList<Fact>();
        for (FaultResult fault : verdict.faults()) {
            Rerouting rerouting = fault.rerouting();
            if (rerouting != null && rerouting.total() != null) {
                facts.add(new Fact(
                        "detect and reroute" + (verdict.faults().size() > 1 ? ", fault " + (fault.index() + 1) : ""),
                        Words.detectAndReroute(rerouting),
                        rerouting.restored() ? "" : "bad"));
            }
        }
        SetUpOutage outage = verdict.outage();
        if (outage != null) {
            facts.add(new Fact(
                    verdict.faults().size() > 1 ? "worst set-up outage" : "set-up outage",
                    outage(outage),
                    outage.state() == SetUpOutage.State.KEPT ? "" : "bad"));
        }
        int harmed = verdict.witnesses().total();
        facts.add(new Fact("calls harmed", Figures.count(harmed), harmed > 0 ? "bad" : ""));
        facts.add(new Fact("calls", Figures.count(verdict.calls()), ""));
        facts.add(new Fact("operations", Figures.count(verdict.operations()), ""));
        return facts;
    }

    private static String outage(SetUpOutage outage) {
        return switch (outage.state()) {
            case NEVER_RESTORED -> "never restored";
            case UNKNOWN -> "unknown";
            case KEPT, UNTIL_REPAIR ->
                outage.start() == null ? "none" : outage.nanos() == null ? "no end seen" : Figures.span(outage.nanos());
        };
    }

    private List<RackView> racks() {
        Set<String> struck = verdict.faults().stream()
                .filter(FaultResult::injected)
                .flatMap(fault -> fault.elements().stream())
                .collect(Collectors.toSet());
        return run.topology().racks().stream()
                .map(rack -> new RackView(
                        rack.name(),
                        rack.machines().stream()
                                .map(machine -> machine(machine, struck))
                                .toList()))
                .toList();
    }

    private static MachineView machine(Topology.Machine machine, Set<String> struck) {
        boolean all = !machine.elements().isEmpty()
                && machine.elements().stream().allMatch(element -> struck.contains(element.name()));
        return new MachineView(
                machine.name(),
                machine.address(),
                all,
                machine.elements().stream()
                        .map(element -> new ElementView(
                                element.name(),
                                element.role(),
                                group(element),
                                struck.contains(element.name()) ? "struck" : ""))
                        .toList());
    }

    /** The replication group of a session store, as its arrangement calls it. */
    private static String group(Topology.Element element) {
        if (!element.stores() || element.partition() < 0) {
            return "";
        }
        return element.group() + " " + element.partition();
    }

    private List<CloseUp> closeUps() {
        var closeUps = new ArrayList<CloseUp>();
        for (FaultResult fault : verdict.faults()) {
            Activity activity = series.closeUps.get(fault.index());
            List<Fact> spans = spans(fault.rerouting());
            closeUps.add(new CloseUp(
                    fault.what(),
                    sentence(fault),
                    fault.proven(),
                    fault.proof(),
                    activity == null ? "" : new CloseUpChart(activity, fault).draw(),
                    spans,
                    !spans.isEmpty()));
        }
        return closeUps;
    }

    private static String sentence(FaultResult fault) {
        if (!fault.injected()) {
            return "The run did not get as far as to inject it.";
        }
        var sentence = new StringBuilder("It took effect within " + Figures.span(fault.confirmed() - fault.asked()));
        sentence.append(fault.proven() ? ", proven on the target" : ", but this was not proven");
        if (fault.repairAsked() != null) {
            sentence.append("; repair began after ").append(Figures.span(fault.repairAsked() - fault.asked()));
        }
        if (fault.servingAt() != null) {
            sentence.append("; it served again after ").append(Figures.span(fault.servingAt() - fault.asked()));
        }
        return sentence.append('.').toString();
    }

    private static List<Fact> spans(Rerouting rerouting) {
        if (rerouting == null) {
            return List.of();
        }
        var spans = new ArrayList<Fact>();
        span(spans, "detection", rerouting.detection());
        span(spans, "fetch", rerouting.fetch());
        span(spans, "activation", rerouting.activation());
        if (rerouting.total() != null) {
            spans.add(new Fact("D, seen from outside", Words.detectAndReroute(rerouting), "total"));
        }
        return spans;
    }

    private static void span(List<Fact> spans, String name, Long nanos) {
        if (nanos != null) {
            spans.add(new Fact(name, Figures.span(nanos), "step-" + name));
        }
    }

    private WitnessSection witnesses() {
        List<Witness> shown = verdict.witnesses().shown();
        int total = verdict.witnesses().total();
        var told = new ArrayList<WitnessView>();
        for (int i = 0; i < Math.min(LADDERS, shown.size()); i++) {
            told.add(witness(shown.get(i), new Ladder("wit" + i, shown.get(i)).draw()));
        }
        List<WitnessView> others = shown.subList(told.size(), shown.size()).stream()
                .map(witness -> witness(witness, ""))
                .toList();
        String lead = total == 0
                ? "No call was harmed."
                : Figures.count(total)
                        + (total == 1 ? " call was harmed." : " calls were harmed.")
                        + (total > shown.size() ? " The worst " + shown.size() + " are listed here." : "");
        return new WitnessSection(lead, total > 0, told, others, !others.isEmpty());
    }

    private static WitnessView witness(Witness witness, String ladder) {
        return new WitnessView(
                witness.callId(),
                Words.group(witness.group()),
                witness.fate().name(),
                witness.exposure(),
                witness.sentence(),
                ladder);
    }

    private LawView law() {
        if (verdict.law() == null) {
            return null;
        }
        FaultResult first = verdict.faults().isEmpty() ? null : verdict.faults().get(0);
        boolean drawable =
                first != null && first.injected() && Outages.rerouting(first) > 0 && !series.delays.isEmpty();
        return new LawView(
                Words.cssClass(verdict.law().finding()),
                Words.sign(verdict.law().finding()),
                verdict.law().text(),
                drawable
                        ? new LawChart(
                                        series.delays,
                                        Outages.rerouting(first),
                                        run.plan().workload().t1().toNanos())
                                .draw()
                        : "");
    }

    private List<CriterionView> criteria() {
        return verdict.criteria().stream().map(ReportWriter::criterion).toList();
    }

    private static CriterionView criterion(Criterion criterion) {
        return new CriterionView(
                criterion.id(),
                criterion.title(),
                criterion.text(),
                Words.cssClass(criterion.finding()),
                Words.sign(criterion.finding()),
                Words.lower(criterion.finding()));
    }

    private List<Fact> selfChecks() {
        var checks = new ArrayList<Fact>();
        for (SelfCheck check : verdict.selfChecks()) {
            checks.add(new Fact(
                    check.name(),
                    check.value() + (check.limit().isEmpty() ? "" : " (limit " + check.limit() + ")"),
                    check.passed() ? "ok" : "bad"));
        }
        checks.addAll(ceiling());
        return checks;
    }

    /** What the generator can do by itself on the run's machine. */
    private List<Fact> ceiling() {
        Calibration calibration = verdict.calibration();
        if (calibration == null) {
            return List.of(new Fact("its own ceiling", "not measured", ""));
        }
        String measured =
                WHEN.format(Instant.ofEpochSecond(Math.floorDiv(calibration.measuredEpochMicros(), 1_000_000L)));
        return List.of(
                new Fact("its own ceiling", Figures.count(calibration.ceiling()) + " sessions/s", ""),
                new Fact("lateness p99 at that rate", Figures.span(calibration.latenessP99Nanos()), ""),
                new Fact("lateness p99 at half of it", Figures.span(calibration.halfLatenessP99Nanos()), ""),
                new Fact("ceiling measured", measured + ", " + calibration.machine(), ""));
    }

    private List<Fact> provenance() {
        Provenance from = verdict.provenance();
        long micros = from.startedEpochMicros();
        return List.of(
                new Fact("started", WHEN.format(Instant.ofEpochSecond(Math.floorDiv(micros, 1_000_000L))), ""),
                new Fact(
                        "command",
                        from.command().stream().map(ReportWriter::shown).collect(Collectors.joining(" ")),
                        ""),
                new Fact("plan", verdict.plan() + ", seed " + verdict.seed(), ""),
                new Fact("Ringdown", from.ringdown(), ""),
                new Fact("Java", from.java(), ""),
                new Fact("host", from.os() + ", " + from.processors() + " processors", ""),
                new Fact(
                        "service",
                        run.topology().serviceAddress() + ", arrangement "
                                + run.topology().arrangement() + (verdict.blackBox() ? ", black box" : ""),
                        ""));
    }

    private List<Fact> cluster() {
        return new TreeMap<>(run.plan().cluster())
                .entrySet().stream()
                        .map(setting -> new Fact(setting.getKey(), setting.getValue(), ""))
                        .toList();
    }

    /** A word as a shell would need it. */
    private static String shown(String word) {
        return word.matches("[\\w@%+=:,./-]+") ? word : "'" + word.replace("'", "'\\''") + "'";
    }

    private List<Link> files() {
        RunFolder folder = run.folder();
        var links = new ArrayList<Link>();
        link(links, folder.verdict(), "the verdict as data", true);
        link(links, folder.junit(), "the criteria for a CI server", true);
        link(links, folder.provenance(), "where the run comes from", false);
        link(links, folder.plan(), "the plan, resolved", false);
        link(links, folder.topology(), "the cluster", false);
        link(links, folder.operations(), "every call and operation", false);
        link(links, folder.latencies(), "latencies, HdrHistogram", false);
        link(links, folder.events(), "what happened when", false);
        link(links, folder.owners(), "who owned which call", false);
        link(links, folder.trials(), "the trials of the search", false);
        link(links, folder.calibration(), "what the generator can do by itself", false);
        link(links, folder.selfChecks(), "the generator's self-checks", false);
        link(links, folder.ledger(), "undo steps of the faults", false);
        link(links, folder.elements(), "output of the elements", false);
        return links;
    }

    private void link(List<Link> links, Path file, String what, boolean writtenLater) {
        if (writtenLater || Files.exists(file)) {
            Path from = report.toAbsolutePath().normalize().getParent();
            String relative = from.relativize(file.toAbsolutePath().normalize())
                    .toString()
                    .replace('\\', '/');
            String href = relative.replace("%", "%25")
                    .replace("?", "%3F")
                    .replace("#", "%23")
                    .replace(":", "%3A")
                    .replace(" ", "%20");
            links.add(new Link(href, file.getFileName().toString(), what));
        }
    }
}
