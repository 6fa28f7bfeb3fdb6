package io.ringdown.harness.hosts;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Looks, before a cluster is started, whether its addresses are free. */
public final class AddressCheck {
    private static final String TCP_LISTENING = "0A";
    // Columns of /proc/net/{tcp,udp}.
    private static final int LOCAL_ADDRESS = 1;
    private static final int STATE = 3;
    private static final int INODE = 9;

    private AddressCheck() {}

    /** The transports that a socket is bound with. */
    public enum Transport {
        UDP,
        TCP
    }

    /**
     * An address that somebody wants.
     *
     * @param hostAndPort {@code host:port}
     */
    public record Wanted(Transport transport, String hostAndPort) {}

    /** A line for each address that cannot be had: who has it, if that can be told, or why. */
    public static List<String> problems(List<Wanted> wanted) {
        var problems = new ArrayList<String>();
        for (Wanted one : wanted) {
            problem(one).ifPresent(problems::add);
        }
        return problems;
    }

    private static Optional<String> problem(Wanted wanted) {
        String address = wanted.hostAndPort();
        int colon = address.lastIndexOf(':');
        InetSocketAddress socket =
                new InetSocketAddress(address.substring(0, colon), Integer.parseInt(address.substring(colon + 1)));
        try {
            bind(wanted.transport(), socket);
            return Optional.empty();
        } catch (IOException e) {
            String holder = holder(wanted.transport(), socket)
                    .map(process -> "is in use by " + process)
                    .orElse("cannot be had: " + e.getMessage());
            return Optional.of(address + " (" + wanted.transport() + ") " + holder);
        }
    }

    private static void bind(Transport transport, InetSocketAddress address) throws IOException {
        if (transport == Transport.UDP) {
            try (var socket = new DatagramSocket(null)) {
                // With it, Linux lets two sockets share an address, and nobody would be seen.
                socket.setReuseAddress(false);
                socket.bind(address);
            }
        } else {
            try (var socket = new ServerSocket()) {
                // Without it, connections that ended in the last minute would stand in the way.
                socket.setReuseAddress(true);
                socket.bind(address);
            }
        }
    }

    private static Optional<String> holder(Transport transport, InetSocketAddress address) {
        String table = transport.name().toLowerCase(Locale.ROOT);
        List<String> inodes = new ArrayList<>(inodes("/proc/net/" + table, transport, address));
        inodes.addAll(inodes("/proc/net/" + table + "6", transport, address));
        return inodes.stream()
                .map(AddressCheck::processWith)
                .flatMap(Optional::stream)
                .findFirst();
    }

    private static List<String> inodes(String table, Transport transport, InetSocketAddress address) {
        var inodes = new ArrayList<String>();
        try {
            for (String line : Files.readAllLines(Path.of(table))) {
                String[] columns = line.strip().split("\\s+");
                boolean bound = columns.length > INODE
                        && (transport == Transport.UDP || columns[STATE].equals(TCP_LISTENING))
                        && matches(columns[LOCAL_ADDRESS], address);
                if (bound) {
                    inodes.add(columns[INODE]);
                }
            }
        } catch (IOException e) {
            // not to be told on this host
        }
        return inodes;
    }

    /** Whether a table's hexadecimal address is the wanted one, by itself or mapped into IPv6, or every address. */
    private static boolean matches(String local, InetSocketAddress wanted) {
        int colon = local.indexOf(':');
        if (colon < 0 || !local.substring(colon + 1).equals(String.format("%04X", wanted.getPort()))) {
            return false;
        }
        String address = local.substring(0, colon);
        return address.chars().allMatch(digit -> digit == '0') || address.endsWith(hex(wanted.getAddress()));
    }

    /** As the kernel prints it: a number in the machine's own byte order. */
    private static String hex(InetAddress address) {
        int number = ByteBuffer.wrap(address.getAddress())
                .order(ByteOrder.nativeOrder())
                .getInt();
        return String.format("%08X", number);
    }

    private static Optional<String> processWith(String inode) {
        String socket = "socket:[" + inode + "]";
        try (DirectoryStream<Path> processes = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : processes) {
                if (holds(process, socket)) {
                    return Optional.of("pid " + process.getFileName() + " (" + command(process) + ")");
                }
            }
        } catch (IOException e) {
            // not to be told on this host
        }
        return Optional.empty();
    }

    private static boolean holds(Path process, String socket) {
        try (DirectoryStream<Path> files = Files.newDirectoryStream(process.resolve("fd"))) {
            for (Path file : files) {
                if (Files.readSymbolicLink(file).toString().equals(socket)) {
                    return true;
                }
            }
        } catch (IOException | java.nio.file.DirectoryIteratorException e) {
            // somebody else's, or gone
        }
        return false;
    }

    private static String command(Path process) {
        try {
            String line = Files.readString(process.resolve("cmdline"))
                    .replace('\0', ' ')
                    .strip();
            return line.length() <= 120 ? line : line.substring(0, 117) + "...";
        } catch (IOException e) {
            return "?";
        }
    }
}
