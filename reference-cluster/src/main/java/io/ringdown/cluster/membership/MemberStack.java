package io.ringdown.cluster.membership;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.jgroups.Global;
import org.jgroups.JChannel;
import org.jgroups.protocols.FD_ALL3;
import org.jgroups.protocols.FRAG2;
import org.jgroups.protocols.MERGE3;
import org.jgroups.protocols.TCPPING;
import org.jgroups.protocols.TP;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.protocols.pbcast.GMS;
import org.jgroups.protocols.pbcast.NAKACK2;
import org.jgroups.protocols.pbcast.STABLE;
import org.jgroups.stack.Protocol;
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

    static {
        // JGroups makes one of everything that any of its protocols could send. Members of other versions than this one
        // are none.
        System.setProperty(Global.MAGIC_NUMBER_FILE, "io/ringdown/cluster/membership/jgroups-classes.xml");
    }

    private MemberStack() {}

    /**
     * A channel, yet to be connected.
     *
     * @param founds whether there is nobody to join
     */
    static JChannel channel(ClusterConfig config, ElementConfig self, boolean founds) throws Exception {
        var channel = new MemberChannel(transport(config, self), protocols(config, founds));
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

    /** Above the transport, upwards. */
    private static List<Protocol> protocols(ClusterConfig config, boolean founds) {
        var protocols = new ArrayList<Protocol>(List.of(
                new ClosedConnections(),
                discovery(config, founds),
                new MERGE3().setMinInterval(500).setMaxInterval(1000)));
        if (config.detection().heartbeats()) {
            protocols.add(new FD_ALL3()
                    .setTimeout(config.detection().timeoutMillis())
                    .setInterval(config.detection().intervalMillis()));
        }
        protocols.addAll(List.of(
                new NAKACK2().useMcastXmit(false),
                new UNICAST3(),
                new STABLE(),
                new GMS()
                        .setJoinTimeout(founds ? FOUND_MILLIS : JOIN_MILLIS)
                        .setLeaveTimeout(100)
                        .setViewAckCollectionTimeout(10)
                        .printLocalAddress(false),
                new FRAG2()));
        return protocols;
    }

    /** Whoever connects does so from its own address, too, so that whoever cuts that address off cuts all of its traffic off. */
    private static TP transport(ClusterConfig config, ElementConfig self) {
        var transport = new MemberConnections();
        transport.setBindAddress(self.members().getAddress());
        transport.setBindPort(self.members().getPort());
        transport.setClientBindAddr(self.members().getAddress());
        transport.setPortRange(0);
        transport.setSockConnTimeout(connectMillis(config));
        transport.tcpNodelay(true);
        transport.enableSuspectEvents(true);
        transport.setBundler(new SenderEach());
        transport.threadNamingPattern("");
        transport.getThreadPool().setMinThreads(1).setMaxThreads(20);
        return transport;
    }

    private static Protocol discovery(ClusterConfig config, boolean founds) {
        var discovery = new TCPPING();
        discovery.setInitialHosts(
                config.elements().stream().map(ElementConfig::members).toList());
        discovery.setPortRange(0);
        discovery.numDiscoveryRuns(founds ? 1 : JOIN_QUESTIONS);
        return discovery;
    }
}
