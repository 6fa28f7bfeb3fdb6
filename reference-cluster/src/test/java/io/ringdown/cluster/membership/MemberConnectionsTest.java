package io.ringdown.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.ViewId;
import org.jgroups.protocols.TCP;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Two members on real sockets. */
class MemberConnectionsTest {
    private final List<JChannel> channels = new ArrayList<>();
    private final List<String> received = new CopyOnWriteArrayList<>();

    @BeforeEach
    void join() throws Exception {
        ClusterConfig config = Elements.cluster(List.of(element(0), element(1)), 1);
        for (ElementConfig self : config.elements()) {
            JChannel channel = MemberStack.channel(config, self, self.rank() == 0);
            channels.add(channel);
            channel.setReceiver(new Receiver() {
                @Override
                public void receive(Message message) {
                    received.add(self.rank() + " hears " + new String(message.getArray()));
                }
            });
            channel.connect("test");
        }
        await().until(() ->
                channels.stream().map(JChannel::getView).map(View::size).allMatch(size -> size == 2));
    }

    @AfterEach
    void leave() {
        channels.forEach(JChannel::close);
    }

    /** Each on an address of its own, the first one's the smaller. */
    private static ElementConfig element(int rank) throws IOException {
        InetAddress host = InetAddress.getByName("127.0.0." + (1 + rank));
        try (var socket = new ServerSocket(0, 1, host)) {
            var address = new InetSocketAddress(host.getHostAddress(), socket.getLocalPort());
            return new ElementConfig(
                    "e" + rank, rank, Role.ENGINE, "", "m" + rank, address, address, address, -1, "", null);
        }
    }

    /**
     * A view may name a member whose place is not known yet, and is the moment after. Of two members, the one with the greater address
     * refuses any further connection as long as it has one: who forgets that one, and does not close it, is not heard any more.
     */
    @ParameterizedTest
    @ValueSource(ints = {0, 1})
    void whoseMembersPlacesAreNotKnownYetIsStillHeard(int forgetful) throws Exception {
        List<ViewId> views = views();
        say(forgetful, "before");
        await().until(() -> received.size() == 1);

        TCP transport = channels.get(forgetful).getProtocolStack().findProtocol(TCP.class);
        transport.retainAll(Set.of());

        say(forgetful, "after");
        await().until(() -> received.size() == 2);
        assertThat(received).last().asString().endsWith("hears after");
        say(1 - forgetful, "answer");
        await().until(() -> received.size() == 3);
        assertThat(views()).as("nobody was taken for dead").isEqualTo(views);
    }

    private List<ViewId> views() {
        return channels.stream().map(channel -> channel.getView().getViewId()).toList();
    }

    private void say(int from, String what) throws Exception {
        channels.get(from).send(new BytesMessage(channels.get(1 - from).getAddress(), what.getBytes()));
    }
}
