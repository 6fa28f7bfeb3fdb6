package io.ringdown.workloads.sip;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;

/** Datagrams that the kernel has dropped on all of this host's UDP sockets for want of room, since it started, as Linux tells. */
public final class HostDrops {
    /** The kernel does not tell. */
    public static final long UNKNOWN = -1;

    private static final Path TABLE = Path.of("/proc/net/snmp");

    private HostDrops() {}

    /** Those until now. */
    public static long now() {
        return now("RcvbufErrors");
    }

    /** Datagrams that could not be delivered until now, whatever the reason: those, and damaged ones. */
    public static long errorsNow() {
        return now("InErrors");
    }

    private static long now(String counter) {
        try {
            return in(Files.readAllLines(TABLE), counter);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    /** Those between two readings. */
    public static long between(long before, long after) {
        return before == UNKNOWN || after == UNKNOWN ? UNKNOWN : after - before;
    }

    /** Of the two lines that begin with {@code Udp:} the first names the counters of the second. */
    static long in(List<String> table, String counter) {
        List<List<String>> udp = table.stream()
                .filter(line -> line.startsWith("Udp:"))
                .map(line -> Arrays.asList(line.trim().split("\\s+")))
                .toList();
        int column = udp.size() == 2 ? udp.get(0).indexOf(counter) : -1;
        try {
            return column < 0 ? UNKNOWN : Long.parseLong(udp.get(1).get(column));
        } catch (NumberFormatException | IndexOutOfBoundsException e) {
            return UNKNOWN;
        }
    }
}
