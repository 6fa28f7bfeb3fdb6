package io.ringdown.harness.cluster;

import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.regex.Pattern;

/** What elements of other makers tell of their calls, by commands that print Call-IDs, each the first word of a line. */
final class ElementTruths {
    private static final Duration PATIENCE = Duration.ofSeconds(2);
    private static final Pattern NUMBER = Pattern.compile("\\d{1,15}(\\.\\d{1,15})?");

    private final Path folder;
    private final Path output;
    private final Map<String, List<String>> owned;
    private final Map<String, List<String>> copies;
    private final Map<String, List<String>> load;

    /**
     * @param folder where commands work
     * @param output has a folder for each element
     * @param owned commands by element, with nothing left to fill in
     * @param copies the same
     * @param load the same; each prints one number
     */
    ElementTruths(
            Path folder,
            Path output,
            Map<String, List<String>> owned,
            Map<String, List<String>> copies,
            Map<String, List<String>> load) {
        this.folder = folder;
        this.output = output;
        this.owned = owned;
        this.copies = copies;
        this.load = load;
    }

    /** Asks all of them at once; empty if none has a command. */
    Optional<OwnerSnapshot> ask(String purpose, RunClock clock) throws InterruptedException {
        if (owned.isEmpty() && copies.isEmpty()) {
            return Optional.empty();
        }
        long started = clock.nanos();
        var silent = new TreeSet<String>();
        Map<String, ElementCommand> ownedAsked = asked(owned, "owned", silent);
        Map<String, ElementCommand> copiesAsked = asked(copies, "copies", silent);
        long giveUp = System.nanoTime() + PATIENCE.toNanos();
        Map<String, List<String>> ownedTold = told(ownedAsked, giveUp, silent);
        Map<String, List<String>> copiesTold = told(copiesAsked, giveUp, silent);
        return Optional.of(
                new OwnerSnapshot(purpose, started, clock.nanos(), ownedTold, copiesTold, List.copyOf(silent)));
    }

    /**
     * Asks all of them at once for their load.
     *
     * @throws IOException if one does not tell it: the others' would make somebody else the busiest; one line
     */
    Map<String, Double> loads() throws IOException, InterruptedException {
        var silent = new TreeSet<String>();
        Map<String, ElementCommand> asked = asked(load, "load", silent);
        var loads = new TreeMap<String, Double>();
        answers(asked, System.nanoTime() + PATIENCE.toNanos(), silent).forEach((element, text) -> {
            if (NUMBER.matcher(text.strip()).matches()) {
                loads.put(element, Double.valueOf(text.strip()));
            } else {
                silent.add(element);
            }
        });
        if (!silent.isEmpty()) {
            throw new IOException(
                    "who is busiest cannot be told: " + String.join(", ", silent) + " did not tell its load");
        }
        return loads;
    }

    private Map<String, ElementCommand> asked(Map<String, List<String>> commands, String what, TreeSet<String> silent) {
        var asked = new TreeMap<String, ElementCommand>();
        commands.forEach((element, command) -> {
            try {
                asked.put(
                        element,
                        ElementCommand.start(
                                command, folder, output.resolve(element).resolve(what)));
            } catch (IOException e) {
                silent.add(element);
            }
        });
        return asked;
    }

    private static Map<String, List<String>> told(
            Map<String, ElementCommand> asked, long giveUp, TreeSet<String> silent) throws InterruptedException {
        var told = new TreeMap<String, List<String>>();
        answers(asked, giveUp, silent).forEach((element, text) -> told.put(element, callIds(text)));
        return told;
    }

    private static Map<String, String> answers(Map<String, ElementCommand> asked, long giveUp, TreeSet<String> silent)
            throws InterruptedException {
        var answers = new TreeMap<String, String>();
        for (Map.Entry<String, ElementCommand> each : asked.entrySet()) {
            try (ElementCommand command = each.getValue()) {
                Duration left = Duration.ofNanos(Math.max(0, giveUp - System.nanoTime()));
                command.answer(left)
                        .ifPresentOrElse(text -> answers.put(each.getKey(), text), () -> silent.add(each.getKey()));
            }
        }
        return answers;
    }

    private static List<String> callIds(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.strip().split("\\s", 2)[0])
                .sorted()
                .toList();
    }
}
