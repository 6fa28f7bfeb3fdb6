package io.ringdown.harness.cluster;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.Undoing;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.plan.Plan;
import io.ringdown.harness.plan.PlanReader;
import io.ringdown.harness.run.Resolution;
import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.Provenance;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.Topology;
import io.ringdown.workloads.calls.Generator;
import io.ringdown.workloads.calls.GeneratorSettings;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;

/**
 * How many calls a second a cluster on this machine answers without a retransmission: {@code 'CLUSTER' SECONDS RATE...}, where CLUSTER is
 * the plan's {@code cluster:} in one line, such as {@code 'arrangement: single'} or {@code 'depth: transactions'}. A call is a set-up and
 * a release: five messages. Rates are offered one after the other, open loop.
 */
final class ClusterBenchmark {
    private final Resolution resolution;
    private final Path folder;
    private final int seconds;

    private ClusterBenchmark(Resolution resolution, Path folder, int seconds) {
        this.resolution = resolution;
        this.folder = folder;
        this.seconds = seconds;
    }

    public static void main(String[] arguments) throws Exception {
        Plan plan = PlanReader.read("benchmark", "name: benchmark\ncluster: {network: 7, " + arguments[0] + "}\n");
        var resolution = Resolution.of(plan, plan.scenarios().get(0), 1);
        Path folder = Files.createTempDirectory("benchmark");
        var benchmark = new ClusterBenchmark(resolution, folder, Integer.parseInt(arguments[1]));
        try (var ledger = Ledger.create(folder.resolve("ledger.jsonl"));
                var host = LocalHost.leashed(folder, ledger)) {
            new ReferenceCluster(
                            resolution.topology(),
                            resolution.topology(),
                            resolution.plan(),
                            Installation.locate(),
                            host,
                            new AdminClient(),
                            folder,
                            false,
                            () -> Thread.sleep(20))
                    .up();
            System.out.println(
                    "calls/s offered | made | failed | retransmissions | set-up ms p50, p99 | lateness ms p99 | drops");
            // Unseen: ten processes that compile what they have just begun to do.
            benchmark.round(1, Integer.parseInt(arguments[2]) / 2);
            for (int i = 2; i < arguments.length; i++) {
                System.out.println(benchmark.round(i, Integer.parseInt(arguments[i])));
            }
            ledger.heal(Undoing.onThisMachine());
        }
    }

    private String round(int number, int rate) throws IOException, InterruptedException {
        var workload = new Workload(
                Duration.ofMillis(500),
                List.of(Phase.P4),
                1,
                1_000,
                rate,
                0,
                Duration.ofSeconds(seconds),
                Duration.ZERO);
        var clock = RunClock.startingNow();
        RunFolder run = RunFolder.create(folder.resolve("round" + number));
        Topology topology = resolution.topology();
        String[] service = topology.serviceAddress().split(":");
        var settings = new GeneratorSettings(
                new InetSocketAddress(service[0], Integer.parseInt(service[1])),
                new InetSocketAddress(service[0].replaceFirst("\\.1$", ".2"), 0),
                workload,
                topology.nodeHeader());
        SelfChecks checks;
        var plan = new ResolvedPlan(
                "benchmark",
                "",
                1,
                resolution.plan().cluster(),
                workload,
                List.of(),
                resolution.plan().criteria());
        var provenance = new Provenance(Provenance.FORMAT, "benchmark", clock.toEpochMicros(0), "", "", 1, List.of());
        try (var recorder = new RunRecorder(run, clock, provenance, plan, topology);
                var generator = new Generator(settings, recorder, clock)) {
            generator.start(clock.nanos() + seconds * 1_000_000_000L, 1);
            Thread.sleep(seconds * 1_000L);
            generator.stopProbing();
            for (int i = 0; i < 400 && generator.openProbes() > 0; i++) {
                Thread.sleep(10);
            }
            checks = generator.selfChecks();
        }
        return report(rate, run, checks);
    }

    private String report(int rate, RunFolder run, SelfChecks checks) throws IOException {
        var setUps = new ArrayList<Long>();
        var sums = new long[2];
        OperationLogReader.read(run.operations(), new OperationLogReader.Visitor() {
            @Override
            public void call(Call call) {
                // its operations tell enough
            }

            @Override
            public void operation(Operation operation) {
                sums[0] += operation.outcome() == Outcome.OK ? 0 : 1;
                sums[1] += operation.retransmissions();
                if (operation.outcome() == Outcome.OK && operation.acked() != Operation.NONE) {
                    setUps.add(operation.end() - operation.intended());
                }
            }

            @Override
            public void incident(Incident incident) {
                // of no interest here
            }
        });
        Collections.sort(setUps);
        return String.format(
                Locale.ROOT,
                "%6d | %6d | %d | %d | %.2f, %.2f | %.2f | %d",
                rate,
                setUps.size() / seconds,
                sums[0],
                sums[1],
                setUps.get(setUps.size() / 2) / 1e6,
                setUps.get(setUps.size() * 99 / 100) / 1e6,
                checks.latenessP99Nanos() / 1e6,
                checks.kernelDrops());
    }
}
