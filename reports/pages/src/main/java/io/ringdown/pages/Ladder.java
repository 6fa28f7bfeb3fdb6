package io.ringdown.pages;

import io.ringdown.judge.verdict.Witness;
import io.ringdown.judge.verdict.WitnessStep;
import io.ringdown.pages.svg.Svg;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;

/** A witness as a SIP ladder: what its caller sent and received, in order, with the fault between. Not to scale. */
record Ladder(String id, Witness witness) {
    private static final double WIDTH = 400;
    private static final double CALLER = 96;
    private static final double CLUSTER = 372;
    private static final double ROW = 27;
    private static final double TOP = 34;
    private static final int MOST_ROWS = 22;

    private enum Direction {
        SENT,
        RECEIVED,
        NOTE
    }

    private record Rung(long at, Direction direction, String label, boolean decisive) {}

    String draw() {
        List<Rung> rungs = rungs();
        int hidden = Math.max(0, rungs.size() - MOST_ROWS);
        if (hidden > 0) {
            rungs = shortened(rungs, hidden);
        }
        boolean before = rungs.stream().anyMatch(rung -> rung.at() < 0);
        double height = TOP + ROW * (rungs.size() + 1) + 14;
        var svg = new Svg(id, WIDTH, height, "Messages of call " + witness.callId(), witness.sentence());
        svg.text(CALLER, 14, "party middle", "caller").text(CLUSTER, 14, "party end", "cluster");
        svg.line(CALLER, 20, CALLER, height - 4, "lifeline").line(CLUSTER, 20, CLUSTER, height - 4, "lifeline");
        double y = TOP;
        boolean struck = false;
        for (Rung rung : rungs) {
            if (!struck && rung.at() >= 0) {
                fault(svg, before ? y + 4 : y);
                y += ROW;
                struck = true;
            }
            draw(svg, rung, y + 8);
            y += ROW;
        }
        if (!struck) {
            fault(svg, y + 4);
        }
        return svg.toString();
    }

    private static void fault(Svg svg, double y) {
        svg.line(0, y, WIDTH, y, "strike");
        svg.text(0, y - 5, "mark", "fault");
    }

    private static void draw(Svg svg, Rung rung, double y) {
        String decisive = rung.decisive() ? " decisive" : "";
        svg.text(CALLER - 10, y + 4, "tick end", Figures.offset(rung.at()));
        if (rung.direction() == Direction.NOTE) {
            svg.rectangle(CALLER + 8, y - 11, CLUSTER - CALLER - 16, 20, "note" + decisive);
            svg.text((CALLER + CLUSTER) / 2, y + 3, "rung middle" + decisive, rung.label());
            return;
        }
        boolean sent = rung.direction() == Direction.SENT;
        double tip = sent ? CLUSTER : CALLER;
        double back = sent ? -8 : 8;
        svg.line(CALLER, y, CLUSTER, y, "arrow" + decisive);
        svg.element(
                "path",
                "d",
                "M" + Svg.point(tip, y) + "L" + Svg.point(tip + back, y - 4) + "L" + Svg.point(tip + back, y + 4) + "Z",
                "class",
                "head" + decisive);
        svg.text((CALLER + CLUSTER) / 2, y - 4, "rung middle" + decisive, rung.label());
    }

    /** Leaves out the oldest rungs but the first two. */
    private static List<Rung> shortened(List<Rung> rungs, int hidden) {
        var shown = new ArrayList<Rung>(rungs.subList(0, 2));
        Rung next = rungs.get(3 + hidden);
        shown.add(new Rung(next.at(), Direction.NOTE, "… " + (hidden + 1) + " messages before", false));
        shown.addAll(rungs.subList(3 + hidden, rungs.size()));
        return shown;
    }

    private List<Rung> rungs() {
        var rungs = new ArrayList<Rung>();
        for (WitnessStep step : witness.steps()) {
            if (step.attempt().isEmpty()) {
                rungs.add(new Rung(at(step), Direction.NOTE, Words.incident(step.what()), step.decisive()));
            } else {
                operation(rungs, step);
            }
        }
        rungs.sort(Comparator.comparingLong(Rung::at));
        return rungs;
    }

    private static void operation(List<Rung> rungs, WitnessStep step) {
        boolean expired = step.status() == 0;
        String method = Words.method(step.what());
        if (step.sent() != null) {
            String label = method + " " + step.cseq()
                    + switch (step.attempt()) {
                        case "REPEAT" -> " (repeat)";
                        case "REDIAL" -> " (re-dial)";
                        default -> "";
                    }
                    + (step.retransmissions() > 0 ? " +" + step.retransmissions() + " retransm." : "");
            rungs.add(new Rung(step.sent(), Direction.SENT, label, false));
        }
        if (step.trying() != null) {
            rungs.add(new Rung(step.trying(), Direction.RECEIVED, "100", false));
        }
        if (step.ringing() != null) {
            rungs.add(new Rung(step.ringing(), Direction.RECEIVED, "180", false));
        }
        if (step.end() != null) {
            rungs.add(new Rung(
                    step.end(),
                    expired ? Direction.NOTE : Direction.RECEIVED,
                    expired ? "no answer to " + method + " " + step.cseq() : answer(step),
                    step.decisive()));
        } else if (step.decisive()) {
            rungs.add(new Rung(at(step), Direction.NOTE, method + " " + step.cseq() + " never answered", true));
        }
        if (step.acked() != null) {
            rungs.add(new Rung(step.acked(), Direction.SENT, "ACK", false));
        }
    }

    private static String answer(WitnessStep step) {
        return step.status()
                + (step.counter() >= 0 ? ", counter " + step.counter() : "")
                + (step.setups() > 1 ? ", " + step.setups() + " set-ups" : "")
                + (step.node().isEmpty() ? "" : " · " + step.node());
    }

    private static long at(WitnessStep step) {
        for (Long instant : new Long[] {step.end(), step.sent(), step.intended()}) {
            if (instant != null) {
                return instant;
            }
        }
        return 0;
    }
}
