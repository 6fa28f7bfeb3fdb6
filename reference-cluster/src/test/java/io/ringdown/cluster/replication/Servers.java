package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.SessionReplicator;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collection;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.IntUnaryOperator;

/** Servers of MSS on a network that delivers when told, in order for each sender and receiver. */
final class Servers {
    private static final Members NOBODY = Elements.members(0);

    private final ClusterConfig config;
    private final Map<ElementConfig, Server> servers = new LinkedHashMap<>();
    private final Map<Way, Deque<byte[]>> wire = new LinkedHashMap<>();
    private long epoch;
    private long nanos = 1_000_000_000;

    private record Way(ElementConfig from, ElementConfig to) {}

    /** One server. */
    final class Server implements Peers, SessionReplicator.Processor {
        final ElementConfig self;
        final BuddyStore store;
        final BuddyReplicator replicator;
        final List<StoredSession> takenOver = new ArrayList<>();
        final List<String> fenced = new ArrayList<>();
        private Members members = NOBODY;

        private Server(ElementConfig self) {
            this.self = self;
            store = new BuddyStore(config, self, this, (event, detail) -> {}, () -> nanos);
            replicator = new BuddyReplicator(config, self, this, this, store, () -> nanos);
        }

        void view(Members now) {
            Members before = members;
            members = now;
            replicator.membersChanged(now);
            store.membersChanged(before, now);
            replicator.flush();
        }

        void received(ElementConfig sender, Wire message) {
            if (message.forProcessor()) {
                replicator.message(sender, message);
            } else {
                store.message(sender, message);
            }
            replicator.flush();
        }

        /** Stores a version of its own. */
        List<String> put(String callId, long version, boolean pending, byte... state) {
            var done = new ArrayList<String>();
            replicator.put(new StoredSession(callId, version, self.name(), pending, state), () -> done.add(callId));
            replicator.flush();
            return done;
        }

        /** Asks for a session; the answer comes when the network has delivered. */
        List<Optional<StoredSession>> get(String callId) {
            var found = new ArrayList<Optional<StoredSession>>();
            replicator.get(callId, found::add);
            replicator.flush();
            return found;
        }

        long figure(String name) {
            return (replicator.prometheus() + store.prometheus())
                    .lines()
                    .filter(line -> line.startsWith(name + " "))
                    .mapToLong(line -> Long.parseLong(line.substring(name.length() + 1)))
                    .findFirst()
                    .orElseThrow();
        }

        @Override
        public Members members() {
            return members;
        }

        @Override
        public void send(ElementConfig to, byte[] content) {
            if (to.equals(self)) {
                received(self, Wire.of(content));
            } else if (members.contains(to)) {
                wire.computeIfAbsent(new Way(self, to), way -> new ArrayDeque<>())
                        .add(content);
            }
        }

        @Override
        public void sendToAll(byte[] content) {
            members.alive().forEach(to -> send(to, content));
        }

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void takeOver(List<StoredSession> sessions) {
            takenOver.addAll(sessions);
        }

        @Override
        public void ownershipChanged() {
            // of no interest here
        }

        @Override
        public void moved(List<StoredSession> sessions, Consumer<List<String>> stored) {
            takenOver.addAll(sessions);
            stored.accept(List.of());
        }

        @Override
        public void fenced(String callId, long version) {
            fenced.add(callId);
        }

        @Override
        public void given() {
            // nobody waits here
        }

        @Override
        public void storesSilent(Map<String, Object> detail) {
            // of no interest here
        }
    }

    Servers(ClusterConfig config) {
        this.config = config;
    }

    Server of(ElementConfig one) {
        return servers.get(one);
    }

    Collection<Server> all() {
        return servers.values();
    }

    /** Some start, and all know of each other. */
    void start(ElementConfig... some) {
        for (ElementConfig one : some) {
            servers.put(one, new Server(one));
        }
        view();
    }

    /** One starts, and nobody knows it yet, nor it anybody. */
    Server join(ElementConfig one) {
        servers.put(one, new Server(one));
        return servers.get(one);
    }

    /** Some die: what they have sent arrives, what is sent to them does not. */
    void kill(ElementConfig... some) {
        Arrays.stream(some).forEach(this::crash);
        view();
    }

    /** One dies, and nobody knows it yet. */
    void crash(ElementConfig one) {
        servers.remove(one);
        wire.keySet().removeIf(way -> way.to().equals(one));
    }

    /** Of what one has sent to each of the others, the last messages are lost. {@code kept}: how many of so many are not. */
    void lose(ElementConfig from, IntUnaryOperator kept) {
        wire.forEach((way, messages) -> {
            if (way.from().equals(from) && !messages.isEmpty()) {
                int rest = kept.applyAsInt(messages.size() + 1);
                while (messages.size() > rest) {
                    messages.removeLast();
                }
            }
        });
    }

    /** Tells all who is there. */
    void view() {
        Members now = next();
        List.copyOf(servers.values()).forEach(server -> server.view(now));
    }

    /** The next view, to be told one by one. */
    Members next() {
        return Elements.members(++epoch, servers.keySet().toArray(ElementConfig[]::new));
    }

    Members members() {
        return Elements.members(epoch, servers.keySet().toArray(ElementConfig[]::new));
    }

    /** Delivers everything, and what comes of it. */
    void deliver() {
        while (!ways().isEmpty()) {
            deliverOne(ways().get(0));
        }
    }

    /** Delivers everything but what goes to one. */
    void deliverExceptTo(ElementConfig one) {
        for (List<Way> ways;
                !(ways = ways().stream().filter(way -> !way.to().equals(one)).toList()).isEmpty(); ) {
            deliverOne(ways.get(0));
        }
    }

    /** Delivers what waits to go from one to another, and nothing that comes of it. */
    void deliverUnderWay(ElementConfig from, ElementConfig to) {
        var way = new Way(from, to);
        for (int left = wire.get(way).size(); left > 0; left--) {
            deliverOne(way);
        }
    }

    /** Delivers one message of those that wait: {@code choice} modulo their number of ways. False if there is none. */
    boolean deliverAny(int choice) {
        List<Way> ways = ways();
        if (ways.isEmpty()) {
            return false;
        }
        deliverOne(ways.get(Math.floorMod(choice, ways.size())));
        return true;
    }

    private List<Way> ways() {
        return wire.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
    }

    private void deliverOne(Way way) {
        byte[] content = wire.get(way).remove();
        Server to = servers.get(way.to());
        if (to != null) {
            to.received(way.from(), Wire.of(content));
        }
    }

    /** Bytes that wait to be delivered from one to another. */
    int underWay(ElementConfig from, ElementConfig to) {
        return wire.getOrDefault(new Way(from, to), new ArrayDeque<>()).stream()
                .mapToInt(content -> content.length)
                .sum();
    }

    /** Who holds a copy of a session. */
    List<ElementConfig> holders(String callId) {
        return servers.values().stream()
                .filter(server -> server.store.copy(callId).isPresent())
                .map(server -> server.self)
                .toList();
    }
}
