package io.ringdown.harness.run;

import io.ringdown.faults.Observation;
import io.ringdown.harness.hosts.Doctor;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.record.ResolvedPlan.Sipp;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.Topology;
import io.ringdown.workloads.Driver;
import io.ringdown.workloads.calls.Generator;
import io.ringdown.workloads.calls.GeneratorSettings;
import io.ringdown.workloads.sipp.Programs;
import io.ringdown.workloads.sipp.SippDriver;
import io.ringdown.workloads.sipp.SippSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;

/** Which driver a workload asks for. */
final class Driving {
    private static final String SIPP_ELEMENT = "sipp-";
    private static final Duration KILLED = Duration.ofSeconds(5);

    private Driving() {}

    /**
     * Makes the driver of a run's calls.
     *
     * @throws IOException if it has no socket, or no program; the message is one line
     */
    static Driver of(
            Workload workload,
            Topology topology,
            RunFolder folder,
            LocalHost host,
            RunRecorder recorder,
            RunClock clock)
            throws IOException {
        List<InetSocketAddress> services = topology.serviceAddresses().stream()
                .map(address -> address.split(":"))
                .map(parts -> new InetSocketAddress(parts[0], Integer.parseInt(parts[1])))
                .toList();
        String beside = services.get(0).getAddress().getHostAddress().replaceFirst("\\.1$", ".2");
        if (workload.sipp() == null) {
            var settings =
                    new GeneratorSettings(services, new InetSocketAddress(beside, 0), workload, topology.nodeHeader());
            return new Generator(settings, recorder, clock);
        }
        String sipp = Doctor.program("sipp")
                .map(Path::toString)
                .orElseThrow(() -> new IOException("no program sipp on the PATH; " + Doctor.SIPP_REMEDY));
        var settings = new SippSettings(
                sipp, services, InetAddress.getByName(beside), workload, topology.nodeHeader(), folder.sipp());
        return new SippDriver(settings, leashed(host), recorder, clock);
    }

    /** Which calls a workload has, in words. */
    static String calls(Workload workload) {
        Sipp sipp = workload.sipp();
        String calls =
                workload.callsPerPhase() + " calls in each of " + workload.phases() + ", " + workload.fillRate() + "/s";
        if (sipp == null) {
            return calls;
        }
        return sipp.custom()
                ? "SIPp: %d calls of %s, %s/s"
                        .formatted(sipp.calls(), Path.of(sipp.scenario()).getFileName(), sipp.rate())
                : "SIPp: " + calls;
    }

    /** Nanoseconds that a workload's driver needs to fill the phases. */
    static long timeToFill(Workload workload) {
        return workload.sipp() == null ? Generator.timeToFill(workload) : SippDriver.timeToFill(workload);
    }

    /**
     * Refuses calls that cannot be held as the criteria want it.
     *
     * @throws IllegalArgumentException with one line for the plan's author
     */
    static void check(Workload workload) {
        if (workload.sipp() == null) {
            Generator.check(workload);
        } else {
            SippDriver.check(workload);
        }
    }

    /** Processes that die with the harness, as the cluster's do. */
    private static Programs leashed(LocalHost host) {
        return (name, command, folder) -> {
            String element = SIPP_ELEMENT + name;
            host.start(element, command, folder);
            return new Programs.Started() {
                @Override
                public boolean alive() {
                    return host.observe(element).state() != Observation.State.GONE;
                }

                @Override
                public void kill() {
                    host.kill(List.of(element));
                    long until = System.nanoTime() + KILLED.toNanos();
                    while (alive() && System.nanoTime() < until) {
                        LockSupport.parkNanos(1_000_000);
                    }
                }
            };
        };
    }
}
