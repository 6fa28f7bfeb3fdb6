package io.ringdown.cluster.dispatcher;

import static io.ringdown.cluster.membership.Elements.container;
import static io.ringdown.cluster.membership.Elements.members;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class DomainAffinityTest {
    private static final List<ElementConfig> ALL =
            List.of(container(0, 0), container(1, 0), container(2, 1), container(3, 1));
    private static final List<String> CALLS =
            IntStream.range(0, 200).mapToObj(i -> "call-" + i).toList();

    private final DomainAffinity affinity = new DomainAffinity(Elements.cluster(ALL, 2));

    @Test
    void aKnownSessionStaysInTheDomainThatItsTagNames() {
        Members all = members(1, ALL.toArray(ElementConfig[]::new));
        Members without = members(2, container(1, 0), container(2, 1), container(3, 1));
        assertThat(CALLS).allSatisfy(call -> {
            assertThat(affinity.ownerOf(all, call, "5f-c0").domain()).isEqualTo(0);
            assertThat(affinity.ownerOf(without, call, "5f-c0")).isEqualTo(container(1, 0));
            assertThat(affinity.ownerOf(all, call, "5f-c3").domain()).isEqualTo(1);
        });
    }

    /** Its calls were set up elsewhere while it was away, and stay there. */
    @Test
    void aDomainThatReturnsGetsNoCallOfAnother() {
        Members away = members(1, container(2, 1), container(3, 1));
        Members back = members(2, ALL.toArray(ElementConfig[]::new));
        assertThat(CALLS).allSatisfy(call -> {
            ElementConfig owner = affinity.ownerOf(away, call, "");
            assertThat(affinity.ownerOf(back, call, "5f-" + owner.name())).isEqualTo(owner);
        });
    }

    @Test
    void whatBelongsToNoSessionGoesWhereNewCallsGo() {
        Members all = members(1, ALL.toArray(ElementConfig[]::new));
        for (String to : List.of("", "5f-nobody", "x")) {
            assertThat(affinity.ownerOf(all, "call", to)).isEqualTo(all.ownerOf("call"));
        }
    }
}
