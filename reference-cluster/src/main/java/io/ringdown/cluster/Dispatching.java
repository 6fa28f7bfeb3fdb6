package io.ringdown.cluster;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.dispatcher.Dispatcher;
import io.ringdown.cluster.sip.EventLoop;

/** A dispatcher on its thread: told there of what happens to the members. */
record Dispatching(Dispatcher dispatcher, EventLoop loop) {
    /** What the others take to agree that an element is gone; then its requests go on whatever they think. */
    private static final long AGREED_MICROS = 200_000;

    void membersChanged() {
        loop.execute(dispatcher::membersChanged);
    }

    void gone(ElementConfig element) {
        loop.execute(() -> {
            dispatcher.hold(element);
            loop.at(loop.epochMicros() + AGREED_MICROS, () -> dispatcher.release(element));
        });
    }
}
