package io.ringdown.cluster.membership;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ClusterConfig.Arrangement;
import io.ringdown.cluster.config.ClusterConfig.Buddies;
import io.ringdown.cluster.config.ClusterConfig.Buddies.Order;
import io.ringdown.cluster.config.ClusterConfig.Detection;
import io.ringdown.cluster.config.ClusterConfig.Dispatch;
import io.ringdown.cluster.config.ClusterConfig.Distance;
import io.ringdown.cluster.config.ClusterConfig.Transport;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.engine.EngineSettings;
import io.ringdown.cluster.engine.EngineSettings.Application;
import io.ringdown.cluster.engine.EngineSettings.Serving;
import io.ringdown.cluster.engine.Mutant;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** Elements for tests that start none. */
public final class Elements {
    private Elements() {}

    public static ElementConfig engine(int rank) {
        return of("e" + rank, rank, Role.ENGINE, -1);
    }

    public static ElementConfig dispatcher(int rank) {
        return of("d" + rank, rank, Role.DISPATCHER, -1);
    }

    /** A dispatcher with a service address of its own. */
    public static ElementConfig dispatcher(int rank, InetSocketAddress service) {
        ElementConfig shared = dispatcher(rank);
        return new ElementConfig(
                shared.name(),
                rank,
                Role.DISPATCHER,
                "",
                shared.machine(),
                shared.sip(),
                shared.members(),
                shared.admin(),
                -1,
                "",
                service);
    }

    public static ElementConfig balancer(int rank) {
        return of("b" + rank, rank, Role.BALANCER, -1);
    }

    public static ElementConfig replica(int rank, int partition) {
        return of("r" + rank, rank, Role.REPLICA, partition);
    }

    public static ElementConfig container(int rank, int domain) {
        return of("c" + rank, rank, Role.CONTAINER, domain);
    }

    public static ElementConfig proxy(int rank) {
        return of("p" + rank, rank, Role.PROXY, -1);
    }

    public static ElementConfig sprayer(int rank) {
        return of("s" + rank, rank, Role.SPRAYER, -1);
    }

    public static ElementConfig server(int rank, String pool) {
        return of("s" + rank, rank, Role.SERVER, -1, pool);
    }

    private static ElementConfig of(String name, int rank, Role role, int partition) {
        return of(name, rank, role, partition, "");
    }

    private static ElementConfig of(String name, int rank, Role role, int partition, String pool) {
        var address = new InetSocketAddress("127.0.0." + (rank + 1), 5060);
        return new ElementConfig(name, rank, role, "", "m" + rank, address, address, address, partition, pool, null);
    }

    /** A cluster of them, as it is configured where nothing else is said. */
    public static ClusterConfig cluster(List<ElementConfig> all, int partitions) {
        return cluster(all, partitions, partitions);
    }

    /** Some of whose partitions, the last ones, are added while it runs. */
    public static ClusterConfig cluster(List<ElementConfig> all, int partitions, int standing) {
        return cluster(all, partitions, standing, Depth.TRANSACTIONS, true);
    }

    /** That stores so much, before it is told or after. */
    public static ClusterConfig cluster(
            List<ElementConfig> all, int partitions, int standing, Depth depth, boolean beforeSend) {
        return cluster(
                all,
                partitions,
                standing,
                depth,
                beforeSend,
                new Buddies(1, Order.NEXT_IN_LINE, false, false),
                Mutant.NONE);
    }

    /** Servers, configured so. */
    public static ClusterConfig cluster(List<ElementConfig> all, Buddies buddies, Mutant mutant) {
        return cluster(all, 1, 1, Depth.TRANSACTIONS, true, buddies, mutant);
    }

    private static ClusterConfig cluster(
            List<ElementConfig> all,
            int partitions,
            int standing,
            Depth depth,
            boolean beforeSend,
            Buddies buddies,
            Mutant mutant) {
        InetSocketAddress service = all.get(0).sip();
        return new ClusterConfig(
                arrangement(all),
                service,
                new EngineSettings(
                        service,
                        500_000,
                        depth,
                        beforeSend,
                        true,
                        mutant,
                        100_000,
                        200,
                        0,
                        new Application(1, 0),
                        Serving.answer()),
                new Detection(true, 1_000, 200),
                new Dispatch(false, false),
                buddies,
                new Transport(false, 2_000, 200_000),
                new Distance(0, 0),
                0,
                all,
                partitions,
                standing);
    }

    private static Arrangement arrangement(List<ElementConfig> all) {
        return switch (all.get(0).role()) {
            case CONTAINER, PROXY, SPRAYER -> Arrangement.WAS;
            case SERVER, BALANCER -> Arrangement.MSS;
            default -> Arrangement.OCCAS;
        };
    }

    /** A view in which every live app processor gets calls. */
    public static Members members(long epoch, ElementConfig... alive) {
        return new Members(
                epoch,
                List.of(alive),
                List.of(alive).stream().filter(ElementConfig::processes).toList());
    }

    /** Call-IDs that the engine owns. */
    public static List<String> callsOf(ElementConfig engine, Members members, int count) {
        var calls = new ArrayList<String>();
        for (int i = 0; calls.size() < count; i++) {
            if (engine.equals(members.ownerOf("call-" + i))) {
                calls.add("call-" + i);
            }
        }
        return calls;
    }
}
