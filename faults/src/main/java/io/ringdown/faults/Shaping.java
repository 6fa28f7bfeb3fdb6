package io.ringdown.faults;

import io.ringdown.record.FaultOrder.Direction;
import java.io.IOException;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A queueing discipline through which the packets of some addresses pass on a device, and no others: netem where packets are to be delayed,
 * doubled or overtaken, tbf where they are to be held to a rate.
 */
final class Shaping {
    /** All machines of this host are there. */
    static final String DEVICE = "lo";

    /** Packets of the loopback device are as long as 64 KiB, and what is longer than a bucket is dropped. */
    private static final long LEAST_BUCKET = 70_000;

    private static final double BUCKET_SECONDS = 0.01;
    private static final Pattern HANDLE = Pattern.compile("7[0-9a-f]{3}:");
    private static final Pattern SENT =
            Pattern.compile("Sent \\d+ bytes (\\d+) pkt \\(dropped (\\d+), overlimits (\\d+)");

    private Shaping() {}

    /** A handle of Ringdown's. */
    static String handle(String tag) {
        return "7" + tag.substring(0, 3) + ":";
    }

    /** Why the device cannot be shaped now; empty: it can. */
    static Optional<String> occupied() throws IOException {
        String root = Tool.run("tc", "qdisc", "show", "dev", DEVICE, "root").strip();
        return root.isEmpty() || root.startsWith("qdisc noqueue 0:")
                ? Optional.empty()
                : Optional.of(DEVICE + " has a queueing discipline already, which is left alone: "
                        + root.lines().findFirst().orElse(""));
    }

    /** What {@code tc -batch} is told. */
    static String script(String handle, Disturbance what) {
        String leaf = child(handle);
        var text = new StringBuilder();
        text.append("qdisc add dev " + DEVICE + " root handle " + handle + " htb\n");
        text.append("class add dev " + DEVICE + " parent " + handle + " classid " + handle
                + "4 htb rate 100gbit quantum 65536\n");
        text.append(
                "qdisc add dev " + DEVICE + " parent " + handle + "4 handle " + leaf + " " + discipline(what) + "\n");
        what.inside()
                .forEach(one ->
                        what.inside().forEach(other -> filter(text, handle, 1, source(one) + target(other), "0")));
        for (String open : what.open()) {
            String[] parts = open.split(":");
            filter(text, handle, 1, target(parts[0]) + " match ip dport " + parts[1] + " 0xffff", "0");
            filter(text, handle, 1, source(parts[0]) + " match ip sport " + parts[1] + " 0xffff", "0");
        }
        for (String inside : what.inside()) {
            if (what.direction() != Direction.IN) {
                struck(text, handle, source(inside), what, false);
            }
            if (what.direction() != Direction.OUT) {
                struck(text, handle, target(inside), what, true);
            }
        }
        return text.toString();
    }

    private static void struck(StringBuilder text, String handle, String here, Disturbance what, boolean in) {
        if (what.outside().isEmpty()) {
            filter(text, handle, 2, here, "4");
        }
        what.outside().forEach(other -> filter(text, handle, 2, here + (in ? source(other) : target(other)), "4"));
    }

    private static void filter(StringBuilder text, String handle, int priority, String match, String to) {
        text.append("filter add dev " + DEVICE + " parent " + handle + " protocol ip prio " + priority + " u32" + match
                + " flowid " + handle + to + "\n");
    }

    private static String source(String address) {
        return " match ip src " + address + "/32";
    }

    private static String target(String address) {
        return " match ip dst " + address + "/32";
    }

    private static String discipline(Disturbance what) {
        double amount = what.amount();
        return switch (what.kind()) {
            case DELAY -> String.format(Locale.ROOT, "netem limit 100000 delay %.3fms", amount * 1000);
            case DUPLICATE -> String.format(Locale.ROOT, "netem limit 100000 duplicate %.4f%%", amount * 100);
            case REORDER -> String.format(Locale.ROOT, "netem limit 100000 delay 10ms reorder %.4f%%", amount * 100);
            default ->
                String.format(
                        Locale.ROOT,
                        "tbf rate %dbit burst %d latency 500ms",
                        Math.round(amount),
                        Math.max(LEAST_BUCKET, Math.round(amount / 8 * BUCKET_SECONDS)));
        };
    }

    /** What the discipline has seen; empty if it is not there. */
    static Optional<Passed> passed(String handle) throws IOException {
        boolean mine = false;
        for (String line : Tool.run("tc", "-s", "qdisc", "show", "dev", DEVICE).split("\n")) {
            if (line.startsWith("qdisc ")) {
                mine = line.contains(" " + child(handle) + " ");
            }
            Matcher sent = SENT.matcher(line);
            if (mine && sent.find()) {
                return Optional.of(new Passed(
                        Long.parseLong(sent.group(1)), Long.parseLong(sent.group(2)), Long.parseLong(sent.group(3))));
            }
        }
        return Optional.empty();
    }

    /** What stands at the device, without what it has seen: a discipline keeps its figures when no filter leads to it any more. */
    static String standing() throws IOException {
        // Some of its figures it tells unasked.
        return Tool.run("tc", "qdisc", "show", "dev", DEVICE).replaceAll(" direct_packets_stat \\d+", "")
                + Tool.run("tc", "class", "show", "dev", DEVICE)
                + Tool.run("tc", "filter", "show", "dev", DEVICE);
    }

    /**
     * Packets that a discipline has seen.
     *
     * @param overlimits how often one had to wait for the rate's sake
     */
    record Passed(long packets, long dropped, long overlimits) {}

    private static String child(String handle) {
        return "8" + handle.substring(1);
    }

    /**
     * Takes the discipline away; one that is not there is as good.
     *
     * @return what was found, one line
     */
    static String remove(Undo.RemoveShaping undo) throws IOException {
        if (!HANDLE.matcher(undo.handle()).matches()) {
            throw new IOException(undo.handle() + ": not a queueing discipline of Ringdown's");
        }
        Tool.end(undo.handle());
        if (!has(undo)) {
            return undo.element() + ": no queueing discipline " + undo.handle() + " at " + undo.device();
        }
        Tool.run("tc", "qdisc", "del", "dev", undo.device(), "root");
        if (has(undo)) {
            throw new IOException("queueing discipline " + undo.handle() + " is still at " + undo.device());
        }
        return undo.element() + ": queueing discipline " + undo.handle() + " removed from " + undo.device();
    }

    private static boolean has(Undo.RemoveShaping undo) throws IOException {
        return Tool.run("tc", "qdisc", "show", "dev", undo.device(), "root").contains(" " + undo.handle() + " ");
    }
}
