package io.ringdown.harness.hosts.remote;

import static java.nio.charset.StandardCharsets.UTF_8;

import io.ringdown.faults.FaultRefusedException;
import io.ringdown.faults.HealResult;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.harness.hosts.remote.Letters.Answer;
import io.ringdown.harness.hosts.remote.Letters.Question;
import io.ringdown.record.Complaint;
import java.io.BufferedReader;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * The process on a host that is another machine: does there what a harness asks for by a socket in its folder, whichever connection the questions
 * come on. It lives on a lease: when it has been asked nothing for so long, it heals and ends.
 */
final class Agent {
    static final String SOCKET = "agent.sock";
    /** Longer than stopping elements takes. */
    private static final Duration HEALING = Duration.ofSeconds(30);

    private final Site site;
    private final Duration lease;
    private final String incarnation = UUID.randomUUID().toString();
    private final Map<String, CompletableFuture<String>> answers = new ConcurrentHashMap<>();
    private final ExecutorService threads = Executors.newCachedThreadPool();
    private volatile long heard = System.nanoTime();

    private Agent(Site site, Duration lease) {
        this.site = site;
        this.lease = lease;
    }

    /** @param arguments the folder, which is made; the lease in milliseconds */
    public static void main(String[] arguments) throws IOException, InterruptedException {
        Path folder = Path.of(arguments[0]).toAbsolutePath();
        Files.createDirectories(folder.getParent());
        if (!Files.isDirectory(folder)) {
            Files.createDirectory(
                    folder, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
        }
        // Of an agent that was killed.
        Files.deleteIfExists(folder.resolve(SOCKET));
        var agent = new Agent(new Site(folder), Duration.ofMillis(Long.parseLong(arguments[1])));
        try (var socket = ServerSocketChannel.open(StandardProtocolFamily.UNIX)) {
            socket.bind(UnixDomainSocketAddress.of(folder.resolve(SOCKET)));
            var accepting = new Thread(() -> agent.accept(socket), "accept");
            accepting.setDaemon(true);
            accepting.start();
            agent.awaitEnd();
        } finally {
            Files.deleteIfExists(folder.resolve(SOCKET));
        }
        Runtime.getRuntime().halt(0);
    }

    private void awaitEnd() throws InterruptedException {
        while (!site.isLeft() && System.nanoTime() - heard < lease.toNanos()) {
            Thread.sleep(50);
        }
        if (site.isLeft()) {
            // For the last answer to be taken.
            Thread.sleep(200);
            return;
        }
        System.out.println("nothing heard for " + lease.toMillis() + " ms: healing");
        long giveUp = System.nanoTime() + HEALING.toNanos();
        HealResult healed = site.heal();
        while (!healed.complete() && System.nanoTime() < giveUp) {
            Thread.sleep(500);
            healed = site.heal();
        }
        healed.done().forEach(line -> System.out.println("undone: " + line));
        healed.failed().forEach(line -> System.out.println("NOT undone: " + line));
    }

    private void accept(ServerSocketChannel socket) {
        while (true) {
            try {
                SocketChannel connection = socket.accept();
                threads.execute(() -> serve(connection));
            } catch (IOException e) {
                return;
            }
        }
    }

    private void serve(SocketChannel connection) {
        try (connection;
                var questions = new BufferedReader(Channels.newReader(connection, UTF_8))) {
            long pid = ProcessHandle.current().pid();
            send(
                    connection,
                    Letters.line(new Hello(
                            Hello.VERSION,
                            incarnation,
                            LinuxProcesses.identify(pid).orElseThrow(),
                            "")));
            for (String line; (line = questions.readLine()) != null; ) {
                Question question = Letters.read(line, Question.class);
                heard = System.nanoTime();
                answer(question, connection);
            }
        } catch (IOException e) {
            // another connection will follow, or the lease will end
        }
    }

    /** What was asked before is not done again: whoever asks anew has not got the answer. */
    private void answer(Question question, SocketChannel connection) {
        if (question.ask() instanceof Ask.Pulse pulse) {
            send(connection, done(question));
            forget(question.session(), pulse.settled());
            return;
        }
        answers.computeIfAbsent(
                        question.session() + " " + question.number(),
                        any -> CompletableFuture.supplyAsync(() -> done(question), threads))
                .thenAccept(line -> send(connection, line));
    }

    private void forget(String session, long settled) {
        answers.entrySet().removeIf(entry -> {
            int space = entry.getKey().indexOf(' ');
            return entry.getValue().isDone()
                    && (!entry.getKey().startsWith(session + " ")
                            || Long.parseLong(entry.getKey().substring(space + 1)) < settled);
        });
    }

    private String done(Question question) {
        try {
            Object result = question.ask().on(site);
            return answer(question, result, "", false);
        } catch (FaultRefusedException e) {
            return answer(question, null, String.valueOf(e.getMessage()), true);
        } catch (IOException | InterruptedException | RuntimeException | Error e) {
            String said = e instanceof IOException failure ? Complaint.of(failure) : e.toString();
            return answer(question, null, String.valueOf(said), false);
        }
    }

    private static String answer(Question question, Object result, String trouble, boolean refused) {
        return Letters.line(new Answer(question.session(), question.number(), Letters.tree(result), trouble, refused));
    }

    private static void send(SocketChannel connection, String line) {
        ByteBuffer bytes = ByteBuffer.wrap((line + "\n").getBytes(UTF_8));
        synchronized (connection) {
            try {
                while (bytes.hasRemaining()) {
                    connection.write(bytes);
                }
            } catch (IOException e) {
                // it will be asked for again
            }
        }
    }
}
