package io.ringdown.cluster.sip;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.Optional;

/** The PROXY protocol's header, version 2, for IPv4: who sent what is behind it, told by whoever passed it on. */
public final class ProxyHeader {
    private static final byte[] SIGNATURE = {13, 10, 13, 10, 0, 13, 10, 'Q', 'U', 'I', 'T', 10};
    /** Version 2, command PROXY. */
    private static final byte COMMAND = 0x21;
    /** IPv4 over datagrams. */
    private static final byte DATAGRAMS = 0x12;
    /** IPv4 over a stream. */
    private static final byte STREAM = 0x11;

    private static final int ADDRESSES = 12;
    /** A TLV of a type for own use: how much follows the header, where a stream carries several of them. */
    private static final byte LENGTH_TYPE = (byte) 0xE0;

    private static final int LENGTH_TLV = 3 + Integer.BYTES;
    /** Its length as it is written here. */
    static final int LENGTH = SIGNATURE.length + 4 + ADDRESSES;

    private static final int LONGEST = 65_535;

    /** What was behind a header, who sent it, and whom to. */
    public record Framed(byte[] datagram, InetSocketAddress source, InetSocketAddress destination) {}

    private ProxyHeader() {}

    /** The datagram behind a header; without one if an address is none of IPv4. */
    public static byte[] framed(byte[] data, int length, InetSocketAddress from, InetSocketAddress to) {
        if (!(from.getAddress() instanceof Inet4Address) || !(to.getAddress() instanceof Inet4Address)) {
            return Arrays.copyOf(data, length);
        }
        return ByteBuffer.allocate(LENGTH + LENGTH_TLV + length)
                .put(header(DATAGRAMS, from, to, LENGTH_TLV))
                .put(LENGTH_TYPE)
                .putShort((short) Integer.BYTES)
                .putInt(length)
                .put(data, 0, length)
                .array();
    }

    /** Whether bytes begin as {@link #framed} ones do. */
    static boolean begins(byte[] data, int at, int end) {
        return end - at >= SIGNATURE.length
                && Arrays.equals(data, at, at + SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length);
    }

    /**
     * How long a {@link #framed} datagram in a stream is with its header; -1 as long as too little of it is there.
     *
     * @throws MalformedMessageException if it is none
     */
    static int lengthInStream(byte[] data, int at, int end) {
        int shown = Math.min(end - at, SIGNATURE.length);
        if (!Arrays.equals(data, at, at + shown, SIGNATURE, 0, shown)) {
            throw new MalformedMessageException("neither a message nor a header");
        }
        if (end - at < LENGTH + LENGTH_TLV) {
            return -1;
        }
        ByteBuffer header = ByteBuffer.wrap(data, at, LENGTH + LENGTH_TLV);
        boolean known = header.getShort(at + SIGNATURE.length + 2) == ADDRESSES + LENGTH_TLV
                && header.get(at + LENGTH) == LENGTH_TYPE;
        int length = header.getInt(at + LENGTH + 3);
        if (!known || length < 0 || length > LONGEST) {
            throw new MalformedMessageException("a header that does not tell a length");
        }
        return LENGTH + LENGTH_TLV + length;
    }

    /**
     * What a connection that is passed on begins with.
     *
     * @throws IllegalArgumentException if an address is none of IPv4
     */
    static byte[] ofConnection(InetSocketAddress from, InetSocketAddress to) {
        if (!(from.getAddress() instanceof Inet4Address) || !(to.getAddress() instanceof Inet4Address)) {
            throw new IllegalArgumentException("only connections of IPv4 are passed on");
        }
        return header(STREAM, from, to, 0);
    }

    private static byte[] header(byte family, InetSocketAddress from, InetSocketAddress to, int more) {
        return ByteBuffer.allocate(LENGTH)
                .put(SIGNATURE)
                .put(COMMAND)
                .put(family)
                .putShort((short) (ADDRESSES + more))
                .put(from.getAddress().getAddress())
                .put(to.getAddress().getAddress())
                .putShort((short) from.getPort())
                .putShort((short) to.getPort())
                .array();
    }

    /** Takes the header off; empty if there is none. */
    public static Optional<Framed> read(byte[] data, int length) {
        boolean headed = length >= LENGTH
                && Arrays.equals(data, 0, SIGNATURE.length, SIGNATURE, 0, SIGNATURE.length)
                && data[SIGNATURE.length] == COMMAND
                && (data[SIGNATURE.length + 1] == DATAGRAMS || data[SIGNATURE.length + 1] == STREAM);
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
        byte[] destination = new byte[4];
        header.get(source).get(destination);
        int port = Short.toUnsignedInt(header.getShort());
        int destinationPort = Short.toUnsignedInt(header.getShort());
        try {
            return Optional.of(new Framed(
                    Arrays.copyOfRange(data, begin, length),
                    new InetSocketAddress(InetAddress.getByAddress(source), port),
                    new InetSocketAddress(InetAddress.getByAddress(destination), destinationPort)));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("four bytes are an address", e);
        }
    }
}
