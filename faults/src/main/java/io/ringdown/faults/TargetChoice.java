package io.ringdown.faults;

import io.ringdown.record.FaultOrder.Domain;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.function.BiPredicate;
import java.util.function.Predicate;
import java.util.regex.Pattern;
import java.util.stream.Collectors;

/**
 * The targets that a fault hits. A pure function of topology, words and seed, so that a dry run tells what a run will do.
 *
 * @param targets names of elements, machines or racks, according to the domain
 * @param elements every element that they carry, in topology order
 */
public record TargetChoice(List<String> targets, List<String> elements) {
    private static final String ANY = "any";
    private static final String ALL = "all";
    private static final String PEER = "peer";
    /** Whoever owns most calls, or has the highest load, which only a run knows. */
    public static final String BUSIEST = "busiest";

    private static final Pattern SHARE = Pattern.compile("[1-9]\\d?%");
    private static final String ACTIVE_DISPATCHER = "active-dispatcher";
    private static final String TWO_OF_A_PARTITION = "two-of-a-partition";
    private static final String TWO_OF_DIFFERENT_PARTITIONS = "two-of-different-partitions";

    public TargetChoice {
        targets = List.copyOf(targets);
        elements = List.copyOf(elements);
    }

    /**
     * Chooses targets. A word is a target's name; a role: one target that carries an element of that role; {@code any}: one machine
     * that carries an app processor, one rack, one element; {@code active-dispatcher}: the dispatcher (or sprayer) that takes the service address at
     * start, by rule the first, or where it is; {@code all}: each of those that {@code any} chooses from; {@code 50%}: so many of these; {@code busiest}: one that the run
     * replaces with the {@link #busiest}; {@code peer}: one that is in a partition with what other faults strike; {@code busiest}: one that the run will replace with the {@link #busiest}; {@code two-of-a-partition}, {@code two-of-different-partitions}: two session stores, or two machines
     * that carry them.
     *
     * @param words one or more of them
     * @param seed the plan's seed
     * @param index the fault's position in the plan, from 0
     * @param taken elements that other faults hit: what is chosen by seed keeps clear of them
     * @throws UnknownTargetException if a word names nothing in this cluster
     */
    public static TargetChoice of(
            Topology topology, Domain domain, List<String> words, long seed, int index, Collection<String> taken) {
        List<Target> all = targets(topology, domain);
        var dice = new Dice(seed, index);
        var chosen = new LinkedHashSet<Target>();
        for (String word : words) {
            List<Target> free = all.stream()
                    .filter(target -> !chosen.contains(target) && target.none(taken))
                    .toList();
            chosen.addAll(choose(new Word(word, domain, topology), all, free, dice));
        }
        Set<String> hit = chosen.stream()
                .flatMap(target -> target.elements().stream())
                .map(Element::name)
                .collect(Collectors.toSet());
        return new TargetChoice(
                chosen.stream().map(Target::name).toList(),
                topology.elements().stream()
                        .map(Element::name)
                        .filter(hit::contains)
                        .toList());
    }

    /** The elements that targets carry; a name that is none carries nothing. */
    static Set<String> elementsOf(Topology topology, Domain domain, Collection<String> names) {
        return targets(topology, domain).stream()
                .filter(target -> names.contains(target.name()))
                .flatMap(target -> target.elements().stream())
                .map(Element::name)
                .collect(Collectors.toSet());
    }

    private static List<Target> choose(Word word, List<Target> all, List<Target> free, Dice dice) {
        for (Target target : all) {
            if (target.name().equals(word.text())) {
                return List.of(target);
            }
        }
        return switch (word.text()) {
            case ANY -> word.one(carriers(free, word), dice);
            case BUSIEST -> word.one(owners(free), dice);
            case ALL -> word.share(carriers(free, word), 1, dice);
            case PEER ->
                word.one(
                        free.stream()
                                .filter(target -> target.sharesGroup(taken(all, free)))
                                .toList(),
                        dice);
            case ACTIVE_DISPATCHER ->
                word.one(
                        all.stream()
                                .filter(target -> target.carries(Element::receives))
                                .limit(1)
                                .toList(),
                        dice);
            case TWO_OF_A_PARTITION -> word.two(free, (a, b) -> a.stream().anyMatch(b::contains), dice);
            case TWO_OF_DIFFERENT_PARTITIONS ->
                word.two(free, (a, b) -> a.stream().noneMatch(b::contains), dice);
            default ->
                SHARE.matcher(word.text()).matches()
                        ? word.share(
                                carriers(free, word),
                                Integer.parseInt(word.text().replace("%", "")) / 100.0,
                                dice)
                        : word.one(
                                free.stream()
                                        .filter(target -> target.carries(
                                                element -> element.role().equals(word.text())))
                                        .toList(),
                                dice);
        };
    }

    private static List<Target> owners(List<Target> free) {
        return free.stream()
                .filter(target -> target.carries(Element::processes))
                .toList();
    }

    /**
     * The target with the highest load; of several the first one.
     *
     * @param loads calls that they own, or what else they count, by element
     * @param taken elements that other faults hit
     * @return empty if nobody has any
     */
    public static Optional<TargetChoice> busiest(
            Topology topology, Domain domain, Map<String, ? extends Number> loads, Collection<String> taken) {
        Target most = null;
        double highest = 0;
        for (Target target : owners(targets(topology, domain))) {
            double load = target.elements().stream()
                    .map(element -> loads.get(element.name()))
                    .filter(Objects::nonNull)
                    .mapToDouble(Number::doubleValue)
                    .sum();
            if (load > highest && target.none(taken)) {
                most = target;
                highest = load;
            }
        }
        return Optional.ofNullable(most)
                .map(target -> new TargetChoice(
                        List.of(target.name()),
                        target.elements().stream().map(Element::name).toList()));
    }

