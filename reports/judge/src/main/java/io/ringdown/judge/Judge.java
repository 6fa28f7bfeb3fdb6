package io.ringdown.judge;

import io.ringdown.record.RecordedRun;
import java.io.IOException;

/** Judges runs. */
public final class Judge {
    private Judge() {}

    /**
     * Judges a run by its folder alone.
     *
     * @throws IOException if its operations log cannot be read or is none
     */
    public static Verdict judge(RecordedRun run) throws IOException {
        throw new IOException("judging is not written yet");
    }
}
