package io.ringdown.pages;

import java.util.List;

/** What the report's template shows. Markup is only what our charts drew; everything else is escaped by the template. */
record ReportView(
        String styles,
        String title,
        Banner banner,
        List<Step> ladder,
        List<Fact> facts,
        List<RackView> racks,
        List<CloseUp> closeUps,
        String overview,
        boolean hasOperations,
        boolean torn,
        String bounds,
        List<String> fateNames,
        List<MatrixView> matrix,
        List<PhaseView> phases,
        WitnessSection witnesses,
        List<LatencyView> latencies,
        List<LatencyNumbers> latencyNumbers,
        String load,
        List<LoadView> loads,
        LawView law,
        CapacityView capacity,
        List<String> metricWindows,
        List<RatioView> ratios,
        List<DelayView> delays,
        List<CriterionView> criteria,
        List<Fact> selfChecks,
        boolean hasSelfChecks,
        List<String> notes,
        List<Fact> provenance,
        List<Fact> cluster,
        String replay,
        List<Link> files) {

    record Banner(
            String conclusion,
            String cssClass,
            String headline,
            String why,
            List<String> more,
            List<String> done,
            String plan,
            String description) {}

    /** A step of the level ladder. */
    record Step(String name, String meaning, String cssClass, String note) {}

    record Fact(String name, String value, String cssClass) {}

    record RackView(String name, List<MachineView> machines) {}

    record MachineView(String name, String address, boolean struck, List<ElementView> elements) {}

    record ElementView(String name, String role, String detail, String cssClass) {}

    record CloseUp(
            String what,
            String sentence,
            boolean proven,
            List<String> proof,
            String chart,
            List<Fact> spans,
            boolean hasSpans) {}

    record MatrixView(String group, String state, List<Cell> cells, String total) {}

    record Cell(String text, String cssClass, String heat) {}

    record PhaseView(
            String phase,
            String planned,
            String held,
            String exposed,
            String exposure,
            String boundary,
            String controls,
            String bound,
            String lost,
            String cssClass,
            String sign) {}

    record WitnessSection(String lead, boolean any, List<WitnessView> told, List<WitnessView> others, boolean more) {}

    record WitnessView(String callId, String group, String fate, String exposure, String sentence, String ladder) {}

    record LatencyView(String name, String overTime, String curve) {}

    record LatencyNumbers(
            String name,
            String intent,
            String window,
            String count,
            String failed,
            String p50,
            String p90,
            String p99,
            String p999,
            String max) {}

    record LoadView(String element, String machine, String before, String after, String ratio) {}

    /** @param windows one for each part of the run */
    record RatioView(String metric, String section, String meaning, List<String> windows) {}

    record DelayView(
            String metric,
            String section,
            String meaning,
            String window,
            String count,
            String leftOut,
            String mean,
            String p50,
            String p90,
            String p99,
            String max) {}

    record CapacityView(
            String chart,
            List<TrialView> trials,
            List<Fact> setUp,
            String section,
            List<Fact> benchmarks,
            String unit) {}

    record TrialView(
            String number,
            String rate,
            String sessions,
            String offered,
            String cssClass,
            String outcome,
            String why,
            String established,
            String failed,
            String retransmissions,
            String p50,
            String p99,
            String max,
            String lateness,
            String drops) {}

    record LawView(String cssClass, String sign, String text, String chart) {}

    record CriterionView(String id, String title, String text, String cssClass, String sign, String finding) {}

    record Link(String href, String name, String what) {}
}
