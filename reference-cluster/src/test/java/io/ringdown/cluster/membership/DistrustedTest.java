package io.ringdown.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

class DistrustedTest {
    private static final Address FIRST = new UUID(7, 0);
    private static final Address OTHER = new UUID(7, 1);
    private static final Address WINNER = new UUID(7, 2);

    private final Queue<Runnable> soon = new ArrayDeque<>();
    private final List<List<Address>> excluded = new ArrayList<>();
    private final Distrusted distrusted = new Distrusted(soon::add, excluded::add);

    @Test
    void whoLeavesByItselfIsNotExcluded() {
        distrusted.add(List.of(FIRST));
        assertThat(distrusted.contains(FIRST)).isTrue();
        distrusted.retainAll(List.of(WINNER));
        soon.remove().run();
        assertThat(distrusted.contains(FIRST)).isFalse();
        assertThat(excluded).isEmpty();
        assertThat(soon).isEmpty();
    }

    @Test
    void whoDoesNotLeaveIsExcludedAgainUntilItIsGone() {
        distrusted.add(List.of(FIRST, OTHER));
        distrusted.retainAll(List.of(FIRST, WINNER));
        soon.remove().run();
        soon.remove().run();
        distrusted.retainAll(List.of(WINNER));
        soon.remove().run();
        assertThat(excluded).containsExactly(List.of(FIRST), List.of(FIRST));
        assertThat(soon).isEmpty();
    }

    @Test
    void whereNobodyLostNobodyIsWatched() {
        distrusted.add(List.of());
        assertThat(soon).isEmpty();
    }
}
