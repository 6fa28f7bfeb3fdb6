package io.ringdown.faults;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;

/**
 * Wall clocks of elements that jump, and go on from there. It has jumped when the element itself, by its admin port, tells another time.
 */
final class ClockJump implements Armed {
    /** Elements tell whole seconds, and may be asked while they are busy. */
    private static final long DOUBT_MILLIS = 600;

    private static final Duration PATIENCE = Duration.ofSeconds(5);
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    private final long seconds;
    private final List<Element> elements;
    private final Map<String, ClockFile> files = new HashMap<>();

    private ClockJump(long seconds, List<Element> elements) {
        this.seconds = seconds;
        this.elements = elements;
    }

    /**
     * Of an order's elements: enough to tell whether it makes sense.
     *
     * @throws FaultRefusedException if one of them tells no time; one line
     */
    static ClockJump of(Topology topology, FaultOrder order) {
        return of(topology, order, element -> true);
    }

    private static ClockJump of(Topology topology, FaultOrder order, Predicate<String> here) {
        List<Element> elements = topology.elements().stream()
                .filter(element -> order.elements().contains(element.name()) && here.test(element.name()))
                .toList();
        for (Element element : elements) {
            if (element.admin().isEmpty()) {
                throw new FaultRefusedException(
                        element.name() + " has no admin port, and nothing else tells what its wall clock says");
            }
        }
        return new ClockJump(
                order.terms() == null ? 0 : Math.round(order.terms().amount()), elements);
    }

    /**
     * Makes ready.
     *
     * @param here which of the order's elements are this host's
     * @throws FaultRefusedException if a clock cannot be set; one line
     */
    static Armed arm(Victims victims, Topology topology, FaultOrder order, Predicate<String> here) throws IOException {
        ClockJump jump = of(topology, order, here);
        String name = String.join(", ", order.targets());
        if (!victims.setsClocks()) {
            throw new FaultRefusedException(name + ": nobody would set its wall clock right if the harness died");
        }
        for (Element element : jump.elements) {
            Path file = SettableClock.fileOf(element.name(), victims.identity(element.name()));
            jump.files.put(element.name(), new ClockFile(file));
        }
        return jump;
    }

    @Override
    public List<Undo> undos() {
        return elements.stream()
                .<Undo>map(element -> new Undo.SetClockRight(
                        element.name(), files.get(element.name()).path().toString()))
                .toList();
    }

    /** The clocks have jumped when it returns, or were given the time to. */
    @Override
    public void fire() throws IOException {
        for (Element element : elements) {
            files.get(element.name()).write(seconds);
        }
        untilStruck(PATIENCE, BETWEEN_LOOKS);
    }

    @Override
    public Seen struck() throws IOException {
        return together(element -> looked(element, seconds));
    }

    /** Who is too busy to answer is asked again. */
    @Override
    public Seen stands() throws IOException {
        return together(element -> {
            if (!files.get(element.name()).says(seconds)) {
                return new Seen(false, files.get(element.name()).path() + " was changed or taken away");
            }
            return told(element, seconds);
        });
    }

    @Override
    public Optional<Seen> probe() {
        return Optional.empty();
    }

    @Override
    public Optional<Seen> undisturbed() throws IOException {
        return Optional.of(together(element -> looked(element, 0)));
    }

    private interface Look {
        Seen at(Element element) throws IOException;
    }

    private Seen together(Look look) throws IOException {
        var evidence = new ArrayList<String>();
        boolean all = true;
        for (Element element : elements) {
            Seen seen = look.at(element);
            all &= seen.holds();
            evidence.add(seen.evidence());
        }
        return new Seen(all, String.join("; ", evidence));
    }

    private static Seen looked(Element element, long seconds) {
        try {
            return told(element, seconds);
        } catch (IOException e) {
            return new Seen(false, element.name() + " does not tell the time: " + e);
        }
    }

    /** An element on this machine, whose clock it shares. */
    private static Seen told(Element element, long seconds) throws IOException {
        long asked = System.currentTimeMillis();
        long date = AdminPage.get(element.admin(), "/health").date();
        long answered = System.currentTimeMillis();
        if (date == 0) {
            return new Seen(false, element.name() + " does not tell the time");
        }
        double ahead = date + 500 - (asked + answered) / 2.0;
        boolean so = Math.abs(ahead - seconds * 1_000) <= DOUBT_MILLIS + (answered - asked) / 2.0;
        String off = Math.abs(ahead) <= DOUBT_MILLIS + (answered - asked) / 2.0
                ? "right"
                : String.format(Locale.ROOT, "%.0f s %s", Math.abs(ahead) / 1_000, ahead < 0 ? "behind" : "ahead");
        return new Seen(so, "the wall clock of " + element.name() + " is " + off);
    }

    @Override
    public void close() {
        // nothing is kept open
    }
}
