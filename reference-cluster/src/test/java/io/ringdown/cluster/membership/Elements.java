package io.ringdown.cluster.membership;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
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

    public static ElementConfig replica(int rank, int partition) {
        return of("r" + rank, rank, Role.REPLICA, partition);
    }

    private static ElementConfig of(String name, int rank, Role role, int partition) {
        var address = new InetSocketAddress("127.0.0." + (rank + 1), 5060);
        return new ElementConfig(name, rank, role, "", "", address, address, address, partition);
    }

    /** A view in which every live engine gets calls. */
    public static Members members(long epoch, ElementConfig... alive) {
        return new Members(
                epoch,
                List.of(alive),
                List.of(alive).stream().filter(one -> one.role() == Role.ENGINE).toList());
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
