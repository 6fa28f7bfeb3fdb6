package io.ringdown.cluster;

import io.ringdown.cluster.admin.AdminPort;
import io.ringdown.cluster.admin.EventJournal;
import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.engine.Engine;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.membership.Membership;
import io.ringdown.cluster.replication.PartitionedReplicator;
import io.ringdown.cluster.replication.Peers;
import io.ringdown.cluster.replication.Replica;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/** One running element: its role's parts, wired. */
final class Element implements AutoCloseable {
    private final ClusterConfig config;
    private final ElementConfig self;
    private final EventJournal journal = new EventJournal();
    private final Map<String, Supplier<String>> pages = new HashMap<>();
    private final Membership membership;
    private volatile boolean joined;
    private EventLoop loop;
    private AdminPort admin;

    Element(ClusterConfig config, ElementConfig self) {
        this.config = config;
        this.self = self;
        membership = config.single() ? null : new Membership(config, self);
        pages.put("/events", journal::lines);
    }

    /** Binds its sockets, joins the others and serves. */
    void start() throws Exception {
        switch (self.role()) {
            case ENGINE -> startEngine();
            case REPLICA -> startReplica();
            case DISPATCHER -> startDispatcher();
        }
    }

    private void serve(BooleanSupplier synced) throws IOException {
        pages.put("/health", () -> health(synced.getAsBoolean()));
        admin = new AdminPort(self.admin(), pages);
    }

    private String health(boolean synced) {
        Members members =
                membership == null ? new Members(0, config.elements(), config.elements()) : membership.members();
        return "{\"element\":\"" + self.name() + "\",\"role\":\""
                + self.role().name().toLowerCase(java.util.Locale.ROOT)
                + "\",\"state\":\"" + (synced ? "synced" : joined ? "up" : "starting") + "\",\"view\":"
                + members.epoch()
                + ",\"members\":["
                + members.alive().stream()
                        .map(member -> "\"" + member.name() + "\"")
                        .collect(Collectors.joining(","))
                + "]}\n";
    }

    private void startEngine() throws Exception {
        var parts = new Object() {
            Engine engine;
        };
        loop = new EventLoop("engine", new EventLoop.Handler() {
            @Override
            public void received(byte[] data, int length, InetSocketAddress from) {
                parts.engine.received(data, length, from);
            }

            @Override
            public void turnEnded() {
                parts.engine.turnEnded();
            }
        });
        var engine = new Engine(config.engine(self.name()), surroundings());
        parts.engine = engine;
        loop.bind(config.single() ? config.service() : self.sip());
        pages.put("/metrics", () -> engine.counters().prometheus());
        pages.put("/owned", () -> onLoop(() -> engine.owned().stream().collect(Collectors.joining("\n", "", "\n"))));
        serve(() -> joined);
        if (membership != null) {
            var replicator = new PartitionedReplicator(config, self, peers(), engine);
            engine.replicateBy(replicator);
            loop.start();
            join((before, now) -> replicator.membersChanged(now), replicator::message);
        } else {
            loop.start();
        }
        joined = true;
    }

    private Engine.Surroundings surroundings() {
        return new Engine.Surroundings() {
            @Override
            public long epochMicros() {
                return loop.epochMicros();
            }

            @Override
            public void at(long epochMicros, Runnable task) {
                loop.at(epochMicros, task);
            }

            @Override
            public void execute(Runnable task) {
                loop.execute(task);
            }

            @Override
            public void send(byte[] datagram, int length, InetSocketAddress to) {
                loop.send(datagram, length, to);
            }

            @Override
            public void event(String name, Map<String, Object> detail) {
                journal.add(name, detail);
            }
        };
    }

    private String onLoop(Supplier<String> question) {
        var answer = new CompletableFuture<String>();
        loop.execute(() -> answer.complete(question.get()));
        return answer.orTimeout(2, TimeUnit.SECONDS).join();
    }

    private void startReplica() throws Exception {
        var replica = new Replica(config, self, peers(), journal::add);
        pages.put("/metrics", replica::prometheus);
        pages.put("/copies", replica::copies);
        serve(() -> joined && replica.synced());
        join(replica::membersChanged, replica::message);
        joined = true;
    }

    private void startDispatcher() throws Exception {
        var parts = new Object() {
            Dispatcher dispatcher;
        };
        loop = new EventLoop("dispatcher", new EventLoop.Handler() {
            @Override
            public void received(byte[] data, int length, InetSocketAddress from) {
                parts.dispatcher.received(data, length, from);
            }

            @Override
            public void turnEnded() {
                // nothing is kept between messages
            }
        });
        parts.dispatcher = new Dispatcher(config.service(), membership::members, loop::send);
        pages.put("/metrics", parts.dispatcher::prometheus);
        serve(() -> joined);
        loop.start();
        join(
                (before, now) -> {
                    if (self.equals(now.activeDispatcher()) != self.equals(before.activeDispatcher())) {
                        boolean active = self.equals(now.activeDispatcher());
                        loop.execute(() -> holdServiceAddress(active));
                    }
                },
                (sender, message) -> {});
        joined = true;
    }

    private void holdServiceAddress(boolean hold) {
        try {
            if (hold) {
                loop.bind(config.service());
            } else {
                loop.unbind();
            }
            journal.add(hold ? "address-taken" : "address-released", Map.of());
        } catch (IOException e) {
            System.err.println(e.getMessage());
            throw new UncheckedIOException(e);
        }
    }

    private interface ViewListener {
        void membersChanged(Members before, Members now);
    }

    private interface MessageListener {
        void message(ElementConfig sender, Wire message);
    }

    private void join(ViewListener views, MessageListener messages) throws Exception {
        membership.join(new Membership.Listener() {
            @Override
            public void membersChanged(Members before, Members now) {
                journal.add(
                        "view",
                        Map.of(
                                "epoch", now.epoch(),
                                "members", now.alive().size(),
                                "left", names(before, now),
                                "joined", names(now, before)));
                views.membersChanged(before, now);
            }

            @Override
            public void message(ElementConfig sender, byte[] content) {
                if (self.role() != ElementConfig.Role.DISPATCHER) {
                    messages.message(sender, Wire.of(content));
                }
            }
        });
    }

    private static String names(Members of, Members without) {
        return of.alive().stream()
                .filter(element -> !without.contains(element))
                .map(ElementConfig::name)
                .collect(Collectors.joining(" "));
    }

    private Peers peers() {
        return new Peers() {
            @Override
            public Members members() {
                return membership.members();
            }

            @Override
            public void send(ElementConfig to, byte[] content) {
                membership.send(to, content);
            }

            @Override
            public void sendToAll(byte[] content) {
                membership.sendToAll(content);
            }
        };
    }

    @Override
    public void close() throws IOException {
        if (admin != null) {
            admin.close();
        }
        if (membership != null) {
            membership.close();
        }
        if (loop != null) {
            loop.close();
        }
    }
}
