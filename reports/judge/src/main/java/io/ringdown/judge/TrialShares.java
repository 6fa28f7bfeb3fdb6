package io.ringdown.judge;

import io.ringdown.record.Trial;
import io.ringdown.record.TrialShare;
import java.util.ArrayList;
import java.util.List;

/** Whether the load hosts that shared a trial made together what one would have made: of one that cannot be believed the whole trial tells nothing. */
final class TrialShares {
    private final Trial trial;
    private final Limits limits;

    TrialShares(Trial trial, Limits limits) {
        this.trial = trial;
        this.limits = limits;
    }

    /** @param asked how many load hosts were to share it */
    List<String> doubts(int asked) {
        var doubts = new ArrayList<String>();
        if (trial.shares().size() != asked) {
            doubts.add("only " + trial.shares().size() + " of " + asked + " load hosts told of it");
        }
        for (TrialShare share : trial.shares()) {
            doubts.addAll(doubts(share));
        }
        return doubts;
    }

    private List<String> doubts(TrialShare share) {
        if (!share.missing().isEmpty()) {
            return List.of(share.host() + " was not there to the end: " + share.missing());
        }
        if (share.late() < 0 || share.checks() == null) {
            return List.of(share.host() + (share.late() < 0 ? " never began" : " did not tell how it fared"));
        }
        var doubts = new ArrayList<String>();
        if (share.late() > limits.lateness()) {
            doubts.add(share.host() + " began " + Figures.millis(share.late()) + " late");
        }
        if (share.margin() > RunChecks.TOGETHER) {
            doubts.add("the clock of " + share.host() + " is known within " + Figures.millis(share.margin()) + " only");
        }
        doubts.addAll(
                TrialTally.doubts(share.host(), share.checks(), share.checks().latenessP99Nanos(), limits));
        return doubts;
    }

    /** Whose machines others crowded, where they have machines of their own. */
    List<String> crowded() {
        return trial.shares().stream()
                .filter(share -> share.others() != null && share.others() > ForeignLoad.MOST)
                .map(share -> "others took " + Figures.percent(share.others()) + " of the processors of " + share.host()
                        + " for a second")
                .toList();
    }

    /** How far apart their clocks may have been, at most. */
    long margin() {
        return trial.shares().stream().mapToLong(TrialShare::margin).max().orElse(0);
    }
}
