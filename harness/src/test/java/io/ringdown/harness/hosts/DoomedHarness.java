package io.ringdown.harness.hosts;

import io.ringdown.faults.Ledger;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/** A harness to be killed: starts three elements, two of them within a quota, that ignore their standard input, freezes one, says so and waits. */
final class DoomedHarness {
    private DoomedHarness() {}

    /** The argument is the run folder. */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]);
        LocalHost host = LocalHost.leashed(folder, Ledger.create(folder.resolve("ledger.jsonl")));
        if (host.quotas().refusal().isEmpty()) {
            host.quotas().limit("m", List.of("a", "b"), new Quotas.Share(0.5, 0, 0));
        }
        for (String element : List.of("a", "b", "c")) {
            host.start(element, List.of("sleep", "300"));
        }
        try (var freeze = host.armFreeze(List.of("b"))) {
            freeze.fire();
        }
        host.processes().forEach(process -> System.out.println(process.pid() + " " + process.start()));
        System.out.println("ready");
        Doomed.await();
    }
}
