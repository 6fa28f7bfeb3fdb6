package io.ringdown.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import java.io.IOException;
import java.lang.reflect.Field;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.Receiver;
import org.jgroups.View;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.util.Table;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two members on real sockets, of which one gets stuck in what it has of the other. */
class RenewalTest {
    private static final int BEFORE = 3;
    private static final int AFTER = 5;

    private final List<JChannel> channels = new ArrayList<>();
    private final List<Integer> received = new CopyOnWriteArrayList<>();
    private volatile Renewal theirs;

    @BeforeEach
    void join() throws Exception {
        ClusterConfig config = Elements.cluster(List.of(element(0), element(1)), 1);
        for (ElementConfig self : config.elements()) {
            JChannel channel = MemberStack.channel(config, self, self.rank() == 0);
            channels.add(channel);
            channel.setReceiver(new Receiver() {
                @Override
                public void receive(Message message) {
                    take(message.getSrc(), message.getObject());
                }
            });
            channel.connect("test");
        }
        theirs = new Renewal(channels.get(1));
        await().until(() ->
                channels.stream().map(JChannel::getView).map(View::size).allMatch(size -> size == 2));
    }

    @AfterEach
    void leave() {
        channels.forEach(JChannel::close);
    }

    private static ElementConfig element(int rank) throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            var address = new InetSocketAddress("127.0.0.1", socket.getLocalPort());
            return new ElementConfig(
                    "e" + rank, rank, Role.ENGINE, "", "m" + rank, address, address, address, -1, "", null);
        }
    }

    private void take(Address sender, byte[] content) {
        if (Renewal.isWish(content)) {
            theirs.renew(sender);
            return;
        }
        received.add(ByteBuffer.wrap(content).getInt());
    }

    /** As if somebody were delivering what came from the first member, and did so for ever. */
    private void stick() throws ReflectiveOperationException {
        UNICAST3 protocol = channels.get(1).getProtocolStack().findProtocol(UNICAST3.class);
        var windows = (Map<?, ?>) field(UNICAST3.class, "recv_table").get(protocol);
        Object entry = windows.get(channels.get(0).getAddress());
        var window = (Table<?>) field(entry.getClass().getSuperclass(), "msgs").get(entry);
        window.getAdders().incrementAndGet();
    }

    private static Field field(Class<?> type, String name) throws NoSuchFieldException {
        Field field = type.getDeclaredField(name);
        field.setAccessible(true);
        return field;
    }

    private void send(int number) throws Exception {
        Address other = channels.get(1).getAddress();
        channels.get(0)
                .send(new BytesMessage(
                        other, ByteBuffer.allocate(Integer.BYTES).putInt(number).array()));
    }

    @Test
    void whatIsStuckGetsThroughOnceTheConnectionIsBegunAnew() throws Exception {
        for (int number = 0; number < BEFORE; number++) {
            send(number);
        }
        await().until(() -> received.size() == BEFORE);
        stick();
        for (int number = BEFORE; number < AFTER; number++) {
            send(number);
        }
        new Renewal(channels.get(0)).begin(channels.get(1).getAddress());
        send(AFTER);
        await().until(() -> received.contains(AFTER));
        assertThat(received).contains(BEFORE, BEFORE + 1);
    }
}
