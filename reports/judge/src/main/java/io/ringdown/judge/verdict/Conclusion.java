package io.ringdown.judge.verdict;

/** How a run ended, measured by what its plan demands. */
public enum Conclusion {
    /** The demand is met, and everything that had to be decided was. */
    PASS,
    /** It cannot be told, and the reasons say why. */
    INCONCLUSIVE,
    /** The demand is violated, with witnesses. */
    FAIL
}
