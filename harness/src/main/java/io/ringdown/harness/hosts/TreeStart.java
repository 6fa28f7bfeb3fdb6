package io.ringdown.harness.hosts;

import java.nio.file.Path;
import java.util.List;

/**
 * How an element is started that may become several processes, and how it is stopped.
 *
 * @param command program and arguments
 * @param folder to work in; null: where the harness does
 * @param pidFile names the first process when the command has gone into the background; null: it does not, and is that process itself
 * @param stop the command that asks it to stop; empty: SIGTERM does
 * @param logs the command that prints its logs; empty: it prints them itself
 */
public record TreeStart(List<String> command, Path folder, Path pidFile, List<String> stop, List<String> logs) {
    public TreeStart {
        command = List.copyOf(command);
        stop = List.copyOf(stop);
        logs = List.copyOf(logs);
    }

    /** What stays in the foreground and is stopped by SIGTERM. */
    public TreeStart(List<String> command, Path folder) {
        this(command, folder, null, List.of(), List.of());
    }
}
