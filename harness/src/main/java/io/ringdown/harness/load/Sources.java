package io.ringdown.harness.load;

import io.ringdown.record.Caller;
import io.ringdown.workloads.calls.Share;
import java.io.UncheckedIOException;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.List;
import java.util.stream.IntStream;

/** Which addresses calls are made from, as the machine that makes them tells. */
public final class Sources {
    private Sources() {}

    /**
     * Named ones are dealt over the load hosts; of others each has as many as the plan says.
     *
     * @param services where requests go
     */
    public static List<InetSocketAddress> of(Caller caller, List<InetSocketAddress> services, Share share) {
        List<String> named = caller.sourceAddresses();
        return named.isEmpty()
                ? IntStream.range(0, caller.sources())
                        .mapToObj(i -> address(beside(services.get(0), share.index() * caller.sources() + i + 2)))
                        .toList()
                : IntStream.range(0, named.size())
                        .filter(share::has)
                        .mapToObj(i -> address(named.get(i)))
                        .toList();
    }

    /** An address of the network of a service address; elsewhere than on loopback the one of this machine that leads there. */
    public static String beside(InetSocketAddress service, int last) {
        if (service.getAddress().isLoopbackAddress()) {
            return service.getAddress().getHostAddress().replaceFirst("\\.\\d+$", "." + last);
        }
        try (var socket = new DatagramSocket()) {
            // Sends nothing.
            socket.connect(service);
            return socket.getLocalAddress().getHostAddress();
        } catch (SocketException | UncheckedIOException e) {
            throw new IllegalStateException("no way to " + service + ": " + e.getMessage(), e);
        }
    }

    /** {@code address:port}, or an address alone, of which any port will do. */
    public static InetSocketAddress address(String text) {
        String[] parts = text.split(":");
        return new InetSocketAddress(parts[0], parts.length == 1 ? 0 : Integer.parseInt(parts[1]));
    }

    /** As {@link #address} reads it. */
    public static String text(InetSocketAddress address) {
        return address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
