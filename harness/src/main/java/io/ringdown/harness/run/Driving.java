package io.ringdown.harness.run;

import io.ringdown.faults.Observation;
import io.ringdown.harness.hosts.Doctor;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.hosts.remote.Outposts;
import io.ringdown.harness.load.LoadHosts;
import io.ringdown.harness.load.LoadPlace;
import io.ringdown.harness.load.Sources;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.Caller;
import io.ringdown.record.ResolvedPlan;
import io.ringdown.record.ResolvedPlan.Sipp;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.Topology;
import io.ringdown.record.WorkOrder;
import io.ringdown.workloads.Answerer;
import io.ringdown.workloads.Driver;
import io.ringdown.workloads.TrialLoads;
import io.ringdown.workloads.calls.Callee;
import io.ringdown.workloads.calls.Credentials;
import io.ringdown.workloads.calls.Generator;
import io.ringdown.workloads.calls.GeneratorSettings;
import io.ringdown.workloads.calls.Share;
import io.ringdown.workloads.sipp.Programs;
import io.ringdown.workloads.sipp.SippCallee;
import io.ringdown.workloads.sipp.SippDriver;
import io.ringdown.workloads.sipp.SippSettings;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.IntStream;

/** Which driver a workload asks for. */
final class Driving {
    private static final String SIPP_ELEMENT = "sipp-";
    private static final String CALLEE = "callee";
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
            Outposts outposts,
            RunRecorder recorder,
            RunClock clock)
            throws IOException {
        if (workload.sipp() == null) {
            return workload.caller().alone()
                    ? new Generator(settings(workload, topology), recorder, clock)
                    : loadHosts(workload, topology, folder, host, outposts, recorder, clock);
        }
        var settings = new SippSettings(
                sipp(),
                services(topology),
                InetAddress.getByName(Sources.beside(services(topology).get(0), 2)),
                workload,
                topology.nodeHeader(),
                folder.sipp());
        return new SippDriver(settings, leashed(host), recorder, clock);
    }

    /**
     * Makes who makes the trials of a search.
     *
     * @throws IOException if it has no socket; the message is one line
     */
    static TrialLoads trials(
            Workload workload,
            Topology topology,
            RunFolder folder,
            LocalHost host,
            Outposts outposts,
            RunRecorder recorder,
            RunClock clock)
            throws IOException {
        if (!workload.caller().alone()) {
            return loadHosts(workload, topology, folder, host, outposts, recorder, clock);
        }
        return byGenerators(settings(workload, topology), recorder, clock);
    }

    /** Each trial has a generator of its own. */
    static TrialLoads byGenerators(GeneratorSettings settings, RunRecorder recorder, RunClock clock) {
        return order -> {
            var generator = new Generator(settings, recorder, clock);
            generator.offer(order);
            return generator;
        };
    }

    private static LoadHosts loadHosts(
            Workload workload,
            Topology topology,
            RunFolder folder,
            LocalHost host,
            Outposts outposts,
            RunRecorder recorder,
            RunClock clock)
            throws IOException {
        return LoadHosts.start(orders(workload, topology), places(workload, folder, host, outposts), recorder, clock);
    }

    private static String sipp() throws IOException {
        return Doctor.program("sipp")
                .map(Path::toString)
                .orElseThrow(() -> new IOException("no program sipp on the PATH; " + Doctor.SIPP_REMEDY));
    }

    /** What the built-in generator has to know. */
    private static GeneratorSettings settings(Workload workload, Topology topology) {
        return new GeneratorSettings(
                        services(topology),
                        Sources.of(workload.caller(), services(topology), Share.ALL),
                        workload,
                        topology.nodeHeader(),
                        Credentials.of(workload.caller().credentials()))
                .with(elements(topology));
    }

    /** What each load host is to do. */
    private static List<WorkOrder> orders(Workload workload, Topology topology) {
        int of = workload.caller().loadHosts();
        List<String> services = services(topology).stream().map(Sources::text).toList();
        List<String> elements = elements(topology).stream().map(Sources::text).toList();
        return IntStream.range(0, of)
                .mapToObj(index -> new WorkOrder(workload, services, elements, topology.nodeHeader(), index, of))
                .toList();
    }

    /** Where each of them works. */
    private static List<LoadPlace> places(Workload workload, RunFolder folder, LocalHost host, Outposts outposts) {
        var places = new ArrayList<LoadPlace>();
        for (String name : loadHosts(workload)) {
            RunFolder own = folder.loadHost(name);
            places.add(
                    workload.caller().loadHostsAt().isEmpty()
                            ? new LoadPlace.Here(name, own, host::converse)
                            : new LoadPlace.There(name, own, outposts.all().get(places.size())));
        }
        return places;
    }

    /** What load hosts are called. */
    static List<String> loadHosts(Workload workload) {
        return IntStream.rangeClosed(1, workload.caller().loadHosts())
                .mapToObj(number -> "load-" + number)
                .toList();
    }

    /**
     * Makes whom a cluster that relays calls.
     *
     * @param farSide takes down what reaches it
     * @throws IOException if it has no socket, or no program; the message is one line
     */
    static Answerer callee(
            ResolvedPlan plan,
            Topology topology,
            RunFolder folder,
            LocalHost host,
            CallRecorder farSide,
            RunClock clock)
            throws IOException {
        Workload workload = plan.workload();
        InetSocketAddress at = Sources.address(workload.callee().address());
        if (workload.callee().sipp()) {
            Path own = folder.sipp().resolve(CALLEE);
            long t1 = workload.t1().toMillis();
            return new SippCallee(sipp(), CALLEE, at, t1, own, leashed(host), farSide, clock);
        }
        var callee =
                new Callee(at, services(topology), elements(topology), workload, topology.nodeHeader(), farSide, clock);
        if (plan.capacity() != null) {
            callee.sendTogether();
        }
        return callee;
    }

    private static List<InetSocketAddress> services(Topology topology) {
        return topology.serviceAddresses().stream().map(Sources::address).toList();
    }

    /** Where a redirection may lead besides: the elements' own SIP addresses, as far as they are known. */
    private static List<InetSocketAddress> elements(Topology topology) {
        return topology.elements().stream()
                .map(Topology.Element::sip)
                .filter(sip -> !sip.isEmpty())
                .map(Sources::address)
                .toList();
    }

    /** Which calls a workload has, in words. */
    static String calls(Workload workload) {
        Sipp sipp = workload.sipp();
        Caller caller = workload.caller();
        String at = caller.loadHostsAt().isEmpty() ? "" : ": " + String.join(", ", caller.loadHostsAt());
        String calls = workload.callsPerPhase() + " calls in each of " + workload.phases() + ", " + workload.fillRate()
                + "/s"
                + (caller.alone()
                        ? ""
                        : ", dealt over " + caller.loadHosts()
                                + (caller.loadHosts() == 1 ? " load host" : " load hosts") + at);
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
