package io.ringdown.cluster;

import static org.awaitility.Awaitility.await;

import java.io.IOException;

/** Clusters of two processors and two copies in each arrangement, with a standby for the service address; of one element, single. */
abstract class SmallClusters extends RunningElements {
    /** Starts one in a block of loopback addresses of its own, and waits until it serves. */
    final void startWithStandby(String arrangement, int block, String service) throws IOException {
        String one = "127." + block + ".";
        String two = "127." + (block + 1) + ".";
        String holder = switch (arrangement) {
            case "occas" -> {
                element("r1", "replica", one + "2.1", "partition=0");
                element("r2", "replica", two + "2.1", "partition=0");
                element("e1", "engine", one + "1.1", "sip=" + one + "1.1:5061");
                element("e2", "engine", two + "1.1", "sip=" + two + "1.1:5061");
                yield "dispatcher";
            }
            case "was" -> {
                element("e1", "container", one + "1.1", "sip=" + one + "1.1:5061", "domain=0");
                element("e2", "container", two + "1.1", "sip=" + two + "1.1:5061", "domain=0");
                element("p1", "proxy", one + "2.1", "sip=" + one + "2.1:5061");
                element("p2", "proxy", two + "2.1", "sip=" + two + "2.1:5061");
                yield "sprayer";
            }
            case "mss" -> {
                element("e1", "server", one + "1.1", "sip=" + one + "1.1:5061");
                element("e2", "server", two + "1.1", "sip=" + two + "1.1:5061");
                yield "balancer";
            }
            default -> {
                element("e1", "engine", one + "1.1");
                yield "";
            }
        };
        if (holder.isEmpty()) {
            startAll(arrangement, service + ":5060");
            awaitPage("e1", "/health", "\"synced\"");
            return;
        }
        element("d1", holder, one + "3.1");
        element("d2", holder, two + "3.1");
        startAll(arrangement, service + ":5060");
        awaitAll();
        holder();
    }

    /** Who has the service address: both may have taken it before they knew each other. */
    final String holder() throws IOException {
        await().atMost(PATIENCE).until(() -> holds("d1") != holds("d2"));
        return holds("d1") ? "d1" : "d2";
    }

    /** The other one was killed. */
    final void awaitHolder(String name) {
        await().atMost(PATIENCE).until(() -> holds(name));
    }

    private boolean holds(String name) throws IOException {
        String events = page(name, "/events");
        return events.lastIndexOf("address-taken") > events.lastIndexOf("address-released");
    }

    /** A figure of an element, by its whole name. */
    final long figure(String element, String name) throws IOException {
        return page(element, "/metrics")
                .lines()
                .filter(line -> line.startsWith(name + " "))
                .mapToLong(line -> (long) Double.parseDouble(line.substring(name.length() + 1)))
                .sum();
    }
}
