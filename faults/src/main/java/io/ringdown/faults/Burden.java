package io.ringdown.faults;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.URISyntaxException;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;

/**
 * A process of Ringdown's own that takes a machine's processors or memory when it is told to, no more of them than it is told, and ends with its
 * standard input. It is the first that the kernel ends where memory is short.
 */
public final class Burden implements AutoCloseable {
    private static final int CHUNK = 1 << 20;
    private static final int PAGE = 4096;

    private final Process process;
    private final ProcessIdentity identity;
    private final BufferedReader answers;

    private Burden(Process process) throws IOException {
        this.process = process;
        answers = process.inputReader();
        if (!"ready".equals(answers.readLine())) {
            process.destroyForcibly();
            throw new IOException("a process that was to take processors or memory does not start");
        }
        identity = LinuxProcesses.identify(process.pid())
                .orElseThrow(() -> new IOException("a process that was to take processors or memory died at once"));
    }

    /**
     * Starts one, which takes nothing yet.
     *
     * @param most bytes that it may take
     */
    static Burden start(long most) throws IOException {
        return new Burden(new ProcessBuilder(
                        "setsid",
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-Xshare:auto",
                        "-XX:TieredStopAtLevel=1",
                        "-XX:+UseSerialGC",
                        "-Xmx8m",
                        "-XX:MaxDirectMemorySize=" + (most + CHUNK),
                        "-cp",
                        place(),
                        Burden.class.getName())
                .redirectError(ProcessBuilder.Redirect.DISCARD)
                .start());
    }

    ProcessIdentity identity() {
        return identity;
    }

    /** Keeps so many processors busy from now on. */
    void takeProcessors(int threads) throws IOException {
        tell("processors " + threads);
    }

    /** Takes so much memory, and returns when it has it. */
    void takeMemory(long bytes) throws IOException {
        tell("memory " + bytes);
    }

    /** What it has of memory, in bytes; 0 if it is gone. */
    long resident() throws IOException {
        Path file = Path.of("/proc/" + identity.pid() + "/statm");
        return LinuxProcesses.observe("burden", identity).state() == Observation.State.GONE
                ? 0
                : Long.parseLong(Files.readString(file).split(" ")[1]) * PAGE;
    }

    private void tell(String what) throws IOException {
        process.getOutputStream().write((what + "\n").getBytes(StandardCharsets.US_ASCII));
        process.getOutputStream().flush();
        String answer = answers.readLine();
        if (!"taken".equals(answer)) {
            throw new IOException("a process that was to take " + what + " has ended");
        }
    }

    /** One that was never told anything has nothing to lose, and one that was is ended by its undo. */
    @Override
    public void close() {
        process.destroyForcibly();
        try {
            process.waitFor(1, TimeUnit.SECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static String place() throws IOException {
        try {
            return new File(Burden.class
                            .getProtectionDomain()
                            .getCodeSource()
                            .getLocation()
                            .toURI())
                    .toString();
        } catch (URISyntaxException e) {
            throw new IOException("cannot tell where Ringdown is installed", e);
        }
    }

    /** The process itself. */
    public static void main(String[] arguments) throws IOException {
        try {
            Files.writeString(Path.of("/proc/self/oom_score_adj"), "1000");
        } catch (IOException e) {
            // then it is ended by its size alone
        }
        var lines = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.US_ASCII));
        List<ByteBuffer> taken = new ArrayList<>();
        System.out.println("ready");
        for (String line; (line = lines.readLine()) != null; ) {
            String[] words = line.split(" ");
            long amount = Long.parseLong(words[1]);
            if (words[0].equals("processors")) {
                for (long thread = 0; thread < amount; thread++) {
                    busy();
                }
            } else {
                for (long left = amount; left > 0; left -= CHUNK) {
                    taken.add(touched((int) Math.min(CHUNK, left)));
                }
            }
            System.out.println("taken");
        }
        Runtime.getRuntime().halt(0);
    }

    private static void busy() {
        var counted = new AtomicLong();
        var thread = new Thread(() -> {
            while (true) {
                counted.lazySet(counted.getPlain() + 1);
            }
        });
        thread.setDaemon(true);
        thread.start();
    }

    private static ByteBuffer touched(int bytes) {
        ByteBuffer buffer = ByteBuffer.allocateDirect(bytes);
        for (int at = 0; at < bytes; at += PAGE) {
            buffer.put(at, (byte) 1);
        }
        return buffer;
    }
}
