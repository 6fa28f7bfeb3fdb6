package io.ringdown.cluster.replication;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.Engine;
import io.ringdown.cluster.engine.EngineSettings;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import java.net.InetSocketAddress;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Deque;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.PriorityQueue;
import java.util.Random;
import java.util.Set;
import java.util.function.Consumer;

/**
 * App processors, stores and a dispatcher, in any arrangement, with real engines, on one clock and on a network that delivers when told, in order
 * for each sender and receiver, and not every datagram.
 */
final class SimulatedCluster {
    private static final Members NOBODY = Elements.members(0);
    private static final long ASK_MICROS = 2_000_000;

    private final ClusterConfig config;
    private final EngineSettings settings;
    private final Random random;
    private final Consumer<String> client;
    private final Map<ElementConfig, Node> nodes = new LinkedHashMap<>();
    /** Only ways on which something is. */
    private final Map<Way, Deque<Runnable>> wire = new LinkedHashMap<>();

    private final PriorityQueue<Timer> timers = new PriorityQueue<>();
    /** Out of service, though they live. */
    private final Set<ElementConfig> drained = new HashSet<>();

    private long epoch;
    private long sequence;
    long now = 1_000_000_000_000L;

    /**
     * Where something is on its way.
     *
     * @param from null: the group itself, or a client
     * @param to null: a client
     */
    private record Way(What what, Node from, Node to) {}

    private enum What {
        VIEW,
        MESSAGE,
        DATAGRAM
    }

    private record Timer(long at, long number, Node of, Runnable task) implements Comparable<Timer> {
        @Override
        public int compareTo(Timer other) {
            return at != other.at ? Long.compare(at, other.at) : Long.compare(number, other.number);
        }
    }

    /** One element, from its start to its death. */
    private final class Node implements Peers {
        final ElementConfig self;
        final Deque<Runnable> tasks = new ArrayDeque<>();
        Members members = NOBODY;
        long goneSince = Long.MAX_VALUE;
        /** Null: it serves no calls. */
        Engine engine;

        ClusterReplicator replicator;
        /** Null: it stores nothing. */
        SessionStore store;

        Node(ElementConfig self) {
            this.self = self;
            if (self.processes()) {
                engine = new Engine(self.name(), settings, new World(this));
            }
            if (self.role() == Role.SERVER) {
                var buddies = new BuddyStore(config, self, this, (event, detail) -> {}, () -> now * 1_000);
                store = buddies;
                replicator = new BuddyReplicator(config, self, this, engine, buddies, () -> now * 1_000);
            } else if (self.processes()) {
                replicator = new PartitionedReplicator(config, self, this, engine, () -> now * 1_000);
            }
            if (self.stores() && store == null) {
                var replica = new Replica(config, self, this, (event, detail) -> {}, () -> now * 1_000);
                store = replica;
                askAgain(replica);
            }
            if (engine != null) {
                engine.replicateBy(replicator);
            }
        }

        private void askAgain(Replica replica) {
            at(now + ASK_MICROS, this, () -> {
                replica.askAgain();
                askAgain(replica);
            });
        }

        void view(Members next) {
            Members before = members;
            members = next;
            if (replicator != null) {
                replicator.membersChanged(next);
            }
            if (store != null) {
                store.membersChanged(before, next);
            }
            turn();
        }

        void message(ElementConfig sender, byte[] content) {
            Wire message = Wire.of(content);
            if (replicator != null && (store == null || message.forProcessor())) {
                replicator.message(sender, message);
            } else if (store != null) {
                store.message(sender, message);
            }
            turn();
        }

        void turn() {
            while (!tasks.isEmpty()) {
                tasks.remove().run();
            }
            if (engine != null) {
                engine.turnEnded();
            }
        }

        @Override
        public Members members() {
            return members;
        }

        @Override
        public void send(ElementConfig to, byte[] content) {
            Node there = nodes.get(to);
            if (members.contains(to) && there != null) {
                add(new Way(What.MESSAGE, this, there), () -> {
                    // Whoever knows of the sender's death takes nothing more of it.
                    if (there.members.epoch() < goneSince) {
                        there.message(self, content);
                    }
                });
            }
        }

        @Override
        public void sendToAll(byte[] content) {
            members.alive().forEach(to -> send(to, content));
        }
    }

    private final class World implements Engine.Surroundings {
        private final Node node;

        World(Node node) {
            this.node = node;
        }

        @Override
        public long epochMicros() {
            return now;
        }

        @Override
        public void at(long epochMicros, Runnable task) {
            SimulatedCluster.this.at(epochMicros, node, task);
        }

        @Override
        public void execute(Runnable task) {
            node.tasks.add(task);
        }

        @Override
        public void send(byte[] datagram, int length, InetSocketAddress to) {
            String text = new String(datagram, 0, length, ISO_8859_1);
            add(new Way(What.DATAGRAM, node, null), () -> client.accept(text));
        }

        @Override
        public void request(byte[] datagram, int length, InetSocketAddress to) {
            throw new AssertionError("the service sends no requests");
        }

        @Override
        public void halt() {
            throw new AssertionError("no call kills its engine");
        }

        @Override
        public void event(String name, Map<String, Object> detail) {
            // of no interest here
        }
    }

