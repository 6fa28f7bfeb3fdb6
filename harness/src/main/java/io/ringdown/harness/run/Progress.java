package io.ringdown.harness.run;

import java.io.PrintStream;
import java.util.Locale;

/** Tells people how a run gets on: a line a stage, and on a terminal a line that changes meanwhile. */
public final class Progress {
    private static final String CLEAR_LINE = "\r\u001b[2K";

    private final PrintStream out;
    private final boolean terminal;
    private final long started = System.nanoTime();
    private boolean lineOpen;

    /**
     * Tells it to a stream.
     *
     * @param terminal whether the stream is a terminal, where a line can be written over
     */
    public Progress(PrintStream out, boolean terminal) {
        this.out = out;
        this.terminal = terminal;
    }

    /** A stage has come to something worth a line. */
    public synchronized void line(String stage, String text) {
        clear();
        out.printf(Locale.ROOT, "%6.1f s  %-12s %s%n", elapsed(), stage, text);
        out.flush();
    }

    /** What is going on right now; only terminals show it. */
    synchronized void live(String stage, String text) {
        if (!terminal) {
            return;
        }
        clear();
        out.printf(Locale.ROOT, "%6.1f s  %-12s %s", elapsed(), stage, text);
        out.flush();
        lineOpen = true;
    }

    private void clear() {
        if (lineOpen) {
            out.print(CLEAR_LINE);
            lineOpen = false;
        }
    }

    private double elapsed() {
        return (System.nanoTime() - started) / 1e9;
    }
}
