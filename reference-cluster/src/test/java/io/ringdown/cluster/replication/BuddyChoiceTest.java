package io.ringdown.cluster.replication;

import static io.ringdown.cluster.membership.Elements.members;
import static io.ringdown.cluster.membership.Elements.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ClusterConfig.Buddies;
import io.ringdown.cluster.config.ClusterConfig.Buddies.Order;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.Mutant;
import io.ringdown.cluster.membership.Elements;
import java.util.List;
import org.junit.jupiter.api.Test;

class BuddyChoiceTest {
    /** Listed rack by rack: the first two and the last two stand together. */
    private static List<ElementConfig> servers(String... pools) {
        return List.of(server(0, pools[0]), server(1, pools[1]), server(2, pools[2]), server(3, pools[3]));
    }

    private static final List<ElementConfig> BLIND = servers("", "", "", "");
    private static final List<ElementConfig> ACROSS = servers("1", "2", "1", "2");

    private static List<Integer> buddies(
            List<ElementConfig> all, Buddies settings, ElementConfig of, ElementConfig... alive) {
        return new BuddyChoice(Elements.cluster(all, settings, Mutant.NONE))
                .of(of, members(1, alive.length == 0 ? all.toArray(ElementConfig[]::new) : alive)).stream()
                        .map(ElementConfig::rank)
                        .toList();
    }

    @Test
    void nextInLineIsARing() {
        var ring = new Buddies(1, Order.NEXT_IN_LINE, false, false);
        assertThat(BLIND)
                .extracting(server -> buddies(BLIND, ring, server).get(0))
                .containsExactly(1, 2, 3, 0);
    }

    @Test
    void mutualIsPairs() {
        var pairs = new Buddies(1, Order.MUTUAL, false, false);
        assertThat(BLIND)
                .extracting(server -> buddies(BLIND, pairs, server).get(0))
                .containsExactly(1, 0, 3, 2);
    }

    @Test
    void aPoolComesFirstAndOthersIfItIsGone() {
        var pooled = new Buddies(1, Order.NEXT_IN_LINE, false, false);
        assertThat(ACROSS)
                .extracting(server -> buddies(ACROSS, pooled, server).get(0))
                .containsExactly(2, 3, 0, 1);
        assertThat(buddies(ACROSS, pooled, ACROSS.get(0), ACROSS.get(0), ACROSS.get(1), ACROSS.get(3)))
                .containsExactly(1);
    }

    @Test
    void aStrictPoolHasNoOthers() {
        var strict = new Buddies(1, Order.NEXT_IN_LINE, true, false);
        assertThat(buddies(ACROSS, strict, ACROSS.get(0))).containsExactly(2);
        assertThat(buddies(ACROSS, strict, ACROSS.get(0), ACROSS.get(0), ACROSS.get(1), ACROSS.get(3)))
                .isEmpty();
    }

    @Test
    void thereAreAsManyAsAskedForAndAsThereAreOthers() {
        assertThat(buddies(ACROSS, new Buddies(2, Order.NEXT_IN_LINE, false, false), ACROSS.get(1)))
                .containsExactly(3, 2);
        assertThat(buddies(ACROSS, new Buddies(3, Order.MUTUAL, false, false), ACROSS.get(0), ACROSS.get(0)))
                .isEmpty();
        assertThat(buddies(ACROSS, new Buddies(0, Order.MUTUAL, false, false), ACROSS.get(0)))
                .isEmpty();
    }

    @Test
    void anotherProcessOfTheSameMachineIsTheLastChoice() {
        ElementConfig beside = new ElementConfig(
                "s1",
                1,
                ElementConfig.Role.SERVER,
                "",
                "m0",
                null,
                null,
                BLIND.get(1).admin(),
                -1,
                "",
                null);
        List<ElementConfig> all = List.of(BLIND.get(0), beside, BLIND.get(2));
        assertThat(buddies(all, new Buddies(1, Order.NEXT_IN_LINE, false, false), all.get(0)))
                .containsExactly(2);
        assertThat(buddies(all, new Buddies(1, Order.NEXT_IN_LINE, false, false), all.get(0), all.get(0), beside))
                .containsExactly(1);
    }
}
