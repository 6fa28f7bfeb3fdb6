package io.ringdown.harness.hosts.ssh;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import com.jcraft.jsch.JSch;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.KeyPair;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Base64;

/** The keys that a server is offered: the one of a file, or what an SSH agent holds. */
final class Keys {
    /** OpenSSH's server hangs up on a client that has offered so many ({@code MaxAuthTries}). */
    private static final int MOST_OFFERS = 6;

    private final SshServer server;
    private final int held;

    /** @param held how many keys the agent offers; 0: the one of the file is offered without it */
    private Keys(SshServer server, int held) {
        this.server = server;
        this.held = held;
    }

    /**
     * Has a connection to come offer a server's keys.
     *
     * @throws IOException if there are none; one line that begins with the server
     */
    static Keys of(SshServer server, JSch jsch, Duration patience) throws IOException {
        if (server.key() == null) {
            return new Keys(server, agent(server, null, jsch, patience));
        }
        if (!Files.isReadable(server.key())) {
            throw Login.trouble(server, server.key() + " cannot be read", null);
        }
        String text = Files.readString(server.key(), ISO_8859_1);
        if (!text.contains("-----BEGIN ") && !text.startsWith("PuTTY-")) {
            return new Keys(server, agent(server, published(server, text), jsch, patience));
        }
        try {
            KeyPair pair = KeyPair.load(jsch, server.key().toString());
            if (pair.isEncrypted()) {
                return new Keys(server, agent(server, published(server, pair), jsch, patience));
            }
            jsch.addIdentity(server.key().toString());
            return new Keys(server, 0);
        } catch (JSchException e) {
            throw Login.trouble(server, server.key() + " is not a private key that can be read", e);
        }
    }

    /** Who knows a key's public half can have the agent sign with it, and need not ask for its passphrase. */
    private static byte[] published(SshServer server, KeyPair pair) throws IOException {
        byte[] blob = pair.getPublicKeyBlob();
        if (blob == null) {
            Path key = server.key();
            throw Login.trouble(
                    server,
                    key + " has a passphrase, and does not tell which of an SSH agent's keys it is: ssh-keygen -y -f "
                            + key + " >" + key + ".pub",
                    null);
        }
        return blob;
    }

    /** Of a line such as {@code ssh-ed25519 AAAA... comment}. */
    private static byte[] published(SshServer server, String line) throws IOException {
        String[] words = line.strip().split("\\s+");
        try {
            if (words.length > 1) {
                return Base64.getDecoder().decode(words[1]);
            }
        } catch (IllegalArgumentException e) {
            // falls through to the one message
        }
        throw Login.trouble(server, server.key() + " is neither a private key nor a public one", null);
    }

    private static int agent(SshServer server, byte[] only, JSch jsch, Duration patience) throws IOException {
        String told = System.getenv("SSH_AUTH_SOCK");
        Path socket = server.agent() != null ? server.agent() : told == null ? null : Path.of(told);
        String add = "ssh-add" + (server.key() == null ? "" : " " + privately(server.key()));
        String wanted = server.key() == null ? "no key is given" : server.key() + " is for an SSH agent to sign with";
        if (socket == null) {
            throw Login.trouble(
                    server, wanted + ", and SSH_AUTH_SOCK tells of no agent: eval $(ssh-agent) && " + add, null);
        }
        var agent = new AgentKeys(socket, only, patience);
        if (agent.getStatus() != AgentKeys.RUNNING) {
            throw Login.trouble(
                    server, wanted + ", and no agent answers at " + socket + ": eval $(ssh-agent) && " + add, null);
        }
        int held = agent.getIdentities().size();
        if (held == 0) {
            throw Login.trouble(
                    server, wanted + ", and the agent at " + socket + " tells of no such key: " + add, null);
        }
        jsch.setIdentityRepository(agent);
        return held;
    }

    private static String privately(Path key) {
        return key.toString().replaceFirst("\\.pub$", "");
    }

    /** What is said where none is taken. */
    String refused() {
        String copy = "ssh-copy-id" + (server.key() == null ? "" : " -i " + server.key()) + Login.byJumps(server)
                + " -p " + server.port() + " " + server.user() + "@" + server.address();
        if (server.key() != null) {
            return "the key " + server.key() + " is refused: " + copy;
        }
        String which = held < MOST_OFFERS ? "" : ", or say by 'key' which of so many is the one";
        return "none of the SSH agent's keys (" + held + ") is taken: ssh-add the one that is, or " + copy + which;
    }
}
