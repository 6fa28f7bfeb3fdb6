package io.ringdown.cluster.membership;

import static io.ringdown.cluster.membership.Elements.engine;
import static io.ringdown.cluster.membership.Elements.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import java.util.ArrayList;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.View;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

/** What becomes of the transport's views. */
class MembershipTest {
    private static final ElementConfig E0 = engine(0);
    private static final ElementConfig E1 = engine(1);
    private static final ElementConfig R2 = replica(2, 0);
    private static final ElementConfig R3 = replica(3, 0);
    private static final ClusterConfig CONFIG = Elements.cluster(List.of(E0, E1, R2, R3), 1);

    private final List<Members> told = new ArrayList<>();
    private final Membership membership = new Membership(CONFIG, E0);

    private final Membership.Listener listener = new Membership.Listener() {
        @Override
        public void gone(ElementConfig element) {
            // of no interest here
        }

        @Override
        public void membersChanged(Members before, Members now) {
            assertThat(now.epoch()).isGreaterThan(before.epoch());
            told.add(now);
        }

        @Override
        public void message(ElementConfig sender, byte[] content) {
            // none comes
        }

        @Override
        public void cutOff() {
            // not here
        }
    };

    private static Address address(int rank, int incarnation) {
        return new UUID(incarnation, rank);
    }

    private void view(int number, Address... members) {
        membership.accept(View.create(members[0], number, members), address(0, 7), listener);
    }

    @Test
    void membersStandInTheOrderOfTheirService() {
        view(1, address(2, 7));
        view(2, address(2, 7), address(3, 7), address(0, 7));
        assertThat(told.get(1).alive()).containsExactly(R2, R3, E0);
    }

    @Test
    void oneThatLeftAndReturnedWithinAViewIsSeenToLeaveAndToReturn() {
        view(1, address(2, 7), address(0, 7), address(3, 7));
        view(2, address(0, 7), address(3, 7), address(2, 8));
        assertThat(told)
                .extracting(Members::alive)
                .containsExactly(List.of(R2, E0, R3), List.of(E0, R3), List.of(E0, R3, R2));
    }

    @Test
    void oneThatReturnedBesideItsFormerSelfIsTheYoungest() {
        view(1, address(2, 7), address(0, 7));
        view(2, address(2, 7), address(0, 7), address(2, 8));
        view(3, address(0, 7), address(2, 8));
        assertThat(told.subList(1, 4))
                .extracting(Members::alive)
                .containsExactly(List.of(E0), List.of(E0, R2), List.of(E0, R2));
    }
}
