package io.ringdown.harness.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Locale;

/** A plan small and fast enough for a test: a short T1, few calls, and therefore a wide bound. */
record ShortPlan(
        String name, String cluster, String t1, String kind, String repair, String tail, int calls, String demand) {
    static final int FEW = 140;
    private static final int NETWORK = 8;

    /** On one machine a rack: every other call is exposed, so that half as many show as much in less time. */
    static ShortPlan onTwoMachines(String name, String cluster, String t1, String tail, String demand) {
        String two = "machines-per-rack: 1, " + cluster;
        return new ShortPlan(name, two, t1, "crash", "never", tail, FEW / 2, demand);
    }

    static ShortPlan struck(String name, String cluster, String t1, String kind, String demand) {
        return new ShortPlan(name, cluster, t1, kind, "never", "4s", FEW, demand);
    }

    /** Of a run that will not see its end: all that counts is that it is quickly under way. */
    static ShortPlan toBeKilled(String cluster, String kind) {
        return new ShortPlan("killed", cluster, "100ms", kind, "never", "20s", FEW / 2, "require: AL4");
    }

    Path write(Path folder) throws IOException {
        return write(folder, NETWORK);
    }

    /** With its cluster on another block of addresses, for a test that runs beside others. */
    Path write(Path folder, int network) throws IOException {
        String text = String.format(
                Locale.ROOT,
                """
                name: %s
                description: A known answer in its short form.
                cluster: {network: %d, %s}
                workload: {t1: %s, calls-per-phase: %d, fill-rate: %d, set-up-probes: 150, detection-probes: 250, baseline: 2s, tail: %s}
                faults:
                  - {machine: any, kind: %s, repair-after: %s}
                %s
                bound: 0.06
                """,
                name,
                network,
                cluster,
                t1,
                calls,
                Math.max(400, calls / 2),
                tail,
                kind,
                repair,
                demand);
        return Files.writeString(folder.resolve(name + ".yaml"), text);
    }
}
