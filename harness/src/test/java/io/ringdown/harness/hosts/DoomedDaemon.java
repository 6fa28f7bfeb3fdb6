package io.ringdown.harness.hosts;

import io.ringdown.faults.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A harness to be killed while an element's command goes into the background: the process that it leaves there has neither its mark, its session nor its parent. */
final class DoomedDaemon {
    private DoomedDaemon() {}

    /** The arguments are the run folder and the command. */
    public static void main(String[] arguments) throws IOException {
        Path folder = Path.of(arguments[0]);
        LocalHost host = LocalHost.leashed(folder, Ledger.create(folder.resolve("ledger.jsonl")));
        List<String> command = List.of(arguments).subList(1, arguments.length);
        host.startTree("d", new TreeStart(command, folder, folder.resolve("pid"), List.of(), List.of()));
    }
}