    /** {@code client}: takes responses. */
    SimulatedCluster(ClusterConfig config, boolean cache, Random random, Consumer<String> client) {
        this.config = config;
        this.random = random;
        this.client = client;
        EngineSettings usual = config.engine();
        settings = new EngineSettings(
                usual.service(),
                usual.t1Micros(),
                usual.depth(),
                usual.beforeSend(),
                cache,
                usual.mutant(),
                usual.earlyAcknowledgeMicros(),
                usual.loseOneIn(),
                usual.overloadMicros(),
                usual.application(),
                usual.serving());
    }

    Collection<ElementConfig> alive() {
        return List.copyOf(nodes.keySet());
    }

    boolean lives(ElementConfig one) {
        return nodes.containsKey(one);
    }

    private void at(long micros, Node of, Runnable task) {
        timers.add(new Timer(micros, sequence++, of, task));
    }

    private void add(Way way, Runnable arrival) {
        wire.computeIfAbsent(way, none -> new ArrayDeque<>()).add(arrival);
    }

    void start(ElementConfig... some) {
        for (ElementConfig one : some) {
            nodes.put(one, new Node(one));
        }
        newView();
    }

    /** Takes an engine out of service, or puts it back. */
    void drain(ElementConfig one, boolean out) {
        if (out ? drained.add(one) : drained.remove(one)) {
            newView();
        }
    }

    boolean drained(ElementConfig one) {
        return drained.contains(one);
    }

    /** Whether a drained engine has given away all that it had. */
    boolean empty(ElementConfig one) {
        Node node = nodes.get(one);
        return node.members.epoch() == epoch
                && node.replicator.settled() == epoch
                && node.engine.owned().isEmpty();
    }

    /** They die, and of what they sent last not everything arrives. */
    void crash(Collection<ElementConfig> some) {
        for (ElementConfig one : some) {
            Node dead = nodes.remove(one);
            drained.remove(one);
            dead.goneSince = epoch + 2;
            wire.keySet().removeIf(way -> way.to() == dead);
            wire.forEach((way, arrivals) -> {
                for (int lost = way.from() == dead ? random.nextInt(arrivals.size() + 1) : 0; lost > 0; lost--) {
                    arrivals.removeLast();
                }
            });
        }
        wire.values().removeIf(Collection::isEmpty);
        newView();
    }

    private void newView() {
        Members all = Elements.members(epoch += 2, nodes.keySet().toArray(ElementConfig[]::new));
        List<ElementConfig> routable =
                all.routable().stream().filter(one -> !drained.contains(one)).toList();
        var next = new Members(epoch, all.alive(), routable);
        nodes.values()
                .forEach(node -> add(new Way(What.VIEW, null, node), () -> {
                    node.view(next);
                }));
    }

    /** A request reaches the dispatcher, which passes it on as it sees fit. */
    void request(ElementConfig dispatcher, String text, String callId) {
        ElementConfig owner = nodes.get(dispatcher).members.ownerOf(callId);
        Node to = nodes.get(owner);
        if (to != null) {
            byte[] bytes = text.getBytes(ISO_8859_1);
            add(new Way(What.DATAGRAM, null, to), () -> {
                if (to.members != NOBODY) {
                    to.engine.received(bytes, bytes.length, settings.service());
                    to.turn();
                }
            });
        }
    }

    /** Delivers something; false if there is nothing. */
    boolean deliverOne(boolean losing) {
        if (wire.isEmpty()) {
            return false;
        }
        Way way = List.copyOf(wire.keySet()).get(random.nextInt(wire.size()));
        Deque<Runnable> arrivals = wire.get(way);
        Runnable arrival = arrivals.remove();
        if (arrivals.isEmpty()) {
            wire.remove(way);
        }
        if (way.what() != What.DATAGRAM || !losing || random.nextInt(20) > 0) {
            arrival.run();
        }
        return true;
    }

    /** Time passes, and what is due happens. */
    void pass(long micros) {
        long end = now + micros;
        while (!timers.isEmpty() && timers.peek().at() <= end) {
            Timer timer = timers.remove();
            now = Math.max(now, timer.at());
            if (nodes.containsValue(timer.of())) {
                timer.task().run();
                timer.of().turn();
            }
        }
        now = end;
        nodes.values().forEach(Node::turn);
    }

    boolean synced() {
        return nodes.values().stream().allMatch(node -> node.store == null || node.store.synced());
    }

    /** What each live replica holds, by call. */
    Map<String, List<ElementConfig>> copies() {
        var copies = new HashMap<String, List<ElementConfig>>();
        nodes.values().stream()
                .filter(node -> node.store != null)
                .forEach(node -> node.store
                        .copies()
                        .lines()
                        .forEach(line -> copies.computeIfAbsent(line.split(" ")[0], none -> new ArrayList<>())
                                .add(node.self)));
        return copies;
    }

    List<String> owned() {
        return nodes.values().stream()
                .filter(node -> node.engine != null)
                .flatMap(node -> node.engine.owned().stream())
                .toList();
    }

    /** Partitions that each engine gives new calls to. */
    boolean inUse(int partition) {
        return nodes.values().stream()
                .filter(node -> node.engine != null)
                .allMatch(node -> node.replicator
                        .prometheus()
                        .contains("ringdown_partition_in_use{partition=\"" + partition + "\"} 1\n"));
    }
}
