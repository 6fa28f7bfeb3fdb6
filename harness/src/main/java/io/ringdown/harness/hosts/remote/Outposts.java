package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.AtOnce;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import io.ringdown.harness.hosts.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;

/** The outposts of a run. Each is in the run's ledger before anything is done there, and leaves it when it is healed. */
public final class Outposts implements AutoCloseable {
    /** Of a run that has none. */
    public static final Outposts NONE = new Outposts(List.of(), null);

    private final List<Outpost> all;
    private final Ledger ledger;

    private Outposts(List<Outpost> all, Ledger ledger) {
        this.all = List.copyOf(all);
        this.ledger = ledger;
    }

    /**
     * Begins outposts, all at once.
     *
     * @param names of them, one a host
     * @param folders here, for what is written there, by the outpost's name
     * @throws IOException if one cannot be begun; one line that begins with the host. What was begun is in the ledger
     */
    public static Outposts begin(
            Inventory inventory, List<Target> hosts, List<String> names, Function<String, Path> folders, Ledger ledger)
            throws IOException {
        var all = new ArrayList<Outpost>();
        for (int i = 0; i < hosts.size(); i++) {
            Path own = Files.createDirectories(folders.apply(names.get(i)));
            all.add(new Outpost(names.get(i), inventory, hosts.get(i), own));
        }
        var outposts = new Outposts(all, ledger);
        Path jar = Deployment.agentJar();
        try {
            outposts.each(outpost -> {
                ledger.intend(outpost.undo());
                outpost.begin(jar);
                return outpost.host();
            });
            return outposts;
        } catch (IOException | RuntimeException e) {
            outposts.leave();
            outposts.close();
            throw e;
        } finally {
            Files.delete(jar);
        }
    }

    /** In the order of their hosts. */
    public List<Outpost> all() {
        return all;
    }

    /** What of them takes this machine's processors. */
    public List<ProcessIdentity> here() {
        return all.stream().flatMap(outpost -> outpost.here().stream()).toList();
    }

    /** Heals and leaves all of them, all at once. One that cannot be left stays in the ledger. */
    public void leave() {
        try {
            each(outpost -> {
                String how = outpost.leave();
                for (var open : ledger.open().entrySet()) {
                    if (open.getValue().equals(outpost.undo())) {
                        ledger.done(open.getKey(), how);
                    }
                }
                return how;
            });
        } catch (IOException e) {
            // it is tried again by whoever heals by the ledger, and told then
        }
    }

    /** Carries out what is theirs of a ledger; the rest is another's. */
    public Undoing undoing(Undoing rest) {
        return undo -> {
            for (Outpost outpost : all) {
                if (undo instanceof Undo.HealHost && undo.equals(outpost.undo())) {
                    return outpost.leave();
                }
            }
            return rest.undo(undo);
        };
    }

    /** The first failure counts, once all have tried. */
    private void each(AtOnce.Step<Outpost> step) throws IOException {
        for (AtOnce.Outcome outcome : AtOnce.all(all, step)) {
            if (outcome.failure() instanceof RuntimeException unchecked) {
                throw unchecked;
            }
            if (outcome.failure() != null) {
                throw (IOException) outcome.failure();
            }
        }
    }

    /** Lets go of the ways to them; what was not left heals by itself. */
    @Override
    public void close() {
        all.forEach(Outpost::close);
    }
}
