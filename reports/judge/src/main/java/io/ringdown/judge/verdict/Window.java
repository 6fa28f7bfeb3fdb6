package io.ringdown.judge.verdict;

/** Parts of a run, by when an operation was to be sent. */
public enum Window {
    /** Before t_f; in a null run, all. */
    BEFORE,
    /** From t_f until rerouting was done and set-ups succeeded again. */
    DURING,
    AFTER
}
