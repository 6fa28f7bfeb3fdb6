package io.ringdown.record;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** Names of what a run folder holds. */
public record RunFolder(Path path) {
    /** Opens an existing run folder. */
    public static RunFolder open(Path path) throws IOException {
        if (!Files.isRegularFile(path.resolve("run.json"))) {
            throw new IOException(path + ": not a run folder (no run.json)");
        }
        return new RunFolder(path);
    }

    /** Creates a run folder; fails if it exists or cannot be written. */
    public static RunFolder create(Path path) throws IOException {
        if (path.toAbsolutePath().getParent() != null) {
            Files.createDirectories(path.toAbsolutePath().getParent());
        }
        Files.createDirectory(path);
        Files.createDirectory(path.resolve("elements"));
        return new RunFolder(path);
    }

    /** {@link Provenance}. */
    public Path provenance() {
        return path.resolve("run.json");
    }

    /** {@link ResolvedPlan}. */
    public Path plan() {
        return path.resolve("plan.json");
    }

    /** {@link Topology}. */
    public Path topology() {
        return path.resolve("topology.json");
    }

    /** Calls, operations, incidents. */
    public Path operations() {
        return path.resolve("operations.log");
    }

    /** What the callee saw and did, in the form of the {@link #operations}; only if the harness has one. */
    public Path farSide() {
        return path.resolve("far-side.log");
    }

    /** {@link CallDetail}s, a JSON line each; only if the cluster writes such. */
    public Path callDetails() {
        return path.resolve("call-details.jsonl");
    }

    /** HdrHistogram interval logs. */
    public Path latencies() {
        return path.resolve("latency.hlog");
    }

    /** {@link RunEvent}s, a JSON line each. */
    public Path events() {
        return path.resolve("events.jsonl");
    }

    /** {@link OwnerSnapshot}s, a JSON line each. */
    public Path owners() {
        return path.resolve("owners.jsonl");
    }

    /** {@link SelfChecks}. */
    public Path selfChecks() {
        return path.resolve("self-checks.json");
    }

    /** {@link Trial}s of a capacity search, a JSON line each. */
    public Path trials() {
        return path.resolve("trials.jsonl");
    }

    /** {@link MachineLoad}s, a JSON line each; of a load host only where its machine is not the harness's. */
    public Path machine() {
        return path.resolve("machine.jsonl");
    }

    /** {@link LoadHost}s, a JSON line each. */
    public Path loadHosts() {
        return path.resolve("load-hosts.jsonl");
    }

    /** What a load host recorded, under the names of a run folder. */
    public RunFolder loadHost(String name) {
        return new RunFolder(path.resolve("load").resolve(name));
    }

    /** {@link WorkOrder} of a load host's folder. */
    public Path order() {
        return path.resolve("order.json");
    }

    /** {@link Calibration}, if there is one. */
    public Path calibration() {
        return path.resolve("calibration.json");
    }

    /** Undo steps of faults; belongs to whoever injects and heals. */
    public Path ledger() {
        return path.resolve("ledger.jsonl");
    }

    /** Output of the elements, and their configuration. */
    public Path elements() {
        return path.resolve("elements");
    }

    /** A folder for each SIPp process, with its scenario and its logs. */
    public Path sipp() {
        return path.resolve("sipp");
    }

    /** {@link Seal}, once the run has ended. */
    Path seal() {
        return path.resolve("seal.json");
    }

    /** All that is read to judge a run, and to report of it, as far as it is there. */
    List<Path> records() throws IOException {
        var own = Stream.of(
                provenance(),
                plan(),
                topology(),
                operations(),
                farSide(),
                callDetails(),
                latencies(),
                events(),
                owners(),
                selfChecks(),
                trials(),
                machine(),
                loadHosts(),
                calibration());
        return Stream.concat(own, loadHostsMachines().stream())
                .filter(Files::exists)
                .toList();
    }

    private List<Path> loadHostsMachines() throws IOException {
        Path load = path.resolve("load");
        if (!Files.isDirectory(load)) {
            return List.of();
        }
        try (Stream<Path> hosts = Files.list(load)) {
            return hosts.map(host -> new RunFolder(host).machine()).sorted().toList();
        }
    }

    /** Written by checking. */
    public Path verdict() {
        return path.resolve("verdict.json");
    }

    /** Written by reporting. */
    public Path report() {
        return path.resolve("report.html");
    }

    /** Written by reporting. */
    public Path junit() {
        return path.resolve("junit.xml");
    }
}
