package io.ringdown.pages;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.FaultResult;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.judge.verdict.Witness;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** A verdict in a terminal: the level, why, the worst witnesses, and where to read on. At most 25 lines. */
public final class ConsoleSummary {
    private static final int REASONS = 6;
    private static final int FAULTS = 3;
    private static final int WITNESSES = 5;
    private static final int WIDEST = 160;
    private static final String BOLD = "1";
    private static final String FAINT = "2";

    private ConsoleSummary() {}

    /**
     * The summary, its lines ended by line feeds.
     *
     * @param report where the page was written
     * @param colour whether the terminal understands ANSI colours
     */
    public static String text(Verdict verdict, Path report, boolean colour) {
        var lines = new ArrayList<String>();
        lines.add("");
        lines.add("  "
                + paint(
                        colour,
                        tone(verdict.conclusion()) + ";" + BOLD,
                        verdict.conclusion().name()) + "  " + paint(colour, BOLD, line(verdict.headline()))
                + demanded(verdict));
        lines.add("  " + paint(colour, FAINT, line(verdict.plan() + ", seed " + verdict.seed())));
        for (FaultResult fault : first(verdict.faults(), FAULTS)) {
            lines.add("  " + line((fault.injected() ? "" : "never injected: ") + fault.what() + rerouted(fault)));
        }
        lines.add("");
        for (String reason : first(verdict.reasons(), REASONS)) {
            lines.add("  - " + line(reason));
        }
        rest(lines, verdict.reasons().size() - REASONS, "more reasons");
        witnesses(lines, verdict, colour);
        lines.add("");
        lines.add("  " + paint(colour, FAINT, "report ") + line(report.toString()));
        return String.join("\n", lines) + "\n";
    }

    private static void witnesses(List<String> lines, Verdict verdict, boolean colour) {
        List<Witness> shown = first(verdict.witnesses().shown(), WITNESSES);
        if (shown.isEmpty()) {
            return;
        }
        lines.add("");
        for (Witness witness : shown) {
            String fate = witness.fate().name();
            lines.add("  " + paint(colour, tone(Conclusion.FAIL), fate) + " ".repeat(Math.max(1, 9 - fate.length()))
                    + line(Words.group(witness.group()) + "  " + witness.callId() + "  " + witness.sentence()));
        }
        rest(lines, verdict.witnesses().total() - shown.size(), "more harmed calls");
    }

    private static String demanded(Verdict verdict) {
        if (verdict.capacity() != null && verdict.capacity().required() != null) {
            return " (" + Figures.count(verdict.capacity().required()) + " required)";
        }
        return verdict.demandedLevel() == null
                ? ""
                : " (" + verdict.demandedLevel() + " " + Words.demand(verdict.demand()) + ")";
    }

    private static String rerouted(FaultResult fault) {
        if (fault.rerouting() == null || fault.rerouting().total() == null) {
            return "";
        }
        return fault.rerouting().restored()
                ? "; rerouted after " + Words.detectAndReroute(fault.rerouting())
                : "; not rerouted after " + Figures.span(fault.rerouting().total());
    }

    private static void rest(List<String> lines, int number, String what) {
        if (number > 0) {
            lines.add("  … " + Figures.count(number) + " " + what);
        }
    }

    private static <T> List<T> first(List<T> all, int most) {
        return all.subList(0, Math.min(most, all.size()));
    }

    private static String tone(Conclusion conclusion) {
        return switch (conclusion) {
            case PASS -> "32";
            case FAIL -> "31";
            case INCONCLUSIVE -> "33";
        };
    }

    private static String paint(boolean colour, String code, String text) {
        return colour ? "\033[" + code + "m" + text + "\033[0m" : text;
    }

    /** One line without control characters: what a peer sent must not drive the terminal. */
    private static String line(String text) {
        String one = text.replaceAll("\\p{Cntrl}+", " ");
        return one.length() <= WIDEST ? one : one.substring(0, WIDEST - 1) + "…";
    }
}
