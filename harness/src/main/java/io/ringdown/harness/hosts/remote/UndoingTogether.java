package io.ringdown.harness.hosts.remote;

import io.ringdown.faults.Undo;
import io.ringdown.faults.Undoing;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.Executor;

/** Undoes what was done to several hosts: the first one of them has all of them begin. What is of this machine is left to it. */
final class UndoingTogether implements Undoing {
    private final RemoteHost hosts;
    private final Undoing here;
    private final Executor threads;
    private final Map<String, CompletableFuture<String>> on = new HashMap<>();
    private final Map<String, CompletableFuture<String>> healed = new HashMap<>();
    private volatile boolean begun;

    UndoingTogether(RemoteHost hosts, Undoing here, Executor threads) {
        this.hosts = hosts;
        this.here = here;
        this.threads = threads;
    }

    /** Whether anything is undone by now, so that nothing more is to be done. */
    boolean hasBegun() {
        return begun;
    }

    @Override
    public String undo(Undo undo) throws IOException {
        begun = true;
        if (undo instanceof Undo.PowerOn off) {
            List<String> cut = hosts.names().stream()
                    .filter(name -> hosts.machine(name).isCut())
                    .toList();
            return together(on, cut, off.element(), machine -> hosts.power().on(machine, () -> false));
        }
        return undo instanceof Undo.HealHost away
                ? together(healed, hosts.names(), away.element(), hosts::heal)
                : here.undo(undo);
    }

    private interface Step {
        String of(RemoteMachine machine) throws IOException;
    }

    private String together(Map<String, CompletableFuture<String>> all, List<String> machines, String wanted, Step step)
            throws IOException {
        CompletableFuture<String> its;
        synchronized (all) {
            if (all.isEmpty()) {
                machines.forEach(name -> begin(all, name, step));
            }
            if (!all.containsKey(wanted)) {
                begin(all, wanted, step);
            }
            its = all.get(wanted);
        }
        try {
            return its.get();
        } catch (ExecutionException e) {
            throw new IOException(e.getCause().getMessage(), e.getCause());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException("interrupted", e);
        }
    }

    private void begin(Map<String, CompletableFuture<String>> all, String name, Step step) {
        all.put(
                name,
                CompletableFuture.supplyAsync(
                        () -> {
                            try {
                                return step.of(hosts.machine(name));
                            } catch (IOException e) {
                                throw new UncheckedIOException(e.getMessage(), e);
                            }
                        },
                        threads));
    }
}
