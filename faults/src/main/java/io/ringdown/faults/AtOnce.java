package io.ringdown.faults;

import java.io.IOException;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** The same for several at the same time, each in a thread of its own: who takes long keeps no other waiting. */
public final class AtOnce {
    private AtOnce() {}

    /** What is done for each. */
    public interface Step<T> {
        /** Returns what was done, one line. */
        String of(T one) throws IOException;
    }

    /**
     * How it went.
     *
     * @param how what was done, one line; null: it failed
     * @param failure null: it did not
     */
    public record Outcome(String how, Exception failure) {}

    /** Returns when all have ended; in their order. */
    public static <T> List<Outcome> all(List<T> those, Step<T> step) {
        if (those.size() == 1) {
            return List.of(outcome(those.get(0), step));
        }
        ExecutorService threads = Executors.newCachedThreadPool(task -> {
            var thread = new Thread(task, "at once");
            thread.setDaemon(true);
            return thread;
        });
        try {
            return those.stream()
                    .map(one -> CompletableFuture.supplyAsync(() -> outcome(one, step), threads))
                    .toList()
                    .stream()
                    .map(CompletableFuture::join)
                    .toList();
        } finally {
            threads.shutdown();
        }
    }

    private static <T> Outcome outcome(T one, Step<T> step) {
        try {
            return new Outcome(step.of(one), null);
        } catch (IOException | RuntimeException e) {
            return new Outcome(null, e);
        }
    }
}
