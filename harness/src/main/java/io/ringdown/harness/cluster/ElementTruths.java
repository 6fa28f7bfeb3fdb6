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

/** What elements of other makers tell of their calls, by commands that print Call-IDs, each the first word of a line. */
final class ElementTruths {
    private static final Duration PATIENCE = Duration.ofSeconds(2);

    private final Path folder;
    private final Path output;
    private final Map<String, List<String>> owned;
    private final Map<String, List<String>> copies;

    /**
     * @param folder where commands work
     * @param output has a folder for each element
     * @param owned commands by element, with nothing left to fill in
     * @param copies the same
     */
    ElementTruths(Path folder, Path output, Map<String, List<String>> owned, Map<String, List<String>> copies) {
        this.folder = folder;
        this.output = output;
        this.owned = owned;
        this.copies = copies;
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
        for (Map.Entry<String, ElementCommand> each : asked.entrySet()) {
            try (ElementCommand command = each.getValue()) {
                Duration left = Duration.ofNanos(Math.max(0, giveUp - System.nanoTime()));
                command.answer(left)
                        .ifPresentOrElse(
                                text -> told.put(each.getKey(), callIds(text)), () -> silent.add(each.getKey()));
            }
        }
        return told;
    }

    private static List<String> callIds(String text) {
        return text.lines()
                .filter(line -> !line.isBlank())
                .map(line -> line.strip().split("\\s", 2)[0])
                .sorted()
                .toList();
    }
}
