package io.ringdown.harness.hosts.ssh;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;
import java.io.IOException;
import java.nio.file.Files;
import java.time.Duration;
import java.util.ArrayDeque;

/** Logs in to servers, and says in words with a remedy why it cannot. */
final class Login {
    private static final int KEEP_ALIVE_MILLIS = 2_000;

    private Login() {}

    /**
     * Logs in, by the server's jump if it has one. The server's key must stand in its {@code known_hosts}, under its own address.
     *
     * @param patience how long a connection may take to open, on each part of the way, and each answer
     * @throws IOException one line that begins with the server
     */
    static Session to(SshServer server, Duration patience) throws IOException {
        if (!Files.isReadable(server.knownHosts())) {
            throw trouble(server, server.knownHosts() + " cannot be read", null);
        }
        var jsch = new JSch();
        Keys keys = Keys.of(server, jsch, patience);
        Tunnel tunnel = server.jump() == null ? null : server.jump().tunnel(server, patience);
        boolean in = false;
        try {
            jsch.setKnownHosts(server.knownHosts().toString());
            Session session = jsch.getSession(server.user(), server.address(), server.port());
            session.setConfig("StrictHostKeyChecking", "yes");
            session.setConfig("PreferredAuthentications", "publickey");
            session.setServerAliveInterval(KEEP_ALIVE_MILLIS * parts(server));
            session.setDaemonThread(true);
            if (tunnel != null) {
                session.setProxy(tunnel);
            }
            session.connect(Math.toIntExact(patience.toMillis()));
            in = true;
            return session;
        } catch (JSchException e) {
            throw trouble(server, isRefusal(e) ? keys.refused() : words(server, e, patience), e);
        } finally {
            if (!in && tunnel != null) {
                tunnel.close();
            }
        }
    }

    /** Of the way, all that are before the server. One is found silent before whatever goes through it, so that nobody asks it for a new way. */
    private static int parts(SshServer server) {
        return server.jump() == null ? 1 : 1 + parts(server.jump().server());
    }

    private static boolean isRefusal(Exception e) {
        String said = String.valueOf(e.getMessage());
        return said.startsWith("Auth fail")
                || said.contains("Auth cancel")
                || said.contains("Too many authentication failures");
    }

    /** JSch's words for what has a remedy are not meant for those who have to find it. */
    static String words(SshServer server, Exception e, Duration patience) {
        String said = String.valueOf(e.getMessage()).lines().findFirst().orElse("");
        if (said.contains("HostKey has been changed")) {
            return "the host's key is not the one in " + server.knownHosts()
                    + ": somebody else answers, or the host was installed again; compare the keys before you replace"
                    + " it";
        }
        if (said.contains("UnknownHostKey") || said.contains("reject HostKey")) {
            return "the host's key does not stand in " + server.knownHosts() + ": " + keyScan(server)
                    + ", compare, and add it";
        }
        if (said.contains("timeout") || said.contains("timed out")) {
            return "no answer within " + patience.toMillis() + " ms";
        }
        return said.replaceFirst("^(Session.connect: )?(java[\\w.]*: )", "");
    }

    /** The command that asks for a server's key, from where it is reached. */
    static String keyScan(SshServer server) {
        String scan = "ssh-keyscan -p " + server.port() + " " + server.address();
        if (server.jump() == null) {
            return scan;
        }
        SshServer before = server.jump().server();
        return "ssh" + byJumps(before) + " -p " + before.port() + " " + before.user() + "@" + before.address() + " "
                + scan;
    }

    /** What a command of OpenSSH's wants to be told to go the same way. */
    static String byJumps(SshServer server) {
        var hops = new ArrayDeque<String>();
        for (Jump jump = server.jump(); jump != null; jump = jump.server().jump()) {
            SshServer hop = jump.server();
            hops.addFirst(hop.user() + "@" + hop.address() + ":" + hop.port());
        }
        return hops.isEmpty() ? "" : " -o ProxyJump=" + String.join(",", hops);
    }

    static IOException trouble(SshServer server, String what, Exception cause) {
        return new IOException(server + ": " + what, cause);
    }
}
