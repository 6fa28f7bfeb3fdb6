package io.ringdown.harness.hosts.ssh;

import com.jcraft.jsch.AgentIdentityRepository;
import com.jcraft.jsch.Identity;
import com.jcraft.jsch.SSHAgentConnector;
import com.jcraft.jsch.USocketFactory;
import java.io.IOException;
import java.net.StandardProtocolFamily;
import java.net.UnixDomainSocketAddress;
import java.nio.channels.ServerSocketChannel;
import java.nio.channels.SocketChannel;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Vector;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** What an SSH agent of this machine holds, and signs with. It is forwarded to nobody. */
final class AgentKeys extends AgentIdentityRepository {
    private final byte[] only;

    /**
     * Keys of an agent that is asked when they are needed.
     *
     * @param only the public half of the one that counts; null: all do
     * @param patience how long each answer may take
     */
    AgentKeys(Path socket, byte[] only, Duration patience) {
        super(new SSHAgentConnector(new Sockets(patience), socket));
        this.only = only;
    }

    @Override
    public Vector<Identity> getIdentities() {
        Vector<Identity> held = super.getIdentities();
        held.removeIf(key -> only != null && !Arrays.equals(only, key.getPublicKeyBlob()));
        return held;
    }

    /** Connections that end after a while: agents may wait for somebody to confirm, or stand still, and nothing else would end the waiting. */
    private record Sockets(Duration patience) implements USocketFactory {
        @Override
        public SocketChannel connect(Path socket) throws IOException {
            SocketChannel channel = SocketChannel.open(StandardProtocolFamily.UNIX);
            CompletableFuture.delayedExecutor(patience.toMillis(), TimeUnit.MILLISECONDS)
                    .execute(() -> close(channel));
            try {
                channel.connect(UnixDomainSocketAddress.of(socket));
                return channel;
            } catch (IOException e) {
                channel.close();
                throw e;
            }
        }

        private static void close(SocketChannel channel) {
            try {
                channel.close();
            } catch (IOException e) {
                // it is of no use to anybody
            }
        }

        @Override
        public ServerSocketChannel bind(Path socket) {
            throw new UnsupportedOperationException("nobody is to be an agent");
        }
    }
}
