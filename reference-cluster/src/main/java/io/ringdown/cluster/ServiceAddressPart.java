package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.membership.StallWatch;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;
import java.util.Map;

/** An element that holds the service address while it is the active one of its kind. */
abstract class ServiceAddressPart extends Part {
    /** The service has nobody else to hold its address. */
    private static final long BIND_AGAIN_MICROS = 20_000;

    private final EventLoop loop;

    ServiceAddressPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        StallWatch watch = stallWatch();
        loop = new EventLoop("dispatcher", handler(), watch::steady);
        loop.start();
    }

    /** What takes the datagrams that come to the service address. */
    abstract EventLoop.Handler handler();

    /** Whether it takes TCP connections, too. */
    abstract boolean listens();

    final EventLoop loop() {
        return loop;
    }

    @Override
    void serve() {
        // the service address comes with the first view that makes this the active one
    }

    @Override
    void membersChanged(Members before, Members now) {
        boolean active = self.equals(now.activeDispatcher());
        if (active != self.equals(before.activeDispatcher())) {
            loop.execute(() -> holdServiceAddress(active));
        }
    }

    private void holdServiceAddress(boolean hold) {
        if (hold != self.equals(membership.members().activeDispatcher())) {
            // Another change has followed, whose own turn comes.
            return;
        }
        try {
            if (hold) {
                loop.bind(config.service());
                listen();
            } else {
                loop.unbind();
            }
            event(hold ? "address-taken" : "address-released", Map.of());
        } catch (IOException e) {
            System.err.println(e.getMessage());
            loop.at(loop.epochMicros() + BIND_AGAIN_MICROS, () -> holdServiceAddress(hold));
        }
    }

    /** Datagrams do not wait for it. */
    private void listen() {
        if (!listens() || !self.equals(membership.members().activeDispatcher())) {
            return;
        }
        try {
            loop.listen(config.service());
        } catch (IOException e) {
            System.err.println(e.getMessage());
            loop.at(loop.epochMicros() + BIND_AGAIN_MICROS, this::listen);
        }
    }

    @Override
    void message(ElementConfig sender, Wire message) {
        // what the others tell each other is of no interest here
    }

    @Override
    boolean synced() {
        return true;
    }

    @Override
    public void close() throws IOException {
        loop.close();
        super.close();
    }
}
