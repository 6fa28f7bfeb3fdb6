package io.ringdown.cluster.config;

import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.EngineSettings;
import io.ringdown.cluster.engine.Mutant;
import io.ringdown.cluster.session.Rendezvous;
import java.net.InetSocketAddress;
import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.stream.IntStream;
import java.util.stream.Stream;

/**
 * The whole cluster's configuration, the same file for every element.
 *
 * @param service the address that clients know
 * @param engine how every app processor behaves
 * @param detection how members find out that one of them is gone
 * @param dispatch how message dispatchers spread calls
 * @param buddies how servers of MSS choose their buddies
 * @param transport how elements speak SIP with each other and with clients
 * @param distance how far the elements are from each other
 * @param practice calls that an element makes up before it joins the others
 * @param elements all elements, by rank
 * @param partitions number of replication groups, of OCCAS and WAS
 * @param standing how many of these, the first ones, are given calls from the beginning; of OCCAS, further ones are added while it runs
 */
public record ClusterConfig(
        Arrangement arrangement,
        InetSocketAddress service,
        EngineSettings engine,
        Detection detection,
        Dispatch dispatch,
        Buddies buddies,
        Transport transport,
        Distance distance,
        int practice,
        List<ElementConfig> elements,
        int partitions,
        int standing) {
    /** Which of the paper's arrangements the elements form (section 5). */
    public enum Arrangement {
        /** Engines, and replicas in static partitions (section 5.1). */
        OCCAS,
        /** SIP containers in static replication domains (section 5.2). */
        WAS,
        /** Servers that choose their buddies (section 5.3). */
        MSS,
        /** One engine on the service address. */
        SINGLE
    }

    /**
     * How members find out that one of them is gone.
     *
     * @param heartbeats whether silence counts as failure, beside the closing of connections
     * @param timeoutMillis silence after which a member is taken for dead
     */
    public record Detection(boolean heartbeats, int timeoutMillis, int intervalMillis) {}

    /**
     * How message dispatchers spread calls.
     *
     * @param grouped whether all calls of a dead app processor go to one other, instead of to all others evenly
     * @param leastLoaded whether new calls of WAS go to the replication domain with the least load, instead of to all evenly
     */
    public record Dispatch(boolean grouped, boolean leastLoaded) {}

    /**
     * How servers of MSS choose their buddies.
     *
     * @param count buddies that a server replicates to, where there are so many others
     * @param order which of the others come first
     * @param strict whether a server has rather too few buddies than one of another pool
     * @param fields whether only the fields that changed are replicated, not whole sessions
     */
    public record Buddies(int count, Order order, boolean strict, boolean fields) {
        /** Which of the other servers come first. */
        public enum Order {
            /** Those that follow in the list of elements, after the last one the first: a ring. */
            NEXT_IN_LINE,
            /** Those of the same group: servers that stand together in the list, in groups of as many as there are copies. */
            MUTUAL
        }
    }

    /**
     * How elements speak SIP.
     *
     * @param tcpBetweenElements whether with each other by TCP, instead of UDP
     * @param mostConnections TCP connections of clients at once, on each address
     * @param idleMillis silence after which such a connection ends
     */
    public record Transport(boolean tcpBetweenElements, int mostConnections, int idleMillis) {}

    /**
     * How far the elements seem to be from each other, on top of what the network takes: for what they tell each other of sessions.
     *
     * @param machinesMicros round trip between machines of the same rack, in microseconds
     * @param racksMicros round trip between racks
     */
    public record Distance(int machinesMicros, int racksMicros) {
        /** Round trip between two elements, in microseconds. */
        public long between(ElementConfig one, ElementConfig other) {
            return !one.rack().equals(other.rack())
                    ? racksMicros
                    : one.machine().equals(other.machine()) ? 0 : machinesMicros;
        }
    }

    public ClusterConfig {
        elements = List.copyOf(elements);
    }

    /** Whether it is a cluster of one. */
    public boolean single() {
        return arrangement == Arrangement.SINGLE;
    }

    /** The deliberate fault, if any. */
    public Mutant mutant() {
        return engine.mutant();
    }

    /** The element of that name. */
    public Optional<ElementConfig> element(String name) {
        return elements.stream().filter(element -> element.name().equals(name)).findFirst();
    }

    /** All elements of a role, by rank. */
    public List<ElementConfig> all(Role role) {
        return elements.stream().filter(element -> element.role() == role).toList();
    }

    /** The addresses that clients know: one that dispatchers hold in turn, or one of each dispatcher's own. */
    public List<InetSocketAddress> services() {
        List<InetSocketAddress> own = elements.stream()
                .map(ElementConfig::service)
                .filter(Objects::nonNull)
                .toList();
        return own.isEmpty() ? List.of(service) : own;
    }

    /** All app processors, by rank. */
    public List<ElementConfig> processors() {
        return elements.stream().filter(ElementConfig::processes).toList();
    }

    /** All stores of a replication group of OCCAS or WAS, by rank. */
    public List<ElementConfig> stores(int partition) {
        return elements.stream()
                .filter(element -> element.stores() && element.partition() == partition)
                .toList();
    }

    /** Whether new calls are given to a partition from the beginning on, and else once it is complete. */
    public boolean standing(int partition) {
        return partition < standing;
    }

    /**
     * The partitions that may hold a call's session, by rendezvous hash, which has nothing to do with its owner's: a new call goes to the
     * first one that new calls are given to. Those that are added stand before the one standing partition that the call goes to without them, as
     * far as they have more weight for it.
     */
    public List<Integer> partitionsOf(String callId) {
        long key = ~Rendezvous.hash(callId);
        int last = 0;
        for (int partition = 1; partition < standing; partition++) {
            last = weight(key, partition) > weight(key, last) ? partition : last;
        }
        if (standing == partitions) {
            return List.of(last);
        }
        long least = weight(key, last);
        return Stream.concat(
                        IntStream.range(standing, partitions)
                                .filter(partition -> weight(key, partition) > least)
                                .boxed()
                                .sorted(Comparator.comparingLong(partition -> -weight(key, partition))),
                        Stream.of(last))
                .toList();
    }

    private static long weight(long key, int partition) {
        // Never negative, so that it has an opposite.
        return Rendezvous.mix(key ^ Rendezvous.mix(~partition)) >>> 1;
    }
}
