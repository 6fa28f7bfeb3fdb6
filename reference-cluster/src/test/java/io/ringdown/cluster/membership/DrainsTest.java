package io.ringdown.cluster.membership;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jgroups.Address;
import org.jgroups.util.UUID;
import org.junit.jupiter.api.Test;

/** Members whose messages and views come in any order, as long as it is one sender's. */
class DrainsTest {
    private static final Address A = new UUID(1, 0);
    private static final Address B = new UUID(1, 1);
    private static final Address C = new UUID(1, 2);
    private static final Address D = new UUID(1, 3);

    private final Map<Address, Member> members = new LinkedHashMap<>();
    private final Map<Way, Deque<byte[]>> wire = new LinkedHashMap<>();
    /** What an order of a view says: the same to all. */
    private final Map<String, Set<Address>> meanings = new LinkedHashMap<>();

    private long viewNumber;
    private List<Address> view = List.of();

    private record Way(Address from, Address to) {}

    private final class Member {
        private final Address self;
        private final Drains drains;
        private long known = -1;
        private long published = -1;
        private int number;
        private Set<Address> out = Set.of();
        private boolean wish;

        private Member(Address self) {
            this.self = self;
            drains = new Drains((to, content) -> {
                assertThat(Drains.isOne(content)).isTrue();
                wire.computeIfAbsent(new Way(self, to), way -> new ArrayDeque<>())
                        .add(content);
            });
        }

        void wish(boolean out) {
            wish = out;
            note(drains.wish(out));
        }

        void view() {
            if (known != viewNumber) {
                known = viewNumber;
                note(drains.viewChanged(viewNumber, view, self));
            }
        }

        void note(boolean change) {
            if (change) {
                assertThat(known > published || drains.number() > number).isTrue();
                published = known;
                number = drains.number();
                out = Set.copyOf(drains.out());
                assertThat(meanings.computeIfAbsent(published + "." + number, none -> out))
                        .isEqualTo(out);
            }
        }
    }

    private void start(Address... all) {
        for (Address one : all) {
            members.put(one, new Member(one));
        }
        newView();
    }

    private void newView() {
        viewNumber++;
        view = List.copyOf(members.keySet());
    }

    private void kill(Address one) {
        members.remove(one);
        newView();
    }

    private void tell() {
        members.values().forEach(Member::view);
    }

    private boolean deliverOne(Random random) {
        List<Way> ways = wire.entrySet().stream()
                .filter(each -> !each.getValue().isEmpty())
                .map(Map.Entry::getKey)
                .toList();
        if (ways.isEmpty()) {
            return false;
        }
        Way way = ways.get(random.nextInt(ways.size()));
        byte[] content = wire.get(way).remove();
        Member to = members.get(way.to());
        if (to != null) {
            to.note(to.drains.received(way.from(), content));
        }
        return true;
    }

    private void deliver() {
        var random = new Random(1);
        while (deliverOne(random)) {
            // until all is quiet
        }
    }

    private void agree(Address... out) {
        assertThat(members.values()).allSatisfy(member -> {
            assertThat(member.published).isEqualTo(viewNumber);
            assertThat(member.out).containsExactlyInAnyOrder(out);
        });
        assertThat(members.values().stream().map(member -> member.number).distinct())
                .hasSize(1);
    }

    @Test
    void allTakeOutWhoWishesItAndPutItBack() {
        start(A, B, C);
        tell();
        agree();
        members.get(B).wish(true);
        deliver();
        agree(B);
        members.get(A).wish(true);
        deliver();
        agree(A, B);
        members.get(B).wish(false);
        deliver();
        agree(A);
    }

    @Test
    void whoIsOutStaysOutWhateverHappensToTheOthersAndOneThatJoinsLearnsOfIt() {
        start(A, B, C);
        tell();
        members.get(C).wish(true);
        deliver();
        kill(A);
        tell();
        deliver();
        agree(C);
        members.put(D, new Member(D));
        newView();
        tell();
        deliver();
        agree(C);
        kill(C);
        tell();
        deliver();
        agree();
    }

    @Test
    void anOrderThatDiedWithItsGiverAndReachedOnlyOneIsRepeated() {
        start(A, B, C, D);
        tell();
        members.get(D).wish(true);
        deliverOne(new Random(1));
        wire.get(new Way(A, B)).clear();
        wire.get(new Way(A, D)).clear();
        deliver();
        assertThat(members.get(C).out).containsExactly(D);
        assertThat(members.get(B).out).isEmpty();
        kill(A);
        members.get(C).view();
        assertThat(members.get(C).published).as("waits for B").isEqualTo(1);
        deliver();
        tell();
        deliver();
        agree(D);
    }

    @Test
    void withNobodyOutAViewIsPublishedAtOnceAndNothingIsSent() {
        start(A, B, C);
        tell();
        kill(A);
        tell();
        agree();
        assertThat(wire).isEmpty();
    }

    @Test
    void historiesOfAnyOrderEndInAgreement() {
        for (int seed = 0; seed < 2_000; seed++) {
            members.clear();
            wire.clear();
            meanings.clear();
            viewNumber = 0;
            live(new Random(seed));
        }
    }

    private void live(Random random) {
        int incarnation = 1;
        start(A, B, C, D);
        for (int step = 0; step < 60; step++) {
            int choice = random.nextInt(100);
            var now = new ArrayList<>(members.values());
            Member any = now.get(random.nextInt(now.size()));
            if (choice < 15) {
                any.wish(random.nextBoolean());
            } else if (choice < 25) {
                any.view();
            } else if (choice < 28 && now.size() > 1) {
                loseSomeOf(any.self, random);
                kill(any.self);
            } else if (choice < 31 && now.size() < 5) {
                var returning = new UUID(++incarnation, random.nextInt(4));
                members.put(returning, new Member(returning));
                newView();
            } else {
                deliverOne(random);
            }
        }
        tell();
        deliver();
        // What a dead first member was asked and did not order is asked again.
        members.values().forEach(member -> member.wish(member.wish));
        deliver();
        agree(members.values().stream()
                .filter(member -> member.wish)
                .map(member -> member.self)
                .collect(Collectors.toCollection(TreeSet::new))
                .toArray(Address[]::new));
    }

    /** What a dead one sent arrives, or its end does not. */
    private void loseSomeOf(Address dead, Random random) {
        wire.forEach((way, messages) -> {
            while (way.from().equals(dead) && !messages.isEmpty() && random.nextBoolean()) {
                messages.removeLast();
            }
        });
    }
}
