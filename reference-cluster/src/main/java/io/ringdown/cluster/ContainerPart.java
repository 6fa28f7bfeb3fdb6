package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.replication.PartitionedReplicator;
import io.ringdown.cluster.replication.Peers;
import io.ringdown.cluster.replication.Replica;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.Via;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * A SIP container (WAS, paper section 5.2) in its surroundings: an app processor beside a store of its replication domain. The domain's
 * containers back each other up; what one of them did not survive, its peers go on with from their own stores.
 */
final class ContainerPart extends StoringProcessorPart {
    private static final long TELL_MILLIS = 200;

    private final AskingThread asking;
    private final List<ElementConfig> proxies;

    ContainerPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        proxies = config.all(Role.PROXY);
        Peers peers = nearPeers();
        var store = new Replica(config, self, peers, this::event, System::nanoTime);
        storeIn(store);
        replicateBy(new PartitionedReplicator(config, self, peers, engine(), System::nanoTime));
        asking = new AskingThread(store);
        if (config.dispatch().leastLoaded()) {
            asking.also(TELL_MILLIS, this::tellLoad);
        }
    }

    private void tellLoad() {
        byte[] load = new Wire.Load(engine().counters().owned()).bytes();
        proxies.stream().filter(members()::contains).forEach(proxy -> peers().send(proxy, load));
    }

    /** A response returns by the proxy that its request came through, or by another one once that is gone. */
    @Override
    void respond(byte[] response, int length, Via via) {
        InetSocketAddress proxy = living(via.destination());
        if (via.tcp()) {
            sendToElement(response, length, proxy);
        } else {
            send(response, length, proxy);
        }
    }

    private InetSocketAddress living(InetSocketAddress to) {
        ElementConfig other = null;
        for (ElementConfig proxy : proxies) {
            boolean alive = members().contains(proxy);
            if (proxy.sip().equals(to) && alive) {
                return to;
            }
            other = alive ? proxy : other;
        }
        boolean gone = proxies.stream().anyMatch(proxy -> proxy.sip().equals(to));
        return gone && other != null ? other.sip() : to;
    }

    @Override
    public void close() throws IOException {
        asking.close();
        super.close();
    }
}
