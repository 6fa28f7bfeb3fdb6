package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.Engine;
import io.ringdown.cluster.engine.Mutant;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.ClusterReplicator;
import io.ringdown.cluster.replication.Peers;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.EventLoop;
import io.ringdown.cluster.sip.ProxyHeader;
import io.ringdown.cluster.sip.Via;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** An app processor in its surroundings: socket, thread, membership and session replicator. */
abstract class ProcessorPart extends Part {
    private static final int DIED_OF_A_CALL = 134;

    private final EventLoop loop;
    private final Engine engine;
    private final Backlog backlog;
    /** What a part that has ended owns, whose loop answers no more. */
    private final CompletableFuture<String> closed = new CompletableFuture<>();
    /** Null in a cluster of one. */
    private ClusterReplicator replicator;

    ProcessorPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        loop = loop("engine", new Handler());
        engine = new Engine(self.name(), config.engine(), new World());
        InetSocketAddress address = membership == null ? config.service() : self.sip();
        backlog = new Backlog(
                loop::epochMicros, config.engine().t1Micros(), config.engine().overloadMicros());
        loop.bind(address);
        if (membership == null) {
            loop.listen(address);
        } else if (tcp()) {
            List<InetSocketAddress> openers = openers();
            loop.listen(
                    address, openers.stream().map(InetSocketAddress::getAddress).toList(), openers);
        }
        if (config.engine().overloadMicros() > 0) {
            engine.refuseNewWhile(backlog);
            backlog.watch(loop, address);
        }
    }

    /** The addresses that other elements keep connections to this one open for: who holds one of them passes on what is sent from there. */
    private List<InetSocketAddress> openers() {
        var openers = new ArrayList<>(config.services());
        config.all(Role.PROXY).forEach(proxy -> openers.add(proxy.sip()));
        return openers;
    }

    final Engine engine() {
        return engine;
    }

    /** Before the first message. */
    final void replicateBy(ClusterReplicator replicator) {
        this.replicator = replicator;
        engine.replicateBy(replicator);
    }

    /** The others, and this process itself, which is reached without a network. */
    final Peers nearPeers() {
        Peers others = peers();
        return new Peers() {
            @Override
            public Members members() {
                return others.members();
            }

            @Override
            public void send(ElementConfig to, byte[] content) {
                if (to.equals(self)) {
                    message(self, Wire.of(content));
                } else {
                    others.send(to, content);
                }
            }

            @Override
            public void sendToAll(byte[] content) {
                others.sendToAll(content);
            }
        };
    }

    /** Sends a response. On the loop's thread. */
    void respond(byte[] response, int length, Via via) {
        loop.respond(response, length, via);
    }

    /** Sends a datagram. On the loop's thread. */
    final void send(byte[] datagram, int length, InetSocketAddress to) {
        loop.send(datagram, length, to);
    }

    /** Sends a message to whoever holds the address of another element. On the loop's thread. */
    final void sendToElement(byte[] message, int length, InetSocketAddress address) {
        if (tcp()) {
            loop.answerByTrunk(message, length, address);
        } else {
            loop.send(message, length, address);
        }
    }

    /** What came before the engine knew the others has waited in the socket: it could not have known whose call it was. */
    @Override
    void serve() {
        loop.start();
    }

    @Override
    void membersChanged(Members before, Members now) {
        replicator.membersChanged(now);
    }

    @Override
    void message(ElementConfig sender, Wire message) {
        replicator.message(sender, message);
    }

    @Override
    boolean synced() {
        return true;
    }

    @Override
    boolean drained() {
        return !members().routable().contains(self)
                && settled()
                && engine.counters().owned() == 0;
    }

    /** Whether what it owned, and owns, is where it belongs by the last change of members. */
    final boolean settled() {
        return replicator.settled() == members().epoch();
    }

    @Override
    String metrics() {
        return engine.counters().prometheus()
                + loop.counters().prometheus()
                + (replicator == null ? "" : replicator.prometheus());
    }

    @Override
    String owned() {
        if (!joined()) {
            return "";
        }
        var answer = new CompletableFuture<String>();
        loop.execute(() -> answer.complete(String.join("\n", engine.owned()) + "\n"));
        return answer.orTimeout(2, TimeUnit.SECONDS)
                .applyToEither(closed, owned -> owned)
                .join();
    }

    @Override
    String records() {
        return engine.records();
    }

    @Override
    public void close() throws IOException {
        loop.close();
        closed.complete("");
        super.close();
    }

    private final class Handler implements EventLoop.Handler {
        @Override
        public void received(byte[] data, int length, InetSocketAddress from) {
            if (!backlog.took(data, length, from)) {
                engine.received(data, length, from);
            }
        }

        @Override
        public void turnEnded() {
            engine.turnEnded();
        }
    }

    private final class World implements Engine.Surroundings {
        @Override
        public long epochMicros() {
            return config.engine().mutant() == Mutant.WALL_CLOCK
                    ? System.currentTimeMillis() * 1_000
                    : loop.epochMicros();
        }

        @Override
        public void at(long epochMicros, Runnable task) {
            long late = config.engine().mutant() == Mutant.WALL_CLOCK ? loop.epochMicros() - epochMicros() : 0;
            loop.at(epochMicros + late, task);
        }

        @Override
        public void execute(Runnable task) {
            loop.execute(task);
        }

        @Override
        public void send(byte[] datagram, int length, InetSocketAddress to) {
            ProcessorPart.this.send(datagram, length, to);
        }

        @Override
        public void respond(byte[] response, int length, Via via) {
            ProcessorPart.this.respond(response, length, via);
        }

        @Override
        public void request(byte[] datagram, int length, InetSocketAddress to) {
            if (membership == null) {
                loop.send(datagram, length, to);
            } else {
                byte[] framed = ProxyHeader.framed(datagram, length, self.sip(), to);
                sendToElement(framed, framed.length, config.service());
            }
        }

        @Override
        public boolean steady() {
            return loop.steady();
        }

        @Override
        public void halt() {
            Runtime.getRuntime().halt(DIED_OF_A_CALL);
        }

        @Override
        public void event(String name, Map<String, Object> detail) {
            ProcessorPart.this.event(name, detail);
        }
    }
}
