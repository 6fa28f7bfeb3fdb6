package io.ringdown.judge;

import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.FateCounts;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.record.Phase;

/** Counts the calls of one phase, or of another group, by exposure and fate. */
final class PhaseTally {
    int planned;
    private int held;
    private int exposed;
    private int byOwner;
    private int byCopy;
    private int byDispatcher;
    private int boundary;
    private int controls;
    private int unknownLost;
    private final int[][] fates = new int[Exposure.Kind.values().length][Fate.values().length];

    void add(Judgement judgement) {
        Exposure exposure = judgement.exposure;
        held++;
        switch (exposure.kind()) {
            case EXPOSED, UNKNOWN -> exposed++;
            case BOUNDARY, LATER -> boundary++;
            case CONTROL -> controls++;
        }
        byOwner += exposure.owner() ? 1 : 0;
        byCopy += exposure.copy() ? 1 : 0;
        byDispatcher += exposure.dispatcher() ? 1 : 0;
        unknownLost += judgement.unknownLost && !judgement.lost() ? 1 : 0;
        fates[exposure.kind().ordinal()][judgement.fate().ordinal()]++;
    }

    int held() {
        return held;
    }

    /** Calls of which it cannot be told whether they were LOST. */
    int unknownLost() {
        return unknownLost;
    }

    FateCounts all() {
        return counts(Exposure.Kind.values());
    }

    FateCounts controlFates() {
        return counts(Exposure.Kind.CONTROL);
    }

    private FateCounts counts(Exposure.Kind... kinds) {
        int[] sum = new int[Fate.values().length];
        for (Exposure.Kind kind : kinds) {
            for (int i = 0; i < sum.length; i++) {
                sum[i] += fates[kind.ordinal()][i];
            }
        }
        return new FateCounts(
                sum[Fate.TRANSPARENT.ordinal()],
                sum[Fate.INDETERMINATE.ordinal()],
                sum[Fate.LATE.ordinal()],
                sum[Fate.REPEATED.ordinal()],
                sum[Fate.FAILED.ordinal()],
                sum[Fate.GHOST.ordinal()],
                sum[Fate.LOST.ordinal()]);
    }

    /**
     * The phase's result. Only the exposed are evidence that there was no harm, and harm to anybody speaks against it. But that there was too much is
     * said of the exposed by their own harm, or of all by the harm to all: never by the harm to all among the exposed alone.
     *
     * @param share of the exposed that the fault hit indeed: f/n in black-box mode, else 1
     */
    PhaseResult result(Phase phase, boolean demanded, double share, double limit) {
        FateCounts all = all();
        FateCounts hit = counts(Exposure.Kind.EXPOSED, Exposure.Kind.UNKNOWN);
        int watched = (int) Math.floor(exposed * share + 1e-9);
        // Where the fault hit nothing that calls depend on, nobody was exposed, black box or not.
        int counted = share == 0 ? 0 : exposed;
        return new PhaseResult(
                phase,
                demanded,
                planned,
                held,
                counted,
                byOwner,
                byCopy,
                byDispatcher,
                boundary,
                controls,
                hit,
                counts(Exposure.Kind.BOUNDARY, Exposure.Kind.LATER),
                counts(Exposure.Kind.CONTROL),
                ClopperPearson.zero(
                        all.harmed(), all.indeterminate(), watched, lower(hit.harmed(), all.harmed()), limit),
                ClopperPearson.zero(all.lost(), unknownLost, watched, lower(hit.lost(), all.lost()), limit));
    }

    private double lower(int exposedBad, int bad) {
        return Math.max(ClopperPearson.lower(exposedBad, exposed), ClopperPearson.lower(bad, held));
    }
}
