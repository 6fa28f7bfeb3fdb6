package io.ringdown.judge.verdict;

/** What became of a call, least harm first; a call counts once, under its worst. */
public enum Fate {
    /** None of the others. */
    TRANSPARENT,
    /** The harness cannot tell. Counts as bad when confirming, as good when refuting. */
    INDETERMINATE,
    /** A first attempt succeeded, over its budget. */
    LATE,
    /** An intent succeeded, by a repeat or a re-dial only. */
    REPEATED,
    /** An intent never succeeded, without harm to an established call. */
    FAILED,
    /** One intent was acted on twice. */
    GHOST,
    /** An established call is gone, or its state fell back. */
    LOST;

    /** Whether the call was harmed for certain. */
    public boolean harm() {
        return compareTo(INDETERMINATE) > 0;
    }
}
