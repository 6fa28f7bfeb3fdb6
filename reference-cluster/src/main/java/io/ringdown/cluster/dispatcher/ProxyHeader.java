package io.ringdown.cluster.dispatcher;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The PROXY protocol's header, version 2, for IPv4 datagrams: who sent what is behind it, told by whoever passed it on. */
public final class ProxyHeader {
    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
    /** Version 2, command PROXY. */
    private static final byte COMMAND = 0x21;
    /** IPv4 over datagrams. */
    private static final byte FAMILY = 0x12;

    private static final int ADDRESSES = 12;
    private static final int LENGTH = SIGNATURE.length + 4 + ADDRESSES;

    /** What was behind a header, and who sent it. */
    public record Framed(byte[] datagram, InetSocketAddress source) {}

    private ProxyHeader() {}

    /** The datagram behind a header; without one if an address is none of IPv4. */
    public static byte[] framed(byte[] data, int length, InetSocketAddress from, InetSocketAddress to) {
        if (!(from.getAddress() instanceof Inet4Address) || !(to.getAddress() instanceof Inet4Address)) {
            return Arrays.copyOf(data, length);
        }
        return ByteBuffer.allocate(LENGTH + length)
                .put(SIGNATURE)
                .put(COMMAND)
                .put(FAMILY)
                .putShort((short) ADDRESSES)
                .put(from.getAddress().getAddress())
                .put(to.getAddress().getAddress())
                .putShort((short) from.getPort())
                .putShort((short) to.getPort())
                .put(data, 0, length)
                .array();
    }

    /** Takes the header off; empty if there is none. */
    public static Optional<Framed> read(byte[] data, int length) {
        boolean headed = length >= LENGTH
                && Arrays.equals(data, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
                && data[SIGNATURE.length] == COMMAND
                && data[SIGNATURE.length + 1] == FAMILY;
        if (!headed) {
            return Optional.empty();
        }
        ByteBuffer header = ByteBuffer.wrap(data, SIGNATURE.length + 2, LENGTH - SIGNATURE.length - 2);
        int more = Short.toUnsignedInt(header.getShort());
        int begin = SIGNATURE.length + 4 + more;
        if (more < ADDRESSES || begin > length) {
            return Optional.empty();
        }
        byte[] source = new byte[4];
        header.get(source);
        header.getInt();
        int port = Short.toUnsignedInt(header.getShort());
        try {
            return Optional.of(new Framed(
                    Arrays.copyOfRange(data, begin, length),
                    new InetSocketAddress(InetAddress.getByAddress(source), port)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
