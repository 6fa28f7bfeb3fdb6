package io.ringdown.cluster.replication;

import io.ringdown.cluster.config.ElementConfig;
import java.util.ArrayList;
import java.util.List;

/** Messages whose senders know of a later change of members than their receiver does yet. */
final class Postponed {
    /** A message from one who knows of this epoch. */
    record Letter(ElementConfig sender, long epoch, Wire message) {}

    private final List<Letter> letters = new ArrayList<>();

    /** Keeps a message until its epoch has come. */
    void add(ElementConfig sender, long epoch, Wire message) {
        letters.add(new Letter(sender, epoch, message));
    }

    /** Takes out, in order, those whose epoch has come. */
    List<Letter> due(long epoch) {
        List<Letter> due = letters.stream().filter(one -> one.epoch() <= epoch).toList();
        letters.removeAll(due);
        return due;
    }
}
