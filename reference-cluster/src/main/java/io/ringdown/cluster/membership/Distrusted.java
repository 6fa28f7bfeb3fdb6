package io.ringdown.cluster.membership;

import java.util.Collection;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Consumer;
import org.jgroups.Address;

/**
 * Members of the losing side of a separation, until they have left to join anew. Each leaves by itself, but while a merge is being concluded
 * JGroups takes no notice of that; the loser that led the merge is then the first member of a group that it is gone from, and its place is
 * taken, at the same address, by one that answers for it but cannot join. So whoever has not left soon is excluded. Safe for several
 * threads.
 */
final class Distrusted {
    private final Set<Address> members = ConcurrentHashMap.newKeySet();
    private final Consumer<Runnable> soon;
    private final Consumer<List<Address>> exclude;

    /**
     * @param soon runs something once a leaver should be gone
     * @param exclude takes members for dead; without effect while a merge is being concluded
     */
    Distrusted(Consumer<Runnable> soon, Consumer<List<Address>> exclude) {
        this.soon = soon;
        this.exclude = exclude;
    }

    boolean contains(Address member) {
        return members.contains(member);
    }

    void add(Collection<Address> losers) {
        if (members.addAll(losers)) {
            soon.accept(this::excludeWhoIsLeft);
        }
    }

    /** Whoever is no member has left. */
    void retainAll(Collection<Address> view) {
        members.retainAll(view);
    }

    private void excludeWhoIsLeft() {
        List<Address> left = List.copyOf(members);
        if (!left.isEmpty()) {
            exclude.accept(left);
            soon.accept(this::excludeWhoIsLeft);
        }
    }
}
