package io.ringdown.faults;

import io.ringdown.record.FaultOrder;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Element;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Predicate;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** App processors that are taken out of service by their admin ports, as an operator would, and put back. */
final class Draining implements Armed {
    private static final Pattern STATE = Pattern.compile("\"state\"\\s*:\\s*\"(\\w+)\"");

    private final String name;
    private final List<String> admins;
    private final List<String> refused = new ArrayList<>();

    private Draining(String name, List<String> admins) {
        this.name = name;
        this.admins = admins;
    }

    /**
     * Of an order's app processors.
     *
     * @param here which of the order's elements are to be drained from here
     * @throws FaultRefusedException if there are none with an admin port; one line
     */
    static Draining of(Topology topology, FaultOrder order, Predicate<String> here) {
        List<String> admins = topology.elements().stream()
                .filter(element -> order.elements().contains(element.name()) && here.test(element.name()))
                .filter(element -> element.processes() && !element.admin().isEmpty())
                .map(Element::admin)
                .toList();
        String name = String.join(", ", order.targets());
        if (admins.isEmpty()) {
            throw new FaultRefusedException(
                    name + " carries no app processor with an admin port, and nothing else can be drained");
        }
        return new Draining(name, admins);
    }

    @Override
    public List<Undo> undos() {
        return List.of(new Undo.Undrain(name, admins));
    }

    /** Who refuses leaves the fault unproven. */
    @Override
    public void fire() {
        for (String admin : admins) {
            try {
                AdminPage answer = AdminPage.post(admin, "/drain");
                if (answer.status() != 200) {
                    refused.add(admin + " refuses: " + answer.body().strip());
                }
            } catch (IOException e) {
                refused.add(admin + " does not answer: " + e);
            }
        }
    }

    @Override
    public Seen struck() throws IOException {
        return states(List.of("draining", "drained"));
    }

    @Override
    public Optional<Seen> probe() {
        return Optional.empty();
    }

    @Override
    public Optional<Seen> undisturbed() throws IOException {
        return Optional.of(states(List.of("up", "synced")));
    }

    @Override
    public void close() {
        // nothing is kept open
    }

    private Seen states(List<String> wanted) throws IOException {
        boolean all = refused.isEmpty();
        var evidence = new ArrayList<>(refused);
        for (String admin : admins) {
            String state = state(admin);
            all &= wanted.contains(state);
            evidence.add(admin + " says '" + state + "'");
        }
        return new Seen(all, name + ": " + String.join("; ", evidence));
    }

    private static String state(String admin) throws IOException {
        Matcher state = STATE.matcher(AdminPage.get(admin, "/health").body());
        return state.find() ? state.group(1) : "";
    }

    /**
     * Puts back into service what was drained; who is gone is not drained any more, and who cannot be put back keeps no other from it.
     *
     * @return what was done or found, one line
     * @throws IOException if one is not put back; one line
     */
    static String undo(Undo.Undrain undo) throws IOException {
        var done = new ArrayList<String>();
        var failed = new ArrayList<String>();
        for (String admin : undo.admins()) {
            try {
                AdminPage answer = AdminPage.post(admin, "/undrain");
                if (answer.status() == 200) {
                    done.add(admin + " put back into service");
                } else {
                    failed.add(admin + " is not put back into service: "
                            + answer.body().strip());
                }
            } catch (java.net.ConnectException e) {
                done.add(admin + " is gone");
            } catch (IOException e) {
                failed.add(admin + " is not put back into service: " + e.getMessage());
            }
        }
        if (!failed.isEmpty()) {
            throw new IOException(String.join("; ", failed));
        }
        return undo.element() + ": " + String.join(", ", done);
    }
}
