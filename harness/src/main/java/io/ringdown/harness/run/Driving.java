package io.ringdown.harness.run;

import io.ringdown.faults.Observation;
import io.ringdown.harness.hosts.Doctor;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.load.LoadHosts;
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
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.nio.file.Path;
import java.time.Duration;
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
            RunRecorder recorder,
            RunClock clock)
            throws IOException {
        if (workload.sipp() == null) {
            return workload.caller().loadHosts() == 1
                    ? new Generator(settings(workload, topology), recorder, clock)
                    : LoadHosts.start(orders(workload, topology), folder, host::converse, recorder, clock);
        }
        var settings = new SippSettings(
                sipp(),
                services(topology),
                InetAddress.getByName(beside(topology, 2)),
                workload,
                topology.nodeHeader(),
                folder.sipp());
        return new SippDriver(settings, leashed(host), recorder, clock);
    }

    private static String sipp() throws IOException {
        return Doctor.program("sipp")
                .map(Path::toString)
                .orElseThrow(() -> new IOException("no program sipp on the PATH; " + Doctor.SIPP_REMEDY));
    }

    /** What the built-in generator has to know. */
    static GeneratorSettings settings(Workload workload, Topology topology) {
        return new GeneratorSettings(
                services(topology),
                sources(workload.caller(), topology, Share.ALL),
                workload,
                topology.nodeHeader(),
                Credentials.of(workload.caller().credentials()));
    }

    /** Named ones are dealt over the load hosts; of others each has as many as the plan says. */
    private static List<InetSocketAddress> sources(Caller caller, Topology topology, Share share) {
        List<String> named = caller.sourceAddresses();
        return named.isEmpty()
                ? IntStream.range(0, caller.sources())
                        .mapToObj(i -> address(beside(topology, share.index() * caller.sources() + i + 2)))
                        .toList()
                : IntStream.range(0, named.size())
                        .filter(share::has)
                        .mapToObj(i -> address(named.get(i)))
                        .toList();
    }

    /** What each load host is to do. */
    private static List<WorkOrder> orders(Workload workload, Topology topology) {
        int of = workload.caller().loadHosts();
        return IntStream.range(0, of)
                .mapToObj(index -> new WorkOrder(
                        workload,
                        texts(services(topology)),
                        texts(sources(workload.caller(), topology, new Share(index, of))),
                        topology.nodeHeader(),
                        index,
                        of))
                .toList();
    }

    private static List<String> texts(List<InetSocketAddress> addresses) {
        return addresses.stream()
                .map(each -> each.getAddress().getHostAddress() + ":" + each.getPort())
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
        InetSocketAddress at = address(workload.callee().address());
        if (workload.callee().sipp()) {
            Path own = folder.sipp().resolve(CALLEE);
            long t1 = workload.t1().toMillis();
            return new SippCallee(sipp(), CALLEE, at, t1, own, leashed(host), farSide, clock);
        }
        var callee = new Callee(at, services(topology), workload, topology.nodeHeader(), farSide, clock);
        if (plan.capacity() != null) {
            callee.sendTogether();
        }
        return callee;
    }

    private static List<InetSocketAddress> services(Topology topology) {
        return topology.serviceAddresses().stream().map(Driving::address).toList();
    }

    /** An address of the network of the first service address; elsewhere than on loopback the one of this machine that leads there. */
    private static String beside(Topology topology, int last) {
        InetSocketAddress service = services(topology).get(0);
        if (service.getAddress().isLoopbackAddress()) {
            return service.getAddress().getHostAddress().replaceFirst("\\.\\d+$", "." + last);
        }
        try (var socket = new DatagramSocket()) {
            // Sends nothing.
            socket.connect(service);
            return socket.getLocalAddress().getHostAddress();
        } catch (SocketException | UncheckedIOException e) {
            throw new IllegalStateException("no way to " + service + ": " + e.getMessage(), e);
        }
    }

    /** {@code address:port}, or an address alone, of which any port will do. */
    private static InetSocketAddress address(String text) {
        String[] parts = text.split(":");
        return new InetSocketAddress(parts[0], parts.length == 1 ? 0 : Integer.parseInt(parts[1]));
    }

    /** Which calls a workload has, in words. */
    static String calls(Workload workload) {
        Sipp sipp = workload.sipp();
        int hosts = workload.caller().loadHosts();
        String calls = workload.callsPerPhase() + " calls in each of " + workload.phases() + ", " + workload.fillRate()
                + "/s" + (hosts == 1 ? "" : ", dealt over " + hosts + " load hosts");
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
