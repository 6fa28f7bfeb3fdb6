package io.ringdown.harness.load;

import io.ringdown.harness.hosts.Talk;
import io.ringdown.record.ClockOffset;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;

/** The harness's end of a {@link LoadWorker}: an order a line, an answer a line, and its status in between. */
final class LoadLink {
    static final String HERE = "here";
    static final String CLOCK = "clock";
    static final String PREPARE = "prepare";
    static final String READY = "ready";
    static final String START = "start";
    static final String BEGUN = "begun";
    static final String STOP_PROBING = "stop-probing";
    static final String CHECKS = "checks";
    static final String OFFER = "offer";
    static final String PROCEED = "proceed";
    static final String END = "end";
    static final String ENDED = "ended";
    static final String CLOSE = "close";
    static final String CLOSED = "closed";
    static final String FAILED = "failed";

    /** Of which the one counts that took the shortest time. */
    private static final int CLOCK_QUESTIONS = 20;

    final String name;
    private final Talk talk;
    private final String gone;
    private final ClockQuestions looks;
    private final Consumer<LoadStatus> told;
    private final BlockingQueue<String> answers = new LinkedBlockingQueue<>();
    private volatile LoadStatus status = LoadStatus.NONE;
    private volatile TrialStatus trial = TrialStatus.NONE;
    private volatile String ending = "";

    /**
     * A link that listens.
     *
     * @param gone why one says nothing any more, in words
     * @param told is shown every status, on a thread of this link's
     */
    LoadLink(String name, Talk talk, String gone, RunClock clock, Consumer<LoadStatus> told) {
        this.name = name;
        this.talk = talk;
        this.gone = gone;
        this.told = told;
        looks = new ClockQuestions(clock);
        var listening = new Thread(this::listen, name);
        listening.setDaemon(true);
        listening.start();
    }

    private void listen() {
        String line = null;
        try {
            while ((line = talk.answers().readLine()) != null) {
                hear(line);
            }
        } catch (IOException e) {
            // it is gone
        } catch (RuntimeException e) {
            fail("it told what cannot be understood: " + line);
        }
        fail(gone);
        answers.add(gone);
    }

    private void hear(String line) {
        if (line.startsWith(CLOCK + " ")) {
            String[] words = line.split(" ");
            looks.answer(Long.parseLong(words[1]), Long.parseLong(words[2]));
        } else if (line.startsWith(LoadStatus.WORD + " ")) {
            status = LoadStatus.of(line);
            told.accept(status);
        } else if (line.startsWith(TrialStatus.WORD + " ")) {
            trial = TrialStatus.of(line);
        } else {
            if (line.startsWith(FAILED + " ")) {
                fail(line.substring(FAILED.length() + 1));
            }
            answers.add(line);
        }
    }

    /** The first reason is the one that tells. */
    synchronized void fail(String why) {
        if (ending.isEmpty()) {
            ending = why;
        }
    }

    /** Why it is no longer there; empty: it is. */
    String ending() {
        return ending;
    }

    boolean alive() {
        return ending.isEmpty();
    }

    /** What it told last; of one that is gone nothing is open. */
    LoadStatus status() {
        return alive() ? status : new LoadStatus(0, 0, status.successes(), status.failures());
    }

    /** How its share of a trial goes, as it told last. */
    TrialStatus trial(int number) {
        TrialStatus last = trial;
        return last.trial() == number ? last : TrialStatus.NONE;
    }

    /** Gives an order without waiting for an answer. */
    void tell(String order) {
        try {
            synchronized (talk) {
                talk.orders().write(order + "\n");
                talk.orders().flush();
            }
        } catch (IOException e) {
            fail(gone);
        }
    }

    /**
     * Waits for an answer.
     *
     * @param word that it begins with
     * @return what follows the word
     * @throws IOException if it fails, ends or says nothing for so long; it has ended then, for all that is known
     */
    String await(String word, int seconds) throws IOException {
        long giveUp = System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds);
        try {
            while (alive() || !answers.isEmpty()) {
                String line = answers.poll(giveUp - System.nanoTime(), TimeUnit.NANOSECONDS);
                if (line == null) {
                    fail(silence(seconds));
                } else if (line.equals(word) || line.startsWith(word + " ")) {
                    return line.substring(word.length()).strip();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        throw ended();
    }

    private static String silence(int seconds) {
        return "it did not answer for " + seconds + " s";
    }

    private IOException ended() {
        return new IOException("load host " + name + ": " + ending);
    }

    /** Asks once what its clock shows, and waits for nothing. */
    void lookAtClock() {
        tell(CLOCK + " " + looks.question());
    }

    /** What its clock shows, as well as can be told. */
    ClockOffset clock(int seconds) throws IOException {
        ClockOffset best = null;
        try {
            for (int i = 0; i < CLOCK_QUESTIONS; i++) {
                long before = looks.answered();
                lookAtClock();
                ClockOffset look = looks.next(before, System.nanoTime() + TimeUnit.SECONDS.toNanos(seconds));
                if (look == null) {
                    fail(silence(seconds));
                    throw ended();
                }
                best = best == null || look.uncertainty() < best.uncertainty() ? look : best;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
        return best;
    }

    /** What its clock showed between two instants, in order. */
    List<ClockOffset> looks(long from, long until) {
        return looks.between(from, until);
    }

    /** Lets go of it, whatever it is doing. */
    void abandon() {
        talk.abandon().run();
    }
}
