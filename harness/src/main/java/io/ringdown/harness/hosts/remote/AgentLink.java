package io.ringdown.harness.hosts.remote;

import java.io.File;
import java.io.IOException;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SocketChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * A harness's way to an {@link Agent}: joins its own standard input and output to the agent's socket, and ends when either does. Starts the agent first
 * where that is wanted.
 */
final class AgentLink {
    /** System property: where the user's commands begin. */
    static final String START = "ringdown.start";

    private static final long STARTED_NANOS = TimeUnit.SECONDS.toNanos(20);

    private AgentLink() {}

    /** What to do about an agent. */
    enum Mode {
        /** Start a new one, in a folder that is not there yet. */
        BEGIN,
        /** Find the one that is there. */
        GO_ON,
        /** Find it, or start one that heals what it has left. */
        HEAL
    }

    /** @param arguments the folder; the lease in milliseconds; a {@link Mode} */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        try (SocketChannel agent = reached(folder, arguments[1], Mode.valueOf(arguments[2]))) {
            var back = new Thread(() -> join(agent, Channels.newChannel(System.out)), "answers");
            back.setDaemon(true);
            back.start();
            join(Channels.newChannel(System.in), agent);
        } catch (IOException e) {
            System.out.println(Letters.line(Hello.trouble(String.valueOf(e.getMessage()))));
            System.out.flush();
        }
        Runtime.getRuntime().halt(0);
    }

    private static SocketChannel reached(Path folder, String lease, Mode mode)
            throws IOException, InterruptedException {
        var address = UnixDomainSocketAddress.of(folder.resolve(Agent.SOCKET));
        if (mode != Mode.BEGIN) {
            try {
                return SocketChannel.open(address);
            } catch (IOException e) {
                if (mode == Mode.GO_ON) {
                    throw new IOException("its agent has ended");
                }
            }
        } else if (Files.exists(folder)) {
            throw new IOException(folder + " is there already");
        }
        Process agent = start(folder, lease);
        long giveUp = System.nanoTime() + STARTED_NANOS;
        while (true) {
            try {
                return SocketChannel.open(address);
            } catch (IOException e) {
                if (!agent.isAlive() || System.nanoTime() > giveUp) {
                    throw new IOException("its agent does not start; see " + folder.resolve(Site.LOG) + " there");
                }
                Thread.sleep(10);
            }
        }
    }

    /** In a session of its own: it must outlive this process, and the connection that has brought it here. */
    private static Process start(Path folder, String lease) throws IOException {
        Files.createDirectories(folder.getParent());
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        String start = Path.of("").toAbsolutePath().toString();
        List<String> command = List.of(
                "setsid",
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx64m",
                "-D" + START + "=" + start,
                "-cp",
                Path.of(System.getProperty("java.class.path")).toAbsolutePath().toString(),
                Agent.class.getName(),
                folder.toString(),
                lease);
        return new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(new File("/dev/null"))
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(
                        folder.resolve(Site.LOG).toFile()))
                .start();
    }

    /** Ends the process: half a link is none. Not by streams: those of a socket take turns in reading and writing. */
    private static void join(ReadableByteChannel from, WritableByteChannel to) {
        ByteBuffer bytes = ByteBuffer.allocate(64 << 10);
        try {
            while (from.read(bytes) >= 0) {
                bytes.flip();
                while (bytes.hasRemaining()) {
                    to.write(bytes);
                }
                bytes.clear();
                System.out.flush();
            }
        } catch (IOException e) {
            // as good as its end
        }
        Runtime.getRuntime().halt(0);
    }
}
