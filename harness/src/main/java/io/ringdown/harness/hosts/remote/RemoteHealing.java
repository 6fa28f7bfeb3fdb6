package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.Undo;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Target;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Heals hosts of a run whose harness is gone, or has lost its way to them. */
public final class RemoteHealing {
    private static final Duration AGAIN = Duration.ofSeconds(30);
    private static final long PAUSE_NANOS = 500_000_000;
    static final String REACHED = ", and reached again";

    private RemoteHealing() {}

    /**
     * Waits until a host is reached whose machine was put on.
     *
     * @return that it was, to be added to what was done
     * @throws IOException if it is not in time, or the inventory has it no more; one line
     */
    public static String awaitReached(Inventory inventory, String host, Duration patience) throws IOException {
        Target target = inventory
                .named(host)
                .orElseThrow(() -> new IOException(
                        inventory.file() + " names no host '" + host + "' any more: not known to be on"));
        long giveUp = System.nanoTime() + patience.toNanos();
        while (true) {
            try (Reach reach = target.reach(RemoteMachine.PATIENCE)) {
                reach.run(List.of("true"), RemoteMachine.PATIENCE);
                return REACHED;
            } catch (IOException e) {
                if (System.nanoTime() > giveUp) {
                    throw notReached(patience, e);
                }
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }

    /** Of a machine whose power is on, as far as its command knows. */
    static IOException notReached(Duration patience, IOException last) {
        return new IOException(
                "put on by its command, and not reached within " + patience.toSeconds() + " s: " + last.getMessage(),
                last);
    }

    /**
     * Heals a host, whether its agent still lives or not; a second time finds nothing to do.
     *
     * @param undo what the run's ledger says of it
     * @param inventory the one that the ledger names, read again
     * @param logs where to bring what was written there
     * @return what was undone, one line
     * @throws IOException if not everything was, or the host cannot be reached; one line
     */
    public static String heal(Undo.HealHost undo, Inventory inventory, Path logs) throws IOException {
        Target target = inventory
                .named(undo.host())
                .orElseThrow(() -> new IOException(
                        undo.inventory() + " names no host '" + undo.host() + "' any more, so it cannot be reached"));
        if (!target.exists()) {
            target.remove();
            return "host " + target.name() + ": it is gone, with all that ran there";
        }
        Path jar = Deployment.agentJar();
        try {
            long giveUp = System.nanoTime() + AGAIN.toNanos();
            while (true) {
                try (var machine = new RemoteMachine(undo.element(), inventory, target, undo.folder())) {
                    machine.beginToHeal(jar);
                    return machine.heal(logs);
                } catch (IOException e) {
                    // One whose lease ends just now heals by itself, and another one can follow only then.
                    if (System.nanoTime() > giveUp || !e.getMessage().contains("its agent ")) {
                        throw e;
                    }
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        } finally {
            Files.delete(jar);
        }
    }
}
