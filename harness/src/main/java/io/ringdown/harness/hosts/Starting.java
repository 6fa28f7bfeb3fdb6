package io.ringdown.harness.hosts;

import io.ringdown.faults.Background;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.ProcessTree;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import io.ringdown.harness.hosts.Launch.Shape;
import java.io.IOException;
import java.util.Optional;
import java.util.UUID;
import java.util.function.Supplier;

/** How an element of this machine comes to be: the ledger has what ends it before it is started, the keeper as soon as it is known. */
final class Starting {
    private final Ledger ledger;
    private final KeeperProcess keeper;
    private final Launch launch;
    private final BoundedCommands stops;
    private final StartedElements elements;
    private final Supplier<Undoing> undoing;

    /** @param keeper null: nobody ends the elements when the harness has died */
    Starting(
            Ledger ledger,
            KeeperProcess keeper,
            Launch launch,
            BoundedCommands stops,
            StartedElements elements,
            Supplier<Undoing> undoing) {
        this.ledger = ledger;
        this.keeper = keeper;
        this.launch = launch;
        this.stops = stops;
        this.elements = elements;
        this.undoing = undoing;
    }

    /**
     * Starts one; does not wait until it serves.
     *
     * @throws IOException if it runs already or cannot be started; the message is one line
     */
    void start(String element, TreeStart how, Shape shape) throws IOException {
        StartedElement before = elements.find(element);
        if (before != null) {
            Observation seen = before.observe();
            if (seen.state() != Observation.State.GONE) {
                throw new IOException("cannot start, it is there already: " + seen.evidence());
            }
            stops.end(element);
            ledger.done(before.step(), seen.evidence());
        }
        launch.require(element, how);
        String mark = UUID.randomUUID().toString();
        Background background = how.pidFile() == null
                ? null
                : Background.expected(how.pidFile(), before == null ? null : before.identity());
        var undo = new Undo.KillMarked(element, Launch.MARK + "=" + mark, background);
        int step = ledger.intend(undo);
        Process process;
        try {
            process = launch.start(element, how, shape, mark);
        } catch (IOException e) {
            ledger.done(step, "never started");
            throw e;
        }
        if (background != null) {
            inBackground(how, process, undo, step);
            return;
        }
        ProcessIdentity identity = LinuxProcesses.identify(process.pid())
                .filter(found -> process.isAlive())
                .orElse(null);
        if (identity == null) {
            ledger.done(step, "died at once");
            throw new IOException(element + " died at once; see " + launch.log(element));
        }
        ProcessTree tree = shape == Shape.TREE ? new ProcessTree(identity, undo.mark()) : null;
        take(new StartedElement(element, how, process, identity, step, tree));
    }

    private void take(StartedElement started) throws IOException {
        elements.put(started);
        if (keeper != null) {
            keeper.keep(started.name(), started.identity());
        }
        ledger.refine(started.step(), started.killing());
    }

    /** Until its pid file has been read the ledger knows the element by that file, and by the mark. */
    private void inBackground(TreeStart how, Process command, Undo.KillMarked undo, int step) throws IOException {
        String element = undo.element();
        try {
            Optional<ProcessIdentity> itself = LinuxProcesses.identify(command.pid());
            if (keeper != null && itself.isPresent()) {
                keeper.keep(element, itself.get());
            }
            ProcessIdentity first = Daemon.await(command, undo.background());
            var tree = new ProcessTree(first, undo.mark(), undo.background().settled(first, command.pid()));
            Optional<ProcessIdentity> maker = tree.maker();
            if (maker.isPresent()) {
                throw new IOException(
                        how.pidFile() + " names a child of " + maker.get() + ", and not the element's first process");
            }
            take(new StartedElement(element, how, command, first, step, tree));
        } catch (IOException e) {
            ledger.done(step, undoing.get().undo(undo));
            throw new IOException(
                    "cannot start " + element + ": " + e.getMessage() + "; see " + launch.log(element), e);
        }
    }
}
