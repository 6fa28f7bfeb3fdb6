package io.ringdown.harness.cluster;

import io.ringdown.harness.hosts.ElementQuestion;
import io.ringdown.harness.hosts.ElementQuestion.Asker;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** What elements of other makers tell of their calls, by commands that print Call-IDs, each the first word of a line. */
final class ElementTruths {
    static final Duration PATIENCE = Duration.ofSeconds(2);

    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,15})?");

    private final Asker asker;
    private final List<ElementQuestion> owned;
    private final List<ElementQuestion> copies;
    private final List<ElementQuestion> load;

    /**
     * @param owned what to ask of the calls that elements own
     * @param copies the same of copies
     * @param load the same of their load; each is answered by one number
     */
    ElementTruths(Asker asker, List<ElementQuestion> owned, List<ElementQuestion> copies, List<ElementQuestion> load) {
        this.asker = asker;
        this.owned = List.copyOf(owned);
        this.copies = List.copyOf(copies);
        this.load = List.copyOf(load);
    }

    /** Asks all of them at once; empty if none has a command. */
    Optional<OwnerSnapshot> ask(String purpose, RunClock clock) throws InterruptedException {
        if (owned.isEmpty() && copies.isEmpty()) {
            return Optional.empty();
        }
        long started = clock.nanos();
        var silent = new TreeSet<String>();
        Map<ElementQuestion, String> answers =
                answers(Stream.concat(owned.stream(), copies.stream()).toList(), silent);
        return Optional.of(new OwnerSnapshot(
                purpose, started, clock.nanos(), told(owned, answers), told(copies, answers), List.copyOf(silent)));
    }

    /**
     * Asks all of them at once for their load.
     *
     * @throws IOException if one does not tell it: the others' would make somebody else the busiest; one line
     */
    Map<String, Double> loads() throws IOException, InterruptedException {
        var silent = new TreeSet<String>();
        var loads = new TreeMap<String, Double>();
        answers(load, silent).forEach((question, text) -> {
            if (NUMBER.matcher(text.strip()).matches()) {
                loads.put(question.element(), Double.valueOf(text.strip()));
            } else {
                silent.add(question.element());
            }
        });
        if (!silent.isEmpty()) {
            throw new IOException(
                    "who is busiest cannot be told: " + String.join(", ", silent) + " did not tell its load");
        }
        return loads;
    }

    private static Map<String, List<String>> told(List<ElementQuestion> asked, Map<ElementQuestion, String> answers) {
        var told = new TreeMap<String, List<String>>();
        for (ElementQuestion question : asked) {
            if (answers.containsKey(question)) {
                told.put(question.element(), callIds(answers.get(question)));
            }
        }
        return told;
    }

    private Map<ElementQuestion, String> answers(List<ElementQuestion> questions, Set<String> silent)
            throws InterruptedException {
        var asked = new LinkedHashMap<ElementQuestion, Future<Optional<String>>>();
        ExecutorService threads = Executors.newCachedThreadPool();
        try {
            questions.forEach(question -> asked.put(question, threads.submit(() -> asker.ask(question))));
            var answers = new LinkedHashMap<ElementQuestion, String>();
            for (Map.Entry<ElementQuestion, Future<Optional<String>>> each : asked.entrySet()) {
                answer(each.getValue())
                        .ifPresentOrElse(
                                text -> answers.put(each.getKey(), text),
                                () -> silent.add(each.getKey().element()));
            }
            return answers;
        } finally {
            threads.shutdownNow();
        }
    }

    /** Who cannot be asked does not answer. */
    private static Optional<String> answer(Future<Optional<String>> asked) throws InterruptedException {
        try {
            return asked.get();
        } catch (ExecutionException e) {
            return Optional.empty();
        }
    }

    private static List<String> callIds(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.strip().split("\\s", 2)[0])
                .sorted()
                .toList();
    }
}
