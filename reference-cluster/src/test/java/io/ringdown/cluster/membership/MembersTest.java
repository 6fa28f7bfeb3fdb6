package io.ringdown.cluster.membership;

import static io.ringdown.cluster.membership.Elements.container;
import static io.ringdown.cluster.membership.Elements.dispatcher;
import static io.ringdown.cluster.membership.Elements.engine;
import static io.ringdown.cluster.membership.Elements.members;
import static io.ringdown.cluster.membership.Elements.proxy;
import static io.ringdown.cluster.membership.Elements.replica;
import static io.ringdown.cluster.membership.Elements.sprayer;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ElementConfig;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class MembersTest {
    private static final List<String> CALLS =
            IntStream.range(0, 12_000).mapToObj(i -> i + "-77@127.0.0.1").toList();

    private final Members four = members(1, engine(0), engine(1), engine(2), engine(3));
    private final Members three = members(2, engine(0), engine(1), engine(3));

    private static Map<ElementConfig, Long> owners(Members members, List<String> calls) {
        return calls.stream()
                .map(members::ownerOf)
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    @Test
    void spreadsCallsEvenly() {
        assertThat(owners(four, CALLS).values())
                .hasSize(4)
                .allSatisfy(calls -> assertThat(calls).isBetween(2_800L, 3_200L));
    }

    @Test
    void aDeathMovesOnlyTheCallsOfTheDeadAndThoseEvenly() {
        assertThat(CALLS)
                .filteredOn(call -> !four.ownerOf(call).equals(engine(2)))
                .allSatisfy(call -> assertThat(three.ownerOf(call)).isEqualTo(four.ownerOf(call)));
        List<String> moved = CALLS.stream()
                .filter(call -> four.ownerOf(call).equals(engine(2)))
                .toList();
        assertThat(owners(three, moved).values())
                .hasSize(3)
                .allSatisfy(calls -> assertThat(calls).isBetween(850L, 1_150L));
    }

    /** What products offer as group fail-over, and what doubles one server's load instead of adding a third to each (H11). */
    @Test
    void groupedAllCallsOfTheDeadGoToTheNextInLine() {
        List<ElementConfig> living = three.routable();
        Members grouped = new Members(2, living, living, four.routable());
        assertThat(CALLS).allSatisfy(call -> {
            ElementConfig before = four.ownerOf(call);
            assertThat(grouped.ownerOf(call)).isEqualTo(before.equals(engine(2)) ? engine(3) : before);
        });
        Members alone = new Members(3, List.of(engine(1)), List.of(engine(1)), four.routable());
        assertThat(CALLS).allSatisfy(call -> assertThat(alone.ownerOf(call)).isEqualTo(engine(1)));
    }

    @Test
    void allAgreeWhateverTheOrderInWhichTheyKnowTheEngines() {
        Members other = members(9, engine(3), engine(1), engine(2), engine(0));
        assertThat(CALLS).allSatisfy(call -> assertThat(other.ownerOf(call)).isEqualTo(four.ownerOf(call)));
    }

    @Test
    void nobodyOwnsACallWhereNoEngineIsLeft() {
        assertThat(members(1, dispatcher(0), replica(1, 0)).ownerOf("call")).isNull();
    }

    @Test
    void theLongestServingDispatcherIsActive() {
        assertThat(members(1, dispatcher(1), engine(2), dispatcher(0)).activeDispatcher())
                .isEqualTo(dispatcher(1));
        assertThat(members(1, engine(2)).activeDispatcher()).isNull();
    }

    /** Active-active, with failback (paper section 4.1). */
    @Test
    void aDispatchersOwnAddressIsHeldByItselfAndWhileItIsGoneByAnother() {
        var first = new InetSocketAddress("127.9.0.1", 5060);
        var second = new InetSocketAddress("127.9.1.1", 5060);
        ElementConfig d0 = dispatcher(0, first);
        ElementConfig d1 = dispatcher(1, second);
        assertThat(members(1, d0, d1, engine(2)).holderOf(first)).isEqualTo(d0);
        assertThat(members(1, d0, d1, engine(2)).holderOf(second)).isEqualTo(d1);
        assertThat(members(2, d1, engine(2)).holderOf(first)).isEqualTo(d1);
        assertThat(members(2, d1, engine(2)).holderOf(second)).isEqualTo(d1);
        // It has served for a shorter time than the other, and has its own back all the same.
        assertThat(members(3, d1, engine(2), d0).holderOf(first)).isEqualTo(d0);
        assertThat(members(4, d0, d1).holderOf(first)).as("without an engine").isNull();
        assertThat(members(5, dispatcher(1), engine(2), dispatcher(0)).holderOf(first))
                .as("where the address is one for all")
                .isEqualTo(dispatcher(1));
    }

    @Test
    void aDispatcherAloneIsNotActive() {
        assertThat(members(1, dispatcher(0), replica(1, 0)).activeDispatcher()).isNull();
    }

    @Test
    void newCallsAreSpreadEvenlyOverDomainsAndWithinThem() {
        Members containers = members(1, container(0, 0), container(1, 0), container(2, 1), container(3, 1));
        assertThat(owners(containers, CALLS).values())
                .hasSize(4)
                .allSatisfy(calls -> assertThat(calls).isBetween(2_800L, 3_200L));
        Members alone = members(2, container(0, 0), container(2, 1), container(3, 1));
        // The peer takes all that the dead one had, new calls as well; the other domain keeps its half.
        assertThat(owners(alone, CALLS).get(container(0, 0))).isBetween(5_700L, 6_300L);
        CALLS.forEach(call -> assertThat(alone.domainOf(call)).isEqualTo(containers.domainOf(call)));
    }

    @Test
    void aCallStaysInItsDomainAndANewOneGoesToADomainThatLives() {
        Members other = members(2, container(2, 1), container(3, 1));
        assertThat(CALLS).allSatisfy(call -> {
            assertThat(other.ownerOf(call, 0)).isNull();
            assertThat(other.ownerOf(call).domain()).isEqualTo(1);
        });
    }

    @Test
    void aSprayerHoldsTheServiceAddressAndAProxyDoesNot() {
        assertThat(members(1, proxy(0), sprayer(1), container(2, 0)).activeDispatcher())
                .isEqualTo(sprayer(1));
        assertThat(members(1, proxy(0), container(2, 0)).activeDispatcher()).isNull();
    }

    @Test
    void replicasAreThoseOfThePartition() {
        assertThat(members(1, replica(3, 0), replica(1, 1), replica(2, 0)).replicas(0))
                .containsExactly(replica(3, 0), replica(2, 0));
    }
}
