package io.ringdown.harness.hosts.remote;

import com.fasterxml.jackson.databind.JsonNode;
import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Talk;
import io.ringdown.harness.hosts.remote.Ask.Pulse.Shown;
import io.ringdown.harness.hosts.remote.Letters.Answer;
import io.ringdown.harness.hosts.remote.Letters.Question;
import io.ringdown.record.ClockOffset;
import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentSkipListMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/**
 * The harness's end of what is said with an {@link Agent}. It outlives connections: one that breaks is replaced, and what was not answered is asked again
 * under its number, so that the agent does nothing twice. It ends when the agent has, or when nothing was heard for as long as the lease, since the agent
 * heals then. Safe for several threads.
 */
final class Correspondence implements AutoCloseable {
    /** How often an agent is asked for a sign of life, at least four times within its lease. */
    private static final Duration PULSE = Duration.ofMillis(500);

    private static final Duration AGAIN = Duration.ofMillis(200);
    /** For the way there, for an agent to start, and for a slow answer. */
    private static final Duration HELLO = Duration.ofSeconds(30);

    private final Reach reach;
    private final Function<AgentLink.Mode, List<String>> link;
    private final Duration lease;
    private final String session = UUID.randomUUID().toString().substring(0, 8);
    private final AtomicLong numbers = new AtomicLong();
    private final Map<Long, Asked> asked = new ConcurrentSkipListMap<>();
    private final ClockLooks clock = new ClockLooks();

    private volatile Hello hello;
    private volatile Connection connection;
    private volatile long heard = System.nanoTime();
    private volatile List<ProcessIdentity> processes = List.of();
    private volatile String ending = "";
    private volatile boolean closed;

    private record Asked(String line, CompletableFuture<Answer> answer) {}

    /**
     * A correspondence that has not begun.
     *
     * @param link the command of an {@link AgentLink} there
     * @param lease the agent's
     */
    Correspondence(Reach reach, Function<AgentLink.Mode, List<String>> link, Duration lease) {
        this.reach = reach;
        this.link = link;
        this.lease = lease;
    }

    /**
     * Begins it.
     *
     * @throws IOException if the agent cannot be reached; one line that begins with the host
     */
    void begin(AgentLink.Mode mode) throws IOException {
        connection = new Connection(mode);
        hello = connection.greeted(HELLO);
        pulse();
        var living = new Thread(this::live, "agent " + reach);
        living.setDaemon(true);
        living.start();
    }

    /** The agent's own process. */
    ProcessIdentity agent() {
        return hello.process();
    }

    /** Tells the agent from any other there ever was. */
    String incarnation() {
        return hello.incarnation();
    }

    /** The elements' processes, as they were half a second ago at most. */
    List<ProcessIdentity> processes() {
        return processes;
    }

    /** How far its clock is ahead of {@link System#nanoTime}. */
    ClockOffset offset() {
        return clock.offset();
    }

    /** Looks at its clock some times more, which makes the {@link #offset} as good as can be. */
    void lookAtClock(int times) throws IOException {
        for (int i = 0; i < times; i++) {
            pulse();
        }
    }

    /** How far its wall clock is ahead of this machine's. */
    long wallMicros() {
        return clock.wallMicros();
    }

    /** Why it has ended, in one line; empty: it has not, or was closed. Nobody waits for an attempt to reach a host that has healed by now. */
    String ending() {
        if (hello != null && !closed && System.nanoTime() - heard > lease.toNanos()) {
            end(silence());
        }
        return ending;
    }

    private String silence() {
        return "nothing heard for " + lease.toMillis() + " ms, so it heals by itself";
    }

