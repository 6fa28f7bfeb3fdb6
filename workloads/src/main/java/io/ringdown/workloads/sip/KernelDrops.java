package io.ringdown.workloads.sip;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** Datagrams that the kernel dropped on a UDP socket because nobody fetched them in time, as Linux tells. */
public final class KernelDrops {
    /** The kernel does not tell. */
    public static final long UNKNOWN = -1;

    private static final Path TABLE = Path.of("/proc/net/udp");
    private static final int INODE = 9;

    private KernelDrops() {}

    /** Those of a UDP socket by its local address; {@link #UNKNOWN} if there is none such. */
    public static long of(InetSocketAddress socket) {
        try {
            return in(Files.readAllLines(TABLE), socket);
        } catch (IOException e) {
            return UNKNOWN;
        }
    }

    static long in(List<String> table, InetSocketAddress socket) {
        String[] columns = line(table, socket);
        return columns == null ? UNKNOWN : number(columns[columns.length - 1]);
    }

    /** Inode of the UDP socket with a local address, or {@link #UNKNOWN}. */
    static long inode(InetSocketAddress socket) throws IOException {
        String[] columns = line(Files.readAllLines(TABLE), socket);
        return columns == null || columns.length <= INODE ? UNKNOWN : number(columns[INODE]);
    }

    /** The columns of the line whose local address it is, or null; the address stands in the byte order of the machine. */
    private static String[] line(List<String> table, InetSocketAddress socket) {
        if (!(socket.getAddress() instanceof Inet4Address)) {
            return null;
        }
        byte[] address = socket.getAddress().getAddress();
        String little = hex(address[3], address[2], address[1], address[0], socket.getPort());
        String big = hex(address[0], address[1], address[2], address[3], socket.getPort());
        for (String line : table) {
            String[] columns = line.trim().split("\\s+");
            if (columns.length > 2 && (columns[1].equals(little) || columns[1].equals(big))) {
                return columns;
            }
        }
        return null;
    }

    private static long number(String text) {
        try {
            return Long.parseLong(text);
        } catch (NumberFormatException e) {
            return UNKNOWN;
        }
    }

    private static String hex(byte a, byte b, byte c, byte d, int port) {
        return String.format("%02X%02X%02X%02X:%04X", a, b, c, d, port);
    }
}
