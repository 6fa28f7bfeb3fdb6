package io.ringdown.harness.hosts.ssh;

import com.jcraft.jsch.ChannelExec;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import io.ringdown.harness.hosts.Printed;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Talk;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.OutputStream;
import java.io.OutputStreamWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.locks.LockSupport;

/**
 * Runs commands on a host by SSH. Connects when first needed and again after the connection broke, each time through the host's jump, if it has one.
 * Every step has a deadline. Safe for several threads.
 */
public final class SshConnection implements Reach {
    /** OpenSSH takes 10 sessions a connection by default ({@code MaxSessions}); others less. */
    private static final int MOST_CHANNELS = 6;

    /** Arguments: a folder, a name in it, and one that nobody else uses. The script never changes; nothing is pasted into it. */
    private static final String STORE = "umask 077 && mkdir -p \"$0\" && cat >\"$0/$2\" && mv \"$0/$2\" \"$0/$1\"";

    private static final long LOOK_AGAIN_NANOS = 1_000_000;

    private final SshServer server;
    private final Duration patience;
    private final Semaphore channels = new Semaphore(MOST_CHANNELS, true);
    private Session session;

    /** @param patience how long a connection and a channel may take to open, and each answer on the way */
    public SshConnection(SshServer server, Duration patience) {
        this.server = server;
        this.patience = patience;
    }

    @Override
    public Outcome run(List<String> command, Duration deadline) throws IOException {
        return run(command, null, deadline);
    }

    @Override
    public void put(Path file, String folder, String name, Duration deadline) throws IOException {
        String unfinished = name + "." + UUID.randomUUID();
        Outcome outcome = run(List.of("sh", "-c", STORE, folder, name, unfinished), file, deadline);
        if (outcome.status() != 0) {
            throw trouble(
                    "cannot store " + folder + "/" + name + ": "
                            + outcome.trouble().lines().findFirst().orElse("status " + outcome.status()),
                    null);
        }
    }

    /** @param input the command's standard input; null: nothing */
    private Outcome run(List<String> command, Path input, Duration deadline) throws IOException {
        String line = ShellWords.line(command);
        long giveUp = System.nanoTime() + deadline.toNanos();
        if (!entered(deadline)) {
            throw trouble("no channel free within " + deadline.toMillis() + " ms", null);
        }
        try {
            return run(line, input, deadline, giveUp);
        } finally {
            channels.release();
        }
    }

    /** What is talked to keeps a channel for as long as it is. */
    @Override
    public Talk talk(List<String> command) throws IOException {
        String line = ShellWords.line(command);
        if (!entered(patience)) {
            throw trouble("no channel free within " + patience.toMillis() + " ms", null);
        }
        boolean talking = false;
        try {
            var channel = Channels.open(connected(), "exec", ChannelExec.class);
            channel.setCommand(line.getBytes(StandardCharsets.UTF_8));
            channel.setErrStream(OutputStream.nullOutputStream());
            var answers = new BufferedReader(new InputStreamReader(channel.getInputStream(), StandardCharsets.UTF_8));
            var orders = new OutputStreamWriter(channel.getOutputStream(), StandardCharsets.UTF_8);
            channel.connect(millis(patience));
            var open = new AtomicBoolean(true);
            var talk = new Talk(answers, orders, () -> {
                if (open.getAndSet(false)) {
                    channel.disconnect();
                    channels.release();
                }
            });
            talking = true;
            return talk;
        } catch (JSchException e) {
            throw trouble(words(e), e);
        } finally {
            if (!talking) {
                channels.release();
            }
        }
    }

    private boolean entered(Duration deadline) throws IOException {
        try {
            return channels.tryAcquire(deadline.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw trouble("interrupted", e);
        }
    }

    private Outcome run(String line, Path input, Duration deadline, long giveUp) throws IOException {
        var output = new Printed();
        var errors = new Printed();
        try (InputStream read = input == null ? InputStream.nullInputStream() : Files.newInputStream(input)) {
            Session used = connected();
            int status = end(used, line, read, output, errors, deadline, giveUp);
            if (status < 0 && !stillHolds(used)) {
                throw trouble("the connection broke during a command: " + line, null);
            }
            return new Outcome(status, output.text(), errors.text());
        } catch (JSchException e) {
            throw trouble(words(e), e);
        }
    }

    /** A command that a signal ended and one whose connection broke look alike: neither has a status. */
    private boolean stillHolds(Session used) throws IOException {
        try {
            long giveUp = System.nanoTime() + patience.toNanos();
            InputStream nothing = InputStream.nullInputStream();
            return end(used, "true", nothing, new Printed(), new Printed(), patience, giveUp) == 0;
        } catch (JSchException e) {
            return false;
        }
    }

    /** Awaits the end of a command; its exit status, or -1 if none was told. */
    private int end(
            Session used,
            String line,
            InputStream input,
            Printed output,
            Printed errors,
            Duration deadline,
            long giveUp)
            throws IOException, JSchException {
        var channel = Channels.open(used, "exec", ChannelExec.class);
        try {
            channel.setCommand(line.getBytes(StandardCharsets.UTF_8));
            channel.setInputStream(input);
            channel.setOutputStream(output);
            channel.setErrStream(errors);
            connect(channel);
            while (!channel.isClosed()) {
                if (System.nanoTime() > giveUp) {
                    throw trouble("no end of a command within " + deadline.toMillis() + " ms: " + line, null);
                }
                LockSupport.parkNanos(LOOK_AGAIN_NANOS);
            }
            return channel.getExitStatus();
        } finally {
            channel.disconnect();
        }
    }

    /**
     * Begins a command. Where that has ended before JSch is done with beginning it, JSch stumbles over a thread that is gone already; what the command wrote, and its
     * status, have come by then.
     */
    private void connect(ChannelExec channel) throws JSchException {
        try {
            channel.connect(millis(patience));
        } catch (JSchException e) {
            if (!(e.getCause() instanceof NullPointerException) || channel.getExitStatus() < 0) {
                throw e;
            }
        }
    }

    private synchronized Session connected() throws IOException {
        if (session == null || !session.isConnected()) {
            session = Login.to(server, patience);
        }
        return session;
    }

    private String words(JSchException e) {
        return Login.words(server, e, patience);
    }

    @Override
    public String toString() {
        return server.toString();
    }

    private IOException trouble(String what, Exception cause) {
        return Login.trouble(server, what, cause);
    }

    private static int millis(Duration duration) {
        return Math.toIntExact(duration.toMillis());
    }

    @Override
    public synchronized void close() {
        if (session != null) {
            session.disconnect();
        }
    }
}
