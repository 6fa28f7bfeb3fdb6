package io.ringdown.cluster.membership;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Collectors;
import org.jgroups.JChannel;
import org.jgroups.util.UUID;

/** The JGroups protocols by which an element is a member of its cluster. */
final class MemberStack {
    /** For the one that founds the group this is all that it waits. */
    private static final int FOUND_MILLIS = 100;

    /** The others know that somebody serves: however busy that one is, they had better wait for it than found a group of their own. */
    private static final int JOIN_MILLIS = 10_000;

    private static final int LEAST_CONNECT_MILLIS = 50;

    /** Where two connect to each other at once, one connection is closed, and with it goes what it carried: asked again and again. */
    private static final int JOIN_QUESTIONS = 40;

    private MemberStack() {}

    /**
     * A channel, yet to be connected.
     *
     * @param founds whether there is nobody to join
     */
    static JChannel channel(ClusterConfig config, ElementConfig self, boolean founds) throws Exception {
        var channel = new JChannel(
                new ByteArrayInputStream(protocols(config, self, founds).getBytes(StandardCharsets.UTF_8)));
        channel.setName(self.name());
        // An address that tells its element's rank, and differs each time the element is started.
        channel.addAddressGenerator(() -> new UUID(ThreadLocalRandom.current().nextLong(), self.rank()));
        return channel;
    }

    /**
     * A member's heartbeats go to one after the other: while it tries to connect to one whose machine is cut off or without power, the
     * others must not miss them.
     */
    private static int connectMillis(ClusterConfig config) {
        return Math.max(LEAST_CONNECT_MILLIS, config.detection().timeoutMillis() / 4);
    }

    /** Whoever connects does so from its own address, too, so that whoever cuts that address off cuts all of its traffic off. */
    private static String protocols(ClusterConfig config, ElementConfig self, boolean founds) {
        String hosts = config.elements().stream()
                .map(element -> element.members().getAddress().getHostAddress() + "["
                        + element.members().getPort() + "]")
                .collect(Collectors.joining(","));
        String heartbeat = config.detection().heartbeats()
                ? "<FD_ALL3 timeout=\"" + config.detection().timeoutMillis() + "\" interval=\""
                        + config.detection().intervalMillis() + "\"/>"
                : "";
        return "<config xmlns=\"urn:org:jgroups\">"
                + "<" + MemberConnections.class.getName() + " bind_addr=\""
                + self.members().getAddress().getHostAddress() + "\" bind_port=\""
                + self.members().getPort() + "\" client_bind_addr=\""
                + self.members().getAddress().getHostAddress()
                + "\" port_range=\"0\" sock_conn_timeout=\"" + connectMillis(config)
                + "\" tcp_nodelay=\"true\" enable_suspect_events=\"true\""
                + " bundler_type=\"" + SenderEach.class.getName()
                + "\" thread_pool.min_threads=\"1\" thread_pool.max_threads=\"20\""
                + " diag.enabled=\"false\"/>"
                + "<" + ClosedConnections.class.getName() + "/>"
                + "<TCPPING initial_hosts=\"" + hosts + "\" port_range=\"0\" num_discovery_runs=\""
                + (founds ? 1 : JOIN_QUESTIONS) + "\"/>"
                + "<MERGE3 min_interval=\"500\" max_interval=\"1000\"/>"
                + heartbeat
                + "<pbcast.NAKACK2 use_mcast_xmit=\"false\"/>"
                + "<UNICAST3/>"
                + "<pbcast.STABLE/>"
                + "<pbcast.GMS join_timeout=\"" + (founds ? FOUND_MILLIS : JOIN_MILLIS) + "\" leave_timeout=\"100\""
                + " view_ack_collection_timeout=\"10\" print_local_addr=\"false\"/>"
                + "<FRAG2/>"
                + "</config>";
    }
}
