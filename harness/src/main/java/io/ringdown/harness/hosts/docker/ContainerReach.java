package io.ringdown.harness.hosts.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.StreamType;
import io.ringdown.harness.hosts.Printed;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Talk;
import java.io.BufferedReader;
import java.io.Closeable;
import java.io.FilterWriter;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.channels.Channels;
import java.nio.channels.Pipe;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.UUID;

/**
 * Runs commands in a container. Every one has a connection of its own to the engine.
 *
 * @param container its name or id
 * @param who whom complaints are about
 */
record ContainerReach(DockerEngine engine, String container, String who, Duration patience) implements Reach {
    private static final long LOOK_AGAIN_MILLIS = 2;
    /** Arguments: a folder and one in it that nobody else uses. */
    private static final String BEGIN = "umask 077 && mkdir -p \"$0/$1\"";
    /** Arguments: a folder, one in it, the file there, and its name in the first. */
    private static final String END = "mv \"$0/$1/$2\" \"$0/$3\" && rmdir \"$0/$1\"";

    @Override
    public Outcome run(List<String> command, Duration deadline) throws IOException {
        return engine.ask(this + ": " + String.join(" ", command), deadline, client -> {
            String exec = prepared(client, command, false);
            var output = new Printed();
            var trouble = new Printed();
            try (var heard = new Output(output, trouble)) {
                client.execStartCmd(exec).exec(heard).awaitCompletion();
            }
            return new Outcome(status(client, exec), output.text(), trouble.text());
        });
    }

    private String prepared(DockerClient client, List<String> command, boolean talks) {
        return client.execCreateCmd(container)
                .withCmd(command.toArray(String[]::new))
                .withAttachStdin(talks)
                .withAttachStdout(true)
                .withAttachStderr(true)
                .exec()
                .getId();
    }

    /** Its output may end a moment before it does. */
    private static int status(DockerClient client, String exec) throws InterruptedException {
        InspectExecResponse seen = client.inspectExecCmd(exec).exec();
        while (seen.isRunning() || seen.getExitCodeLong() == null) {
            Thread.sleep(LOOK_AGAIN_MILLIS);
            seen = client.inspectExecCmd(exec).exec();
        }
        return seen.getExitCodeLong().intValue();
    }

    /** By an archive: an engine does not tell a command the end of its input. */
    @Override
    public void put(Path file, String folder, String name, Duration deadline) throws IOException {
        String unfinished = UUID.randomUUID().toString();
        store(List.of("sh", "-c", BEGIN, folder, unfinished), deadline);
        engine.ask(
                this + ": storing " + folder + "/" + name,
                deadline,
                client -> client.copyArchiveToContainerCmd(container)
                        .withHostResource(file.toString())
                        .withRemotePath(folder + "/" + unfinished)
                        .exec());
        store(List.of("sh", "-c", END, folder, unfinished, file.getFileName().toString(), name), deadline);
    }

    private void store(List<String> command, Duration deadline) throws IOException {
        Outcome outcome = run(command, deadline);
        if (outcome.status() != 0) {
            throw new IOException(this + ": cannot store in " + command.get(3) + ": "
                    + outcome.trouble().lines().findFirst().orElse("status " + outcome.status()));
        }
    }

    @Override
    public Talk talk(List<String> command) throws IOException {
        Pipe orders = Pipe.open();
        Pipe answers = Pipe.open();
        var output = new Output(Channels.newOutputStream(answers.sink()), OutputStream.nullOutputStream());
        Runnable abandon = () -> {
            quietly(output);
            quietly(orders.sink());
            quietly(orders.source());
            quietly(answers.sink());
            quietly(answers.source());
        };
        try {
            engine.ask(
                    this + ": " + command.get(0),
                    patience,
                    client -> client.execStartCmd(prepared(client, command, true))
                            .withStdIn(Channels.newInputStream(orders.source()))
                            .exec(output)
                            .awaitStarted());
        } catch (IOException e) {
            abandon.run();
            throw e;
        }
        return new Talk(
                new BufferedReader(Channels.newReader(answers.source(), UTF_8)),
                new FilterWriter(Channels.newWriter(orders.sink(), UTF_8)) {
                    @Override
                    public void close() {
                        // An engine does not tell a command the end of its input, but that of the connection.
                        abandon.run();
                    }
                },
                abandon);
    }

    private static void quietly(Closeable what) {
        try {
            what.close();
        } catch (IOException e) {
            // it is of no more use
        }
    }

    @Override
    public void close() {
        // every command is a connection of its own
    }

    @Override
    public String toString() {
        return who;
    }

    /** Passes on what a command prints, and its end. */
    private static final class Output extends ResultCallback.Adapter<Frame> {
        private final OutputStream output;
        private final OutputStream trouble;

        Output(OutputStream output, OutputStream trouble) {
            this.output = output;
            this.trouble = trouble;
        }

        @Override
        public void onNext(Frame frame) {
            try {
                (frame.getStreamType() == StreamType.STDERR ? trouble : output).write(frame.getPayload());
            } catch (IOException e) {
                // nobody listens any more
            }
        }

        @Override
        public void onComplete() {
            quietly(output);
            super.onComplete();
        }

        /** A connection that breaks ends what is heard, too. */
        @Override
        public void onError(Throwable trouble) {
            quietly(output);
            super.onError(trouble);
        }
    }
}
