package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.membership.StallWatch;
import io.ringdown.cluster.replication.Wire;
import io.ringdown.cluster.sip.EventLoop;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;

/** A dispatcher in its surroundings: it holds the service address while it is the active one. */
final class DispatcherPart extends Part {
    /** The service has nobody else to hold its address. */
    private static final long BIND_AGAIN_MICROS = 20_000;

    /** What the others take to agree that an element is gone; then its requests go on whatever they think. */
    private static final long AGREED_MICROS = 200_000;

    private final EventLoop loop;
    private final Dispatcher dispatcher;

    DispatcherPart(Surroundings surroundings) throws IOException {
        super(surroundings);
        StallWatch watch = stallWatch();
        loop = new EventLoop("dispatcher", new Handler(), watch::steady);
        dispatcher = new Dispatcher(config.service(), membership::members, loop::send);
        loop.start();
    }

    @Override
    void serve() {
        // the service address comes with the first view that makes this the active one
    }

    @Override
    void membersChanged(Members before, Members now) {
        loop.execute(dispatcher::membersChanged);
        boolean active = self.equals(now.activeDispatcher());
        if (active != self.equals(before.activeDispatcher())) {
            loop.execute(() -> holdServiceAddress(active));
        }
    }

    @Override
    void gone(ElementConfig element) {
        loop.execute(() -> {
            dispatcher.hold(element);
            loop.at(loop.epochMicros() + AGREED_MICROS, () -> dispatcher.release(element));
        });
    }

    private void holdServiceAddress(boolean hold) {
        if (hold != self.equals(membership.members().activeDispatcher())) {
            // Another change has followed, whose own turn comes.
            return;
        }
        try {
            if (hold) {
                loop.bind(config.service());
            } else {
                loop.unbind();
            }
            event(hold ? "address-taken" : "address-released", Map.of());
        } catch (IOException e) {
            System.err.println(e.getMessage());
            loop.at(loop.epochMicros() + BIND_AGAIN_MICROS, () -> holdServiceAddress(hold));
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
    String metrics() {
        return dispatcher.prometheus();
    }

    @Override
    String listing() {
        return "";
    }

    @Override
    public void close() throws IOException {
        loop.close();
        super.close();
    }

    private final class Handler implements EventLoop.Handler {
        @Override
        public void received(byte[] data, int length, InetSocketAddress from) {
            dispatcher.received(data, length, from);
        }

        @Override
        public void turnEnded() {
            // what is held waits for a change of members, not for the end of a turn
        }
    }
}
