package io.ringdown.record;

import io.ringdown.record.ResolvedPlan.Workload;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;

/**
 * What a load host has to know to make its share of a run's calls.
 *
 * @param workload all of the calls
 * @param services where requests go, each {@code address:port}
 * @param elements where else a redirection may lead, likewise
 * @param nodeHeader header that names the serving element, or empty
 * @param index from 0; it makes the calls whose number leaves it when divided by {@code of}
 * @param of how many load hosts there are
 */
public record WorkOrder(
        Workload workload, List<String> services, List<String> elements, String nodeHeader, int index, int of) {
    public WorkOrder {
        services = List.copyOf(services);
        elements = List.copyOf(elements);
    }

    /** Reads it from where {@link #write} has put it. */
    public static WorkOrder read(Path path) throws IOException {
        return Json.MAPPER.readValue(path.toFile(), WorkOrder.class);
    }

    /** Writes it for the load host to read. */
    public void write(Path path) throws IOException {
        Json.write(path, this);
    }

    /** A load host's self-checks as a line, which {@link #checks(String)} reads. */
    public static String line(SelfChecks checks) throws IOException {
        return Json.MAPPER.writeValueAsString(checks);
    }

    /** Reads what {@link #line} wrote. */
    public static SelfChecks checks(String line) throws IOException {
        return Json.MAPPER.readValue(line, SelfChecks.class);
    }
}
