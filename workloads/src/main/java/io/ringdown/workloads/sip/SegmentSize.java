package io.ringdown.workloads.sip;

import com.sun.jna.LastErrorException;
import com.sun.jna.Native;
import com.sun.jna.ptr.IntByReference;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * A UDP socket's option UDP_SEGMENT (Linux 4.18, udp(7)): what is sent in one go is parted by the kernel into datagrams of this size, the last of
 * which may be shorter. Java has no name for it, so that the socket is set by its descriptor.
 */
final class SegmentSize {
    /** Linux's own bound; later versions allow more. */
    static final int MOST_SEGMENTS = 64;

    private static final int IPPROTO_UDP = 17;
    private static final int UDP_SEGMENT = 103;
    private static final Path DESCRIPTORS = Path.of("/proc/self/fd");

    private final int descriptor;
    private int size;

    private SegmentSize(int descriptor) {
        this.descriptor = descriptor;
    }

    /** The C library's. */
    private static final class Library {
        static {
            Native.register("c");
        }

        private Library() {}

        static native int setsockopt(int descriptor, int level, int option, IntByReference value, int length)
                throws LastErrorException;
    }

    /** Of the socket that is bound to an address, or null where there is no such option. */
    static SegmentSize of(InetSocketAddress socket) {
        try {
            long inode = KernelDrops.inode(socket);
            int descriptor = inode < 0 ? -1 : descriptor("socket:[" + inode + "]");
            if (descriptor < 0) {
                return null;
            }
            var found = new SegmentSize(descriptor);
            Library.setsockopt(descriptor, IPPROTO_UDP, UDP_SEGMENT, new IntByReference(0), Integer.BYTES);
            return found;
        } catch (IOException | LastErrorException | LinkageError e) {
            // Another system, or an older kernel.
            return null;
        }
    }

    private static int descriptor(String target) throws IOException {
        try (DirectoryStream<Path> all = Files.newDirectoryStream(DESCRIPTORS)) {
            for (Path each : all) {
                if (target.equals(target(each))) {
                    return Integer.parseInt(each.getFileName().toString());
                }
            }
        }
        return -1;
    }

    private static String target(Path descriptor) {
        try {
            return Files.readSymbolicLink(descriptor).toString();
        } catch (IOException e) {
            // Closed meanwhile.
            return "";
        }
    }

    /**
     * Has what is sent from now on parted.
     *
     * @param size in bytes; 0: not at all
     * @throws IOException if the kernel does not take it
     */
    void set(int size) throws IOException {
        if (size == this.size) {
            return;
        }
        try {
            Library.setsockopt(descriptor, IPPROTO_UDP, UDP_SEGMENT, new IntByReference(size), Integer.BYTES);
            this.size = size;
        } catch (LastErrorException e) {
            throw new IOException("UDP_SEGMENT cannot be set: " + e.getMessage(), e);
        }
    }
}
