package io.ringdown.record;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;

/** Something that takes long to read, and is read while whoever wants it reads something else. */
public final class Reading<T> {
    private final CompletableFuture<T> read;

    private Reading(CompletableFuture<T> read) {
        this.read = read;
    }

    /** Reads from a file. */
    public interface Reader<T> {
        T read() throws IOException;
    }

    /** Begins to read, and goes on. */
    public static <T> Reading<T> begin(Reader<T> reader) {
        return new Reading<>(CompletableFuture.supplyAsync(() -> {
            try {
                return reader.read();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }));
    }

    /**
     * Waits for it.
     *
     * @throws IOException as the reader did
     */
    public T end() throws IOException {
        try {
            return read.join();
        } catch (CompletionException e) {
            if (e.getCause() instanceof UncheckedIOException unreadable) {
                throw unreadable.getCause();
            }
            if (e.getCause() instanceof Error failure) {
                throw failure;
            }
            throw e.getCause() instanceof RuntimeException failure ? failure : e;
        }
    }
}
