package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import java.util.ArrayList;
import java.util.List;
import java.util.function.BiConsumer;

/** Messages whose senders know of a later change of members than their receiver does yet. */
final class Postponed {
    private record Letter(ElementConfig sender, Wire message) {}

    private final List<Letter> letters = new ArrayList<>();
    private final BiConsumer<ElementConfig, Wire> timely;

    /** {@code timely} takes each message once the change that its sender knew of is known here. */
    Postponed(BiConsumer<ElementConfig, Wire> timely) {
        this.timely = timely;
    }

    /** Passes a message on if the receiver, which is at the given epoch, knows as much as its sender, and keeps it else. */
    void arrived(ElementConfig sender, Wire message, long epoch) {
        if (message.knownEpoch() > epoch) {
            letters.add(new Letter(sender, message));
        } else {
            timely.accept(sender, message);
        }
    }

    /** Passes on, in order, what waited for this epoch. */
    void reached(long epoch) {
        List<Letter> due = letters.stream()
                .filter(one -> one.message.knownEpoch() <= epoch)
                .toList();
        letters.removeAll(due);
        due.forEach(one -> timely.accept(one.sender, one.message));
    }
}
