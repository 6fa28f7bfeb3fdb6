package io.ringdown.harness.hosts.docker;

import static java.util.concurrent.TimeUnit.SECONDS;

import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.model.Event;
import com.github.dockerjava.api.model.Statistics;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicLong;

/**
 * What an engine counts and remembers of a container.
 *
 * @param id of the container
 * @param who it is, for people
 */
record EngineAccount(DockerEngine engine, String id, String who) {
    private static final Duration ANSWER = Duration.ofSeconds(10);

    /** Processor time that it has used since its start, in nanoseconds, by the engine's count; -1: nobody knows. */
    long cpuNanos() {
        try {
            return engine.ask(who + ": what it has used", ANSWER, client -> {
                var first = new CompletableFuture<Statistics>();
                try (var heard = new ResultCallback.Adapter<Statistics>() {
                    @Override
                    public void onNext(Statistics said) {
                        first.complete(said);
                    }
                }) {
                    client.statsCmd(id).exec(heard);
                    return first.get(ANSWER.toSeconds(), SECONDS)
                            .getCpuStats()
                            .getCpuUsage()
                            .getTotalUsage();
                }
            });
        } catch (IOException | RuntimeException e) {
            return -1;
        }
    }

    /**
     * When the engine has let it run on last, in nanoseconds since 1970, as far back as the engine remembers; 0: it remembers nothing of that.
     *
     * @throws IOException if it cannot be asked; one line
     */
    long letRunOn() throws IOException {
        return engine.ask(who + ": when it was let run on", ANSWER, client -> {
            var last = new AtomicLong();
            // By its own clock: it would wait for an instant that is to come.
            Instant now = Instant.parse(client.infoCmd().exec().getSystemTime());
            try (var heard = new ResultCallback.Adapter<Event>() {
                @Override
                public void onNext(Event event) {
                    last.accumulateAndGet(event.getTimeNano() == null ? 0 : event.getTimeNano(), Math::max);
                }
            }) {
                client.eventsCmd()
                        .withSince("0")
                        .withUntil(String.format(Locale.ROOT, "%d.%09d", now.getEpochSecond(), now.getNano()))
                        .withContainerFilter(id)
                        .withEventFilter("unpause")
                        .exec(heard)
                        .awaitCompletion();
            }
            return last.get();
        });
    }
}
