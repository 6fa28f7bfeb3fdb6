package io.ringdown.workloads.calls;

import io.ringdown.record.ResolvedPlan.Workload;
import java.net.InetSocketAddress;

/**
 * What the generator needs to know of the cluster under test.
 *
 * @param service where requests go
 * @param local IPv4 address to send from, port 0 for any
 * @param workload the calls
 * @param nodeHeader header that names the serving element, or empty
 */
public record GeneratorSettings(
        InetSocketAddress service, InetSocketAddress local, Workload workload, String nodeHeader) {
    static final String HOLD_HEADER = "X-Ringdown-Hold";

    long t1() {
        return workload.t1().toNanos();
    }

    /** Nanoseconds of a time that is given for T1 = 500 ms. */
    long scaled(double secondsAtRfcT1) {
        return Math.round(secondsAtRfcT1 * 1e9 * t1() / 500e6);
    }
}
