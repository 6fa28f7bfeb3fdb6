package io.ringdown.workloads.calls;

import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * Drives a SIP server with the whole population, by hand: {@code HOST:PORT CALLS_PER_PHASE FILL_RATE T1_MILLIS}. Prints when the strike
 * is, and afterwards what the operations tell.
 */
final class GeneratorTrial {
    private GeneratorTrial() {}

    public static void main(String[] arguments) throws IOException, InterruptedException {
        String[] service = arguments[0].split(":");
        var workload = new Workload(
                Duration.ofMillis(Integer.parseInt(arguments[3])),
                List.of(Phase.P0, Phase.P1, Phase.P2, Phase.P3, Phase.P4, Phase.P4F, Phase.P5, Phase.P6),
                Integer.parseInt(arguments[1]),
                Integer.parseInt(arguments[2]),
                100,
                1_000,
                Duration.ofSeconds(1),
                Duration.ofSeconds(10));
        var settings = new GeneratorSettings(
                new InetSocketAddress(service[0], Integer.parseInt(service[1])),
                new InetSocketAddress(arguments.length > 4 ? arguments[4] : "127.0.0.1", 0),
                workload,
                "X-Ringdown-Node");
        var clock = RunClock.startingNow();
        var run = new RecordedCalls(Files.createTempDirectory("trial").resolve("run"), clock, workload);
        long strike;
        try (var generator = new Generator(settings, run.recorder(), clock)) {
            strike = clock.nanos() + Generator.timeToFill(settings.workload()) + TimeUnit.SECONDS.toNanos(1);
            generator.start(strike, 1);
            long epochMillis = clock.toEpochMicros(strike) / 1_000;
            System.out.println(
                    "strike at " + epochMillis + " in " + (epochMillis - System.currentTimeMillis()) + " ms");
            while (generator.failure() == null
                    && (clock.nanos() < strike + settings.scaled(10) || generator.openCalls() > 0)
                    && clock.nanos() < strike + settings.scaled(80)) {
                Thread.sleep(200);
            }
            generator.stopProbing();
            Thread.sleep(500);
            System.out.println("open calls " + generator.openCalls() + ", probes " + generator.setUpSuccesses() + " ok "
                    + generator.setUpFailures() + " failed, failure " + generator.failure());
            System.out.println(generator.selfChecks());
        }
        run.close();
        run.read().print(System.out, strike, workload);
    }
}
