package io.ringdown.cluster;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ClusterConfig.Transport;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.membership.Membership;
import io.ringdown.cluster.membership.StallWatch;
import io.ringdown.cluster.replication.Distance;
import io.ringdown.cluster.replication.Peers;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.ConnectionLimits;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;
import java.util.Map;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.BiConsumer;
import java.util.function.Consumer;
import java.util.stream.Collectors;

/** An element's part in the cluster, from its joining until it leaves, dies or is cut off. */
abstract class Part implements AutoCloseable {
    /**
     * What a part needs.
     *
     * @param events takes what is worth telling
     * @param cutOff told, with the reason, when this part must end and a new one begin
     */
    record Surroundings(
            ClusterConfig config,
            ElementConfig self,
            BiConsumer<String, Map<String, Object>> events,
            Consumer<String> cutOff) {}

    final ClusterConfig config;
    final ElementConfig self;
    /** Null in a cluster of one. */
    final Membership membership;

    private final Peers peers;
    private final Surroundings surroundings;
    private final AtomicBoolean ended = new AtomicBoolean();
    private volatile boolean joined;
    private volatile boolean drains;

    Part(Surroundings surroundings) {
        this.surroundings = surroundings;
        config = surroundings.config();
        self = surroundings.self();
        membership = config.single() ? null : new Membership(config, self);
        peers = Distance.between(self, config.distance(), direct());
    }

    /** Joins the others and serves. */
    final void start() throws Exception {
        if (self.role() != Role.REPLICA && self.role() != Role.SPRAYER && config.practice() > 0) {
            int answers = Practice.serve(config, self, config.practice());
            event("practised", Map.of("calls", config.practice(), "answers", answers));
        }
        if (membership != null) {
            membership.join(new Listener());
        }
        joined = true;
        serve();
    }

    /** Called once, when the part has joined. */
    abstract void serve() throws Exception;

    /** The set of live members changed. On JGroups' threads. */
    abstract void membersChanged(Members before, Members now);

    /** A member is gone, and the change of members that says so may come within moments. On JGroups' threads. */
    void gone(ElementConfig element) {
        // most can wait for the change
    }

    /** A message came. On JGroups' threads. */
    abstract void message(ElementConfig sender, Wire message);

    /** Whether the part has everything that it needs to serve. */
    abstract boolean synced();

    /** Figures in Prometheus' text format. */
    abstract String metrics();

    /** Call-IDs of the sessions that it owns, a line each. */
    String owned() {
        return "";
    }

    /** Call-ID and version of the sessions that it stores, a line each. */
    String copies() {
        return "";
    }

    /** Call-detail records that it wrote, a line each. */
    String records() {
        return "";
    }

    /**
     * Whether it serves no calls, was asked not to, and has given away those that it had.
     */
    boolean drained() {
        return false;
    }

    final String state() {
        if (!joined) {
            return "starting";
        }
        return drains ? drained() ? "drained" : "draining" : synced() ? "synced" : "up";
    }

    /** Takes it out of service, or puts it back. May be repeated. */
    final void drain(boolean out) {
        drains = out;
        membership.drain(out);
    }

    /** Why it cannot be taken out of service, or empty. */
    final String indispensable() {
        if (membership == null) {
            return "it is the only one";
        }
        boolean others =
                members().routable().stream().anyMatch(other -> !other.equals(self) && other.domain() == self.domain());
        return others ? "" : "nobody else could serve its calls";
    }

    final boolean joined() {
        return joined;
    }

    final Members members() {
        return membership == null ? new Members(0, config.elements(), config.elements()) : membership.members();
    }

    final void event(String name, Map<String, Object> detail) {
        surroundings.events().accept(name, detail);
    }

    /**
     * A watch on this process's standing still. Its patience ends before the others', who count from the last heartbeat; where silence
     * is no failure there is none.
     */
    final StallWatch stallWatch() {
        if (membership == null || !config.detection().heartbeats()) {
            return StallWatch.none();
        }
        int timeout = config.detection().timeoutMillis();
        long patience = Math.max(timeout / 2, timeout - config.detection().intervalMillis());
        return new StallWatch(System::nanoTime, patience * 1_000_000, () -> cutOff("stood still"));
    }

    private void cutOff(String why) {
        if (ended.compareAndSet(false, true)) {
            surroundings.cutOff().accept(why);
        }
    }

    /** Whether SIP goes by TCP between elements. */
    final boolean tcp() {
        return config.transport().tcpBetweenElements();
    }

    /** A loop for SIP, which ends when this part is cut off. */
    final EventLoop loop(String name, EventLoop.Handler handler) throws IOException {
        StallWatch watch = stallWatch();
        Transport transport = config.transport();
        return new EventLoop(
                name,
                handler,
                watch::steady,
                ConnectionLimits.of(transport.mostConnections(), transport.idleMillis() * 1_000L));
    }

    /** The others, as far away as the configuration has them. */
    final Peers peers() {
        return peers;
    }

    private Peers direct() {
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
        ended.set(true);
        joined = false;
        if (peers instanceof Distance distance) {
            distance.close();
        }
        if (membership != null) {
            membership.close();
        }
    }

    private final class Listener implements Membership.Listener {
        @Override
        public void membersChanged(Members before, Members now) {
            event(
                    "view",
                    Map.of(
                            "epoch", now.epoch(),
                            "members", now.alive().size(),
                            "left", names(before, now),
                            "joined", names(now, before),
                            "drained", drained(now)));
            Part.this.membersChanged(before, now);
        }

        @Override
        public void gone(ElementConfig element) {
            Part.this.gone(element);
        }

        @Override
        public void message(ElementConfig sender, byte[] content) {
            if (ended.get()) {
                return;
            }
            try {
                Part.this.message(sender, Wire.of(content));
            } catch (RuntimeException e) {
                System.err.println(self.name() + ": message of " + sender.name() + " failed: " + e);
            }
        }

        @Override
        public void cutOff() {
            Part.this.cutOff("was separated");
        }
    }

    private static String drained(Members now) {
        return now.alive().stream()
                .filter(element -> element.processes() && !now.routable().contains(element))
                .map(ElementConfig::name)
                .collect(Collectors.joining(" "));
    }

    private static String names(Members of, Members without) {
        return of.alive().stream()
                .filter(element -> !without.contains(element))
                .map(ElementConfig::name)
                .collect(Collectors.joining(" "));
    }
}
