package io.ringdown.harness.hosts.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.exception.NotFoundException;
import com.github.dockerjava.core.DefaultDockerClientConfig;
import com.github.dockerjava.core.DockerClientConfig;
import com.github.dockerjava.core.DockerClientImpl;
import com.github.dockerjava.zerodep.ZerodepDockerHttpClient;
import java.io.IOException;
import java.net.ConnectException;
import java.net.SocketException;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import javax.net.ssl.SSLException;
import javax.net.ssl.SSLPeerUnverifiedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A Docker engine. Connects when it is first asked; its connections end with the process. Every question has a deadline. Safe for several threads. */
public final class DockerEngine {
    private static final Logger LOG = LoggerFactory.getLogger(DockerEngine.class);
    /** Longer than any deadline: over TCP nothing is read for as long as the engine is busy. */
    private static final Duration SILENT = Duration.ofMinutes(10);

    private static final Duration CONNECTED = Duration.ofSeconds(10);
    private static final Pattern MESSAGE = Pattern.compile("\"message\"\\s*:\\s*\"((?:[^\"\\\\]|\\\\.)*)\"");
    /** The client's own threads are of it, too: what they fail at, such as talking to one who is gone, is seen by the end of the answers. */
    private static final ThreadGroup GROUP = new ThreadGroup("docker") {
        @Override
        public void uncaughtException(Thread thread, Throwable trouble) {
            LOG.debug("{} ended", thread.getName(), trouble);
        }
    };

    private static final ExecutorService THREADS = Executors.newCachedThreadPool(task -> {
        var thread = new Thread(GROUP, task, "docker");
        thread.setDaemon(true);
        return thread;
    });

    private final String name;
    private final String address;
    /** Null: no TLS. */
    private final Certificates certificates;

    private final Object connecting = new Object();
    private DockerClient client;
    private volatile boolean hasAnswered;

    /**
     * An engine, not asked yet.
     *
     * @param name what it is called in its inventory; empty: it is the only one
     * @param address such as {@code unix:///run/docker.sock} or {@code tcp://192.0.2.1:2376}; empty: as {@code DOCKER_HOST}, the current context
     *     or Docker's default say
     * @param certificates folder of {@code ca.pem}, {@code cert.pem} and {@code key.pem} for TLS; null: no TLS
     */
    public DockerEngine(String name, String address, Path certificates) {
        this.name = name;
        this.address = address;
        this.certificates = certificates == null ? null : new Certificates(certificates);
    }

    /** What it is called; empty: it is the only one. */
    public String name() {
        return name;
    }

    /** Where it is now, whatever the environment of others says. */
    String address() {
        return configuration().getDockerHost().toString();
    }

    /** Folder of what TLS with it needs; null: no TLS. */
    Path certificates() {
        return certificates == null ? null : certificates.folder();
    }

    /** Something asked of an engine. */
    interface Question<T> {
        T of(DockerClient client) throws Exception;
    }

    /**
     * Asks and waits for the answer.
     *
     * @param what is to be done, and with what
     * @throws IOException if it was not done, or nobody knows; one line that begins with {@code what}
     */
    <T> T ask(String what, Duration deadline, Question<T> question) throws IOException {
        // A client waits for an answer for ever; interrupted, it closes its connection.
        Future<T> answer = THREADS.submit(() -> question.of(client()));
        try {
            T given = answer.get(deadline.toNanos(), TimeUnit.NANOSECONDS);
            hasAnswered = true;
            return given;
        } catch (ExecutionException e) {
            throw new IOException(what + ": " + words(e.getCause()), e.getCause());
        } catch (TimeoutException e) {
            throw new IOException(what + ": no answer of " + this + " within " + deadline.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(what + ": interrupted", e);
        } finally {
            answer.cancel(true);
        }
    }

    /** Asks for something that may be missing. */
    <T> Optional<T> find(String what, Duration deadline, Question<T> question) throws IOException {
        try {
            return Optional.ofNullable(ask(what, deadline, question));
        } catch (IOException e) {
            if (e.getCause() instanceof NotFoundException) {
                return Optional.empty();
            }
            throw e;
        }
    }

    private DockerClient client() {
        synchronized (connecting) {
            if (client == null) {
                client = connected();
            }
            return client;
        }
    }

    private DockerClientConfig configuration() {
        var builder = DefaultDockerClientConfig.createDefaultConfigBuilder();
        if (!address.isEmpty()) {
            builder.withDockerHost(address);
        }
        // What it reads certificates with is not on the class path: they are read here.
        return builder.withDockerTlsVerify(false).build();
    }

    private DockerClient connected() {
        DockerClientConfig config = configuration();
        var transport = new ZerodepDockerHttpClient.Builder()
                .dockerHost(config.getDockerHost())
                .connectionTimeout(CONNECTED)
                .responseTimeout(SILENT);
        if (certificates != null) {
            transport.sslConfig(certificates);
        }
        return DockerClientImpl.getInstance(config, transport.build());
    }

    /** What an engine or the way to it says, in one line. */
    private String words(Throwable trouble) {
        List<Throwable> all =
                Stream.iterate(trouble, Objects::nonNull, Throwable::getCause).toList();
        Throwable root = all.get(all.size() - 1);
        String said = String.valueOf(root.getMessage() == null ? root : root.getMessage());
        Matcher message = MESSAGE.matcher(said);
        String words = (message.find() ? message.group(1).replace("\\\"", "\"") : said)
                .lines()
                .findFirst()
                .orElse(root.toString());
        if (all.stream().anyMatch(IOException.class::isInstance)) {
            return this + " cannot be reached: " + words + distrust(all, root);
        }
        return this + (all.stream().anyMatch(DockerException.class::isInstance) ? " says: " : ": ") + words;
    }

    /** Who is not trusted sees the connection break, with a reason or without, and perhaps only when it has been made. */
    private String distrust(List<Throwable> all, Throwable root) {
        if (certificates == null || hasAnswered) {
            return "";
        }
        if (root instanceof GeneralSecurityException || root instanceof SSLPeerUnverifiedException) {
            return "; is its certificate for this address, and signed by " + certificates.authority() + "?";
        }
        boolean broke = root instanceof SocketException && !(root instanceof ConnectException);
        return broke || all.stream().anyMatch(SSLException.class::isInstance)
                ? "; does it accept " + certificates.own() + "?"
                : "";
    }

    @Override
    public String toString() {
        if (!name.isEmpty()) {
            return "Docker engine " + name;
        }
        return address.isEmpty() ? "Docker's engine" : "Docker's engine " + address;
    }
}
