package io.ringdown.judge.verdict;

/** Calls by their worst fate. */
public record FateCounts(int transparent, int indeterminate, int late, int repeated, int failed, int ghost, int lost) {
    static final FateCounts NONE = new FateCounts(0, 0, 0, 0, 0, 0, 0);

    /** All calls. */
    public int total() {
        return transparent + indeterminate + harmed();
    }

    /** Calls that were harmed for certain. */
    public int harmed() {
        return late + repeated + failed + ghost + lost;
    }

    /** Calls of one fate. */
    public int of(Fate fate) {
        return switch (fate) {
            case TRANSPARENT -> transparent;
            case INDETERMINATE -> indeterminate;
            case LATE -> late;
            case REPEATED -> repeated;
            case FAILED -> failed;
            case GHOST -> ghost;
            case LOST -> lost;
        };
    }
}