    /**
     * Asks and waits for the answer.
     *
     * @throws FaultRefusedException if it is refused
     * @throws IOException if it was not done, or nobody knows; one line that begins with the host
     */
    <R> R ask(Ask<R> ask, Duration patience) throws IOException {
        long number = numbers.incrementAndGet();
        var one = new Asked(Letters.line(new Question(session, number, ask)), new CompletableFuture<>());
        asked.put(number, one);
        try {
            if (!ending.isEmpty()) {
                throw new IOException(ending);
            }
            connection.send(one.line);
            Answer answer = one.answer.get(patience.toNanos(), TimeUnit.NANOSECONDS);
            if (answer.refused()) {
                throw new FaultRefusedException(answer.trouble());
            }
            if (!answer.trouble().isEmpty()) {
                throw new IOException(reach + ": " + answer.trouble());
            }
            JsonNode result = answer.result();
            return Letters.result(result, ask.type());
        } catch (ExecutionException e) {
            throw new IOException(ending, e);
        } catch (TimeoutException e) {
            throw new IOException(
                    reach + ": no answer within " + patience.toMillis() + " ms to "
                            + ask.getClass().getSimpleName(),
                    e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(reach + ": interrupted", e);
        } finally {
            asked.remove(number);
        }
    }

    private void pulse() throws IOException {
        long settled = asked.keySet().stream().findFirst().orElse(numbers.get());
        long before = System.nanoTime();
        Shown shown = ask(new Ask.Pulse(settled), lease.dividedBy(3));
        long after = System.nanoTime();
        clock.add(before, after, shown.nanos(), shown.epochMicros());
        processes = shown.processes();
        heard = after;
    }

    private void live() {
        while (!closed && ending.isEmpty()) {
            try {
                Thread.sleep(Math.min(PULSE.toMillis(), lease.toMillis() / 4));
                pulse();
            } catch (InterruptedException e) {
                return;
            } catch (IOException e) {
                again();
            }
        }
    }

    private void again() {
        connection.end();
        String why = "";
        while (!closed && ending.isEmpty()) {
            if (System.nanoTime() - heard > lease.toNanos()) {
                end(silence() + why);
                return;
            }
            try {
                var next = new Connection(AgentLink.Mode.GO_ON);
                Hello found = next.greeted(lease.dividedBy(2));
                if (!found.incarnation().equals(hello.incarnation())) {
                    next.end();
                    end("its agent has ended, and another one is there");
                    return;
                }
                connection = next;
                asked.values().forEach(one -> next.send(one.line));
                return;
            } catch (AgentGone e) {
                end(e.getMessage());
                return;
            } catch (IOException e) {
                why = " (" + e.getMessage() + ")";
                pause();
            }
        }
    }

    private static void pause() {
        try {
            Thread.sleep(AGAIN.toMillis());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private synchronized void end(String why) {
        if (!ending.isEmpty()) {
            return;
        }
        ending = reach + ": " + why;
        asked.values().forEach(one -> one.answer.completeExceptionally(new IOException(ending)));
    }

    /** Says nothing more; the agent's lease runs out unless it was told to leave. */
    @Override
    public void close() {
        closed = true;
        if (connection != null) {
            connection.end();
        }
        reach.close();
    }

    /** There is a way to the host, and no agent. */
    private static final class AgentGone extends IOException {
        private static final long serialVersionUID = 1;

        AgentGone(String why) {
            super(why);
        }
    }

    /** One link. */
    private final class Connection {
        private final Talk talk;
        private final CompletableFuture<Hello> greeting = new CompletableFuture<>();

        Connection(AgentLink.Mode mode) throws IOException {
            talk = reach.talk(link.apply(mode));
            var listening = new Thread(this::listen, "answers of " + reach);
            listening.setDaemon(true);
            listening.start();
        }

        Hello greeted(Duration patience) throws IOException {
            try {
                Hello greeted = greeting.get(patience.toNanos(), TimeUnit.NANOSECONDS);
                if (!greeted.trouble().isEmpty()) {
                    throw new AgentGone(greeted.trouble());
                }
                if (greeted.version() != Hello.VERSION) {
                    throw new AgentGone("its agent is of another version of Ringdown");
                }
                return greeted;
            } catch (ExecutionException e) {
                end();
                throw new IOException(reach + ": " + e.getCause().getMessage(), e);
            } catch (TimeoutException e) {
                end();
                throw new IOException(reach + ": no agent answers within " + patience.toMillis() + " ms", e);
            } catch (InterruptedException e) {
                end();
                Thread.currentThread().interrupt();
                throw new IOException(reach + ": interrupted", e);
            }
        }

        private void listen() {
            try {
                String said = "";
                for (String line; (line = talk.answers().readLine()) != null; ) {
                    if (!Letters.isLetter(line)) {
                        said = said.isEmpty() ? ", but says '" + line + "'" : said;
                    } else if (!greeting.isDone()) {
                        greeting.complete(Letters.read(line, Hello.class));
                    } else {
                        hear(Letters.read(line, Answer.class));
                    }
                }
                greeting.completeExceptionally(new IOException("no agent can be started: "
                        + link.apply(AgentLink.Mode.BEGIN).get(0) + " does not run" + said));
            } catch (IOException e) {
                greeting.completeExceptionally(e);
            }
        }

        private void hear(Answer answer) {
            Asked one = asked.get(answer.number());
            if (one != null && answer.session().equals(session)) {
                one.answer.complete(answer);
            }
        }

        void send(String line) {
            try {
                synchronized (talk) {
                    talk.orders().write(line + "\n");
                    talk.orders().flush();
                }
            } catch (IOException e) {
                // noticed by the next pulse, and asked again
            }
        }

        void end() {
            talk.abandon().run();
        }
    }
}
