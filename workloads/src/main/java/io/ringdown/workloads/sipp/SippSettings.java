package io.ringdown.workloads.sipp;

import io.ringdown.record.ResolvedPlan.Workload;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/**
 * What SIPp needs to know of the cluster under test.
 *
 * @param program SIPp's executable
 * @param services where requests go: the calls are dealt over these addresses by their numbers
 * @param local IPv4 address to send from
 * @param workload the calls; its {@code sipp} is not null
 * @param nodeHeader header that names the serving element, or empty
 * @param folder where each process gets a folder of its own
 */
public record SippSettings(
        String program,
        List<InetSocketAddress> services,
        InetAddress local,
        Workload workload,
        String nodeHeader,
        Path folder) {
    public SippSettings {
        services = List.copyOf(services);
    }

    long t1Millis() {
        return workload.t1().toMillis();
    }

    /** Milliseconds of a time that is given for T1 = 500 ms. */
    long scaledMillis(double secondsAtRfcT1) {
        return Math.round(secondsAtRfcT1 * 1e3 * workload.t1().toNanos() / 500e6);
    }
}
