package io.ringdown.workloads.calls;

import io.ringdown.record.ResolvedPlan.Workload;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What the generator needs to know of the cluster under test.
 *
 * @param services where requests go: the calls are dealt over these addresses by their numbers
 * @param elements where else a redirection may lead: the SIP addresses of the cluster's elements
 * @param sources IPv4 addresses to send from, port 0 for any: the calls are dealt over them
 * @param workload the calls
 * @param nodeHeader header that names the serving element, or empty
 * @param credentials what challenges are answered with, or null
 * @param share which of the calls it makes
 */
public record GeneratorSettings(
        List<InetSocketAddress> services,
        List<InetSocketAddress> elements,
        List<InetSocketAddress> sources,
        Workload workload,
        String nodeHeader,
        Credentials credentials,
        Share share) {
    /** What the callee is asked to hold. */
    public static final String HOLD_HEADER = "X-Ringdown-Hold";
    /** What the callee is asked to do of its own. */
    static final String OPERATE_HEADER = "X-Ringdown-Operate";
    /** The caller's Call-ID, which a back-to-back user agent does not let through where it stands. */
    public static final String CALL_HEADER = "X-Ringdown-Call";

    public GeneratorSettings {
        services = List.copyOf(services);
        elements = List.copyOf(elements);
        sources = List.copyOf(sources);
    }

    /** No redirection leads to anywhere but where requests go. */
    public GeneratorSettings(
            List<InetSocketAddress> services,
            List<InetSocketAddress> sources,
            Workload workload,
            String nodeHeader,
            Credentials credentials,
            Share share) {
        this(services, List.of(), sources, workload, nodeHeader, credentials, share);
    }

    /** It makes all of the calls. */
    public GeneratorSettings(
            List<InetSocketAddress> services,
            List<InetSocketAddress> sources,
            Workload workload,
            String nodeHeader,
            Credentials credentials) {
        this(services, sources, workload, nodeHeader, credentials, Share.ALL);
    }

    /** All calls come from one address. */
    public GeneratorSettings(
            List<InetSocketAddress> services, InetSocketAddress local, Workload workload, String nodeHeader) {
        this(services, List.of(local), workload, nodeHeader, null);
    }

    /** All calls come from one address, and go to one. */
    public GeneratorSettings(InetSocketAddress service, InetSocketAddress local, Workload workload, String nodeHeader) {
        this(List.of(service), local, workload, nodeHeader);
    }

    /** Where the requests of one call go. */
    InetSocketAddress service(int call) {
        return services.get(Math.floorMod(call, services.size()));
    }

    /** The same, with elements that a redirection may lead to. */
    public GeneratorSettings with(List<InetSocketAddress> elements) {
        return new GeneratorSettings(services, elements, sources, workload, nodeHeader, credentials, share);
    }

    /** Whether an address is one of the cluster's. */
    boolean ofCluster(InetSocketAddress address) {
        return services.contains(address) || elements.contains(address);
    }

    /** Where requests go that one address did not serve. */
    InetSocketAddress serviceAfter(InetSocketAddress address) {
        return services.get((services.indexOf(address) + 1) % services.size());
    }

    long t1() {
        return workload.t1().toNanos();
    }

    /** Nanoseconds of a time that is given for T1 = 500 ms. */
    long scaled(double secondsAtRfcT1) {
        return Math.round(secondsAtRfcT1 * 1e9 * t1() / 500e6);
    }
}