    private static List<Target> carriers(List<Target> free, Word word) {
        return free.stream()
                .filter(target -> word.domain() != Domain.MACHINE || target.carries(Element::processes))
                .toList();
    }

    /** What other faults, or other words of this one, strike. */
    private static List<Target> taken(List<Target> all, List<Target> free) {
        return all.stream().filter(target -> !free.contains(target)).toList();
    }

    private static List<Target> targets(Topology topology, Domain domain) {
        return switch (domain) {
            case PROCESS ->
                topology.elements().stream()
                        .map(element -> new Target(element.name(), List.of(element)))
                        .toList();
            case MACHINE ->
                topology.machines().stream()
                        .map(machine -> new Target(machine.name(), machine.elements()))
                        .toList();
            case RACK ->
                topology.racks().stream()
                        .map(rack -> new Target(
                                rack.name(),
                                rack.machines().stream()
                                        .flatMap(machine -> machine.elements().stream())
                                        .toList()))
                        .toList();
        };
    }

    /** Something that can be struck. */
    private record Target(String name, List<Element> elements) {
        boolean carries(Predicate<Element> wanted) {
            return elements.stream().anyMatch(wanted);
        }

        boolean none(Collection<String> taken) {
            return elements.stream().noneMatch(element -> taken.contains(element.name()));
        }

        boolean sharesGroup(List<Target> others) {
            return others.stream().anyMatch(other -> partitions().stream().anyMatch(other.partitions()::contains));
        }

        Set<Integer> partitions() {
            return elements.stream()
                    .map(Element::partition)
                    .filter(partition -> partition >= 0)
                    .collect(Collectors.toSet());
        }
    }

    /** A word of a plan, and where it is to be understood. */
    private record Word(String text, Domain domain, Topology topology) {
        List<Target> one(List<Target> candidates, Dice dice) {
            if (candidates.isEmpty()) {
                throw unknown();
            }
            return List.of(candidates.get(dice.below(candidates.size())));
        }

        /** So many of them, rounded up, in their order. */
        List<Target> share(List<Target> candidates, double share, Dice dice) {
            if (candidates.isEmpty()) {
                throw unknown();
            }
            var left = new ArrayList<>(candidates);
            while (left.size() > Math.ceil(candidates.size() * share)) {
                left.remove(dice.below(left.size()));
            }
            return left;
        }

        List<Target> two(List<Target> candidates, BiPredicate<Set<Integer>, Set<Integer>> fit, Dice dice) {
            var pairs = new ArrayList<List<Target>>();
            for (int a = 0; a < candidates.size() && domain != Domain.RACK; a++) {
                for (int b = a + 1; b < candidates.size(); b++) {
                    Set<Integer> first = candidates.get(a).partitions();
                    Set<Integer> second = candidates.get(b).partitions();
                    if (!first.isEmpty() && !second.isEmpty() && fit.test(first, second)) {
                        pairs.add(List.of(candidates.get(a), candidates.get(b)));
                    }
                }
            }
            if (pairs.isEmpty()) {
                throw unknown();
            }
            return pairs.get(dice.below(pairs.size()));
        }

        private UnknownTargetException unknown() {
            var valid = new LinkedHashSet<String>();
            targets(topology, domain).forEach(target -> valid.add(target.name()));
            boolean known = topology.elements().stream()
                            .anyMatch(element -> element.role().equals(text))
                    || List.of(
                                    ANY,
                                    ALL,
                                    PEER,
                                    BUSIEST,
                                    ACTIVE_DISPATCHER,
                                    TWO_OF_A_PARTITION,
                                    TWO_OF_DIFFERENT_PARTITIONS)
                            .contains(text);
            if (!known) {
                topology.elements().forEach(element -> valid.add(element.role()));
                valid.addAll(List.of(ANY, ALL, PEER, BUSIEST, ACTIVE_DISPATCHER));
                if (domain != Domain.RACK) {
                    valid.addAll(List.of(TWO_OF_A_PARTITION, TWO_OF_DIFFERENT_PARTITIONS));
                }
            }
            String where = domain.name().toLowerCase(Locale.ROOT);
            String problem = known
                    ? "no " + where + " fits '" + text + "' in this cluster, or none that another fault leaves"
                    : "no " + where + " '" + text + "' in this cluster";
            return new UnknownTargetException(problem, text, List.copyOf(valid));
        }
    }

    /** SplitMix64 (Steele, Lea, Flood 2014), written out so that a seed gives the same targets with every Java. */
    private static final class Dice {
        private static final long GOLDEN_GAMMA = 0x9E3779B97F4A7C15L;
        private long state;

        Dice(long seed, int index) {
            state = seed;
            state = next() + index;
        }

        int below(int bound) {
            return (int) Long.remainderUnsigned(next(), bound);
        }

        private long next() {
            state += GOLDEN_GAMMA;
            long z = state;
            z = (z ^ (z >>> 30)) * 0xBF58476D1CE4E5B9L;
            z = (z ^ (z >>> 27)) * 0x94D049BB133111EBL;
            return z ^ (z >>> 31);
        }
    }
}
