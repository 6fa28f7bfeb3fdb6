package io.ringdown.workloads.calls;

import io.ringdown.record.ResolvedPlan.Workload;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What the generator needs to know of the cluster under test.
 *
 * @param services where requests go: the calls are dealt over these addresses by their numbers
 * @param local IPv4 address to send from, port 0 for any
 * @param workload the calls
 * @param nodeHeader header that names the serving element, or empty
 */
public record GeneratorSettings(
        List<InetSocketAddress> services, InetSocketAddress local, Workload workload, String nodeHeader) {
    static final String HOLD_HEADER = "X-Ringdown-Hold";

    public GeneratorSettings {
        services = List.copyOf(services);
    }

    /** All calls go to one address. */
    public GeneratorSettings(InetSocketAddress service, InetSocketAddress local, Workload workload, String nodeHeader) {
        this(List.of(service), local, workload, nodeHeader);
    }

    /** Where the requests of one call go. */
    InetSocketAddress service(int call) {
        return services.get(Math.floorMod(call, services.size()));
    }

    long t1() {
        return workload.t1().toNanos();
    }

    /** Nanoseconds of a time that is given for T1 = 500 ms. */
    long scaled(double secondsAtRfcT1) {
        return Math.round(secondsAtRfcT1 * 1e9 * t1() / 500e6);
    }
}
