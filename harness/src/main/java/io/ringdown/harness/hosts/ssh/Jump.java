package io.ringdown.harness.hosts.ssh;

import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;

/**
 * A server on the way to others. All that are reached through it share one connection: of many that begin at one time, {@code sshd} refuses some
 * ({@code MaxStartups}). It is made when first needed, again after it broke, and ends with the last that is reached through it. Safe for several threads.
 */
public final class Jump {
    // RFC 4254 section 5.1.
    private static final int ADMINISTRATIVELY_PROHIBITED = 1;
    private static final int CONNECT_FAILED = 2;

    private final SshServer server;
    /** The connection, or the attempt to make it, whose outcome is that of all who wait for it; null: nobody has asked for one. */
    private CompletableFuture<Session> connection;

    private int users;

    public Jump(SshServer server) {
        this.server = server;
    }

    public SshServer server() {
        return server;
    }

    /**
     * Opens a way through it.
     *
     * @throws IOException one line that begins with the server at the way's end
     */
    Tunnel tunnel(SshServer to, Duration patience) throws IOException {
        try {
            return attempt(to, patience);
        } catch (Broken e) {
            // It broke unseen while nobody used it, or just now.
            return attempt(to, patience);
        }
    }

    private Tunnel attempt(SshServer to, Duration patience) throws IOException {
        Session session = session(to, patience);
        var tunnel = new Tunnel(this::leave);
        try {
            tunnel.open(session, to, patience);
            return tunnel;
        } catch (JSchException | RuntimeException e) {
            if (Channels.DOWN.equals(e.getMessage())) {
                // It may not know that yet: nobody shall take it for one that holds.
                session.disconnect();
            }
            // With the last way through it, it ends.
            boolean holds = session.isConnected();
            tunnel.close();
            String why = trouble(to, tunnel.refusal(), e, patience);
            throw holds ? Login.trouble(to, why, e) : new Broken(to + ": " + why, e);
        }
    }

    private String trouble(SshServer to, int refusal, Exception e, Duration patience) {
        String there = to.address() + ":" + to.port();
        return "its jump " + server
                + switch (refusal) {
                    case ADMINISTRATIVELY_PROHIBITED ->
                        " forbids the way to " + there
                                + ": there, set 'AllowTcpForwarding yes' in sshd_config, and let PermitOpen and"
                                + " authorized_keys allow it";
                    case CONNECT_FAILED -> " gets no connection to " + there + ": " + Login.keyScan(to);
                    default ->
                        ": no way to " + there + " within " + patience.toMillis() + " ms ("
                                + Login.words(server, e, patience) + ")";
                };
    }

    /** Whoever gets it {@linkplain #leave leaves} it once. */
    private Session session(SshServer to, Duration patience) throws IOException {
        CompletableFuture<Session> own = new CompletableFuture<>();
        CompletableFuture<Session> shared;
        synchronized (this) {
            if (connection == null || connection.isDone() && !holds(connection)) {
                connection = own;
            }
            shared = connection;
            users++;
        }
        try {
            if (shared == own) {
                connect(own, patience);
            }
            return shared.get();
        } catch (ExecutionException e) {
            leave();
            throw Login.trouble(to, "its jump " + e.getCause().getMessage(), e);
        } catch (InterruptedException e) {
            leave();
            Thread.currentThread().interrupt();
            throw Login.trouble(to, "interrupted", e);
        }
    }

    private void connect(CompletableFuture<Session> own, Duration patience) {
        try {
            own.complete(Login.to(server, patience));
        } catch (IOException | RuntimeException e) {
            own.completeExceptionally(e);
        }
    }

    private static boolean holds(CompletableFuture<Session> connection) {
        return !connection.isCompletedExceptionally() && connection.join().isConnected();
    }

    private void leave() {
        CompletableFuture<Session> unused;
        synchronized (this) {
            users--;
            if (users > 0) {
                return;
            }
            unused = connection;
            connection = null;
        }
        if (!unused.isCompletedExceptionally()) {
            unused.join().disconnect();
        }
    }

    /** Its connection does not hold any more. */
    private static final class Broken extends IOException {
        private static final long serialVersionUID = 1;

        Broken(String why, Exception cause) {
            super(why, cause);
        }
    }
}
