package io.ringdown.harness.hosts;

import io.ringdown.faults.HealResult;
import io.ringdown.faults.Ledger;
import io.ringdown.faults.LedgerInUseException;
import io.ringdown.faults.Power;
import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;

/** Undoes what a run left behind, from another process than the one that did it. */
public final class Healer {
    private Healer() {}

    private static final long KEEPER_NANOS = TimeUnit.SECONDS.toNanos(5);

    /** Heals what is not on this machine. */
    public interface Elsewhere {
        /**
         * Heals it.
         *
         * @return what was done or found, one line
         * @throws IOException if it is not healed, or cannot be reached; one line
         */
        String heal(Undo.HealHost host) throws IOException;

        /**
         * Puts a machine on again, as its topology file says.
         *
         * @return what was done, one line
         * @throws IOException if it is not on; one line
         */
        default String putOn(Undo.PowerOn machine) throws IOException {
            return Power.NONE.on(machine);
        }

        /**
         * Gives a container back as it was found.
         *
         * @return what was done, one line
         * @throws IOException if it is not; one line
         */
        default String restore(Undo.RestoreContainer container) throws IOException {
            return Undoing.onThisMachine().undo(container);
        }
    }

    /**
     * What healing did.
     *
     * @param lines for people, one a step
     * @param complete whether nothing is left behind
     */
    public record Report(List<String> lines, boolean complete) {
        public Report {
            lines = List.copyOf(lines);
        }
    }

    /** Heals by the ledger of what was all on this machine. */
    public static Report heal(Path ledger) throws IOException {
        return heal(ledger, host -> {
            throw new IOException("host " + host.host() + " is healed by 'ringdown heal'");
        });
    }

    /**
     * Heals by a ledger; a second time finds nothing to do.
     *
     * @param ledger a run's, {@link io.ringdown.record.RunFolder#ledger}, or a detached cluster's
     * @param elsewhere heals hosts that are other machines
     * @throws IOException if it cannot be read, or the run that writes it has not ended; the message is one line
     */
    public static Report heal(Path ledger, Elsewhere elsewhere) throws IOException {
        if (!Files.exists(ledger)) {
            return new Report(List.of(ledger + ": no ledger, so nothing was started"), true);
        }
        long deadline = System.nanoTime() + KEEPER_NANOS;
        while (true) {
            try (Ledger open = Ledger.open(ledger)) {
                return report(open.heal(undo -> undo(undo, elsewhere)));
            } catch (LedgerInUseException e) {
                // It may be the keeper of a run that died, which heals.
                if (System.nanoTime() > deadline) {
                    throw e;
                }
                LockSupport.parkNanos(20_000_000);
            }
        }
    }

    private static String undo(Undo undo, Elsewhere elsewhere) throws IOException {
        if (undo instanceof Undo.HealHost away) {
            return elsewhere.heal(away);
        }
        if (undo instanceof Undo.RestoreContainer container) {
            return elsewhere.restore(container);
        }
        return undo instanceof Undo.PowerOn machine
                ? elsewhere.putOn(machine)
                : Undoing.onThisMachine().undo(undo);
    }

    /** A result as lines. */
    public static Report report(HealResult result) {
        var lines = new ArrayList<String>();
        result.done().forEach(line -> lines.add("undone: " + line));
        result.failed().forEach(line -> lines.add("NOT undone: " + line));
        if (lines.isEmpty()) {
            lines.add("nothing to undo");
        }
        return new Report(lines, result.complete());
    }
}
