package io.ringdown.cluster.replication;

import static io.ringdown.cluster.membership.Elements.callsOf;
import static io.ringdown.cluster.membership.Elements.server;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ClusterConfig.Buddies;
import io.ringdown.cluster.config.ClusterConfig.Buddies.Order;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.Mutant;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.replication.Servers.Server;
import io.ringdown.cluster.session.Fields;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/** Four servers in two pools, so that S0 and S2 are each other's buddies, and S1 and S3. */
class BuddyReplicationTest {
    private static final ElementConfig S0 = server(0, "a");
    private static final ElementConfig S1 = server(1, "b");
    private static final ElementConfig S2 = server(2, "a");
    private static final ElementConfig S3 = server(3, "b");
    private static final List<ElementConfig> ALL = List.of(S0, S1, S2, S3);
    private static final Buddies ONE = new Buddies(1, Order.NEXT_IN_LINE, false, false);

    private static Servers servers(Buddies buddies, Mutant mutant) {
        ClusterConfig config = Elements.cluster(ALL, buddies, mutant);
        var servers = new Servers(config);
        servers.start(S0, S1, S2, S3);
        servers.deliver();
        return servers;
    }

    private static Servers servers() {
        return servers(ONE, Mutant.NONE);
    }

    /** A call that one server owns, and another one when that is gone. */
    private static String call(ElementConfig owner, ElementConfig heir) {
        var rest = ALL.stream().filter(one -> !one.equals(owner)).toArray(ElementConfig[]::new);
        return callsOf(owner, Elements.members(1, ALL.toArray(ElementConfig[]::new)), 100).stream()
                .filter(callId -> heir.equals(Elements.members(2, rest).ownerOf(callId)))
                .findFirst()
                .orElseThrow();
    }

    @Test
    void aPutIsDoneOnceTheBuddyHoldsItTooAndGoesToNobodyElse() {
        Servers servers = servers();
        String call = call(S0, S1);
        List<String> done = servers.of(S0).put(call, 1, false, (byte) 1);
        assertThat(done).isEmpty();
        servers.deliver();
        assertThat(done).containsExactly(call);
        assertThat(servers.holders(call)).containsExactly(S0, S2);
        assertThat(servers.of(S0).figure("ringdown_copies_sent_total")).isEqualTo(1);
    }

    @Test
    void whoIsAskedForADeadOnesSessionOwnsItAndTheDeadOnesBuddyDeletesIt() {
        Servers servers = servers();
        String call = call(S0, S1);
        servers.of(S0).put(call, 1, false, (byte) 7);
        servers.deliver();
        servers.kill(S0);
        servers.deliver();
        assertThat(servers.holders(call)).as("untouched").containsExactly(S2);

        List<Optional<StoredSession>> found = servers.of(S1).get(call);
        servers.deliver();

        assertThat(found)
                .singleElement()
                .satisfies(session -> assertThat(session.orElseThrow().state()).containsExactly(7));
        assertThat(servers.holders(call)).containsExactly(S1, S3);
        assertThat(servers.of(S1).store.ownVersion(call)).isPositive();
        assertThat(servers.of(S1).figure("ringdown_taken_over_total{way=\"searched\"}"))
                .isEqualTo(1);
        assertThat(servers.of(S2).figure("ringdown_copies_left_behind")).isZero();
    }

    @Test
    void aBuddyFindsItAtHand() {
        Servers servers = servers();
        String call = call(S0, S2);
        servers.of(S0).put(call, 1, false, (byte) 7);
        servers.deliver();
        servers.kill(S0);
        servers.deliver();

        List<Optional<StoredSession>> found = servers.of(S2).get(call);

        assertThat(found)
                .as("without a message")
                .singleElement()
                .satisfies(session -> assertThat(session).isPresent());
        servers.deliver();
        assertThat(servers.of(S2).figure("ringdown_taken_over_total{way=\"at-hand\"}"))
                .isEqualTo(1);
        assertThat(servers.of(S2).figure("ringdown_taken_over_total{way=\"searched\"}"))
                .isZero();
        assertThat(servers.holders(call)).hasSize(2).contains(S2);
    }

    @Test
    void whatCannotWaitIsHandedToItsNewOwnerAtOnce() {
        Servers servers = servers();
        String call = call(S0, S1);
        servers.of(S0).put(call, 1, true, (byte) 7);
        servers.deliver();
        servers.kill(S0);
        servers.deliver();

        assertThat(servers.of(S1).takenOver).extracting(StoredSession::callId).containsExactly(call);
        assertThat(servers.holders(call)).containsExactly(S1, S3);
    }

    @Test
    void sessionsThatWereBackedOnTheDeadOneAreCopiedAgainTouchedOrNot() {
        Servers servers = servers();
        String call = call(S0, S1);
        servers.of(S0).put(call, 1, false, (byte) 7);
        servers.deliver();
        servers.kill(S2);
        servers.deliver();
        assertThat(servers.holders(call)).hasSize(2).contains(S0);
        assertThat(servers.all())
                .allSatisfy(server -> assertThat(server.store.synced()).isTrue());
    }

    @Test
    void aFormerBuddyIsToldOfChangesUntilTheNewOneHasEverything() {
        Servers servers = servers();
        servers.kill(S2);
        servers.deliver();
        List<String> calls = callsOf(S0, Elements.members(1, ALL.toArray(ElementConfig[]::new)), 250);
        calls.forEach(call -> servers.of(S0).put(call, 1, false, (byte) 1));
        servers.deliver();
        ElementConfig former = servers.holders(calls.get(0)).get(1);

        servers.start(S2);
        assertThat(servers.of(S2).store.synced()).as("not told everything yet").isFalse();
        servers.of(S0).put(calls.get(0), 2, false, (byte) 2);
        assertThat(servers.underWay(S0, former)).isPositive();
        servers.deliver();

        assertThat(calls).allSatisfy(call -> assertThat(servers.holders(call)).containsExactly(S0, S2));
        assertThat(servers.of(S2).store.copy(calls.get(0)).orElseThrow().version())
                .isEqualTo(2);
        assertThat(servers.of(S2).store.synced()).isTrue();
    }

    /** Its confirmation could not be sent, and whoever was to be told until then would be for long. */
    @Test
    void aBuddyThatDoesNotKnowItsOwnerYetAnswersWhenItDoes() {
        Servers servers = servers();
        servers.kill(S2);
        servers.deliver();
        Server returned = servers.join(S2);
        Members now = servers.next();
        List.of(S0, S1, S3).forEach(one -> servers.of(one).view(now));
        servers.deliver();
        assertThat(servers.of(S0).replicator.settled()).as("not confirmed yet").isNotEqualTo(now.epoch());
        assertThat(returned.store.synced()).isFalse();

        returned.view(now);
        servers.deliver();

        assertThat(servers.all()).allSatisfy(server -> {
            assertThat(server.replicator.settled()).isEqualTo(now.epoch());
            assertThat(server.store.synced()).isTrue();
        });
    }

    /** Else its copy would stay for ever. */
    @Test
    void aFormerBuddyForgetsASessionAfterTheLastChangeOfItWhicheverItKnowsFirst() {
        Servers servers = servers();
        servers.kill(S2);
        servers.deliver();
        String call = call(S0, S1);
        servers.of(S0).put(call, 1, false, (byte) 1);
        servers.deliver();
        ElementConfig former = servers.holders(call).get(1);
        servers.join(S2);
        Members now = servers.next();
        servers.all().stream().filter(server -> !server.self.equals(former)).forEach(server -> server.view(now));
        servers.of(S0).put(call, 2, false, (byte) 2);
        servers.deliver();

        servers.of(former).view(now);
        servers.deliver();

        assertThat(servers.holders(call)).containsExactlyInAnyOrder(S0, S2);
    }

    /** S1 is S0's buddy for a moment, is told changes for another, and then is its buddy again, without a part of the sessions. */
    @Test
    void aFormerBuddyThatWasNotSentEverythingIsSentItWhenItIsChosenAgain() {
        var servers = new Servers(Elements.cluster(ALL, ONE, Mutant.NONE));
        servers.start(S0, S3);
        servers.deliver();
        List<String> calls = callsOf(S0, Elements.members(1, ALL.toArray(ElementConfig[]::new)), 250);
        calls.forEach(call -> servers.of(S0).put(call, 1, false, (byte) 1));
        servers.deliver();
        servers.start(S1);
        servers.start(S2);
        servers.kill(S2);
        servers.deliver();
        assertThat(calls).allSatisfy(call -> assertThat(servers.holders(call)).containsExactlyInAnyOrder(S0, S1));
    }

    @Test
    void whoWasNoBuddyMeanwhileHasNotEverythingByWhatItWasSentBefore() {
        var servers = new Servers(Elements.cluster(ALL, ONE, Mutant.NONE));
        servers.start(S0, S3);
        servers.deliver();
        servers.start(S1);
        servers.deliverExceptTo(S1);
        servers.start(S2);
        servers.deliverExceptTo(S1);
        callsOf(S0, servers.members(), 250).forEach(call -> servers.of(S0).put(call, 1, false, (byte) 1));
        servers.deliverExceptTo(S1);
        servers.kill(S2);

        servers.deliverUnderWay(S3, S1);
        servers.deliverUnderWay(S0, S1);
        assertThat(servers.of(S1).store.synced()).as("sent a part").isFalse();
        servers.deliver();
        assertThat(servers.of(S1).store.synced()).isTrue();
    }

    @Test
    void aSessionMovesFromALivingOwnerToOneThatJoins() {
        Servers servers = servers();
        servers.kill(S1);
        servers.deliver();
        String call = callsOf(S1, Elements.members(1, ALL.toArray(ElementConfig[]::new)), 1)
                .get(0);
        ElementConfig before = servers.members().ownerOf(call);
        servers.of(before).put(call, 1, false, (byte) 7);
        servers.deliver();

        servers.start(S1);
        List<Optional<StoredSession>> found = servers.of(S1).get(call);
        servers.deliver();

        assertThat(found)
                .singleElement()
                .satisfies(session -> assertThat(session).isPresent());
        assertThat(servers.holders(call)).containsExactlyInAnyOrder(S1, S3);
        servers.of(before).put(call, 2, false, (byte) 8);
        assertThat(servers.of(before).fenced).containsExactly(call);
    }

    /** Else whoever held the older copy would bring it back after the new owner's death. */
    @Test
    void nothingIsToldOfASessionBeforeEveryOlderCopyIsDeleted() {
        Servers servers = servers();
        String call = call(S0, S1);
        servers.of(S0).put(call, 1, false, (byte) 7);
        servers.deliver();
        servers.kill(S0);
        servers.deliver();
        servers.of(S1).get(call);
        // The question reaches S2, and its answer S1; the order to delete it does not.
        servers.deliverExceptTo(S2);
        servers.deliverAny(0);
        servers.deliverExceptTo(S2);
        assertThat(servers.of(S1).store.ownVersion(call)).as("taken over").isPositive();

        long version = servers.of(S1).store.ownVersion(call) + 1;
        List<String> done = servers.of(S1).put(call, version, false, (byte) 8);
        servers.deliverExceptTo(S2);
        assertThat(done).isEmpty();
        servers.deliver();
        assertThat(done).containsExactly(call);
    }

    @Test
    void moreBuddiesSurviveMoreDeaths() {
        Servers servers = servers(new Buddies(3, Order.NEXT_IN_LINE, false, false), Mutant.NONE);
        String call = call(S0, S1);
        servers.of(S0).put(call, 1, false, (byte) 7);
        servers.deliver();
        assertThat(servers.holders(call)).hasSize(4);
        servers.kill(S0, S1, S2);
        servers.deliver();
        List<Optional<StoredSession>> found = servers.of(S3).get(call);
        assertThat(found)
                .singleElement()
                .satisfies(session -> assertThat(session).isPresent());
    }

    /** Each session has two copies, and so is lost with one of the C(4,2) = 6 pairs of servers: one in six in expectation (H3). */
    @ParameterizedTest
    @EnumSource(Order.class)
    void overAllPairsOfServersEachSessionIsLostOnce(Order order) {
        int lost = 0;
        for (int one = 0; one < ALL.size(); one++) {
            for (int other = one + 1; other < ALL.size(); other++) {
                Servers servers = servers(new Buddies(1, order, false, false), Mutant.NONE);
                for (int call = 0; call < 100; call++) {
                    String callId = "call-" + call;
                    servers.of(servers.members().ownerOf(callId)).put(callId, 1, false, (byte) 1);
                }
                servers.deliver();
                servers.kill(ALL.get(one), ALL.get(other));
                for (int call = 0; call < 100; call++) {
                    lost += servers.holders("call-" + call).isEmpty() ? 1 : 0;
                }
            }
        }
        assertThat(lost).isEqualTo(100);
    }

    /** Of the n - f servers that a dead one's calls are spread over, one is its buddy (paper section 6.1.4; H16). */
    @Test
    void aThirdOfADeadServersSessionsIsFoundAtHand() {
        Servers servers = servers();
        List<String> calls = callsOf(S0, servers.members(), 1_500);
        calls.forEach(call -> servers.of(S0).put(call, 1, false, (byte) 1));
        servers.deliver();
        servers.kill(S0);
        servers.deliver();
        for (String call : calls) {
            servers.of(servers.members().ownerOf(call)).get(call);
        }
        servers.deliver();
        long atHand = servers.of(S2).figure("ringdown_taken_over_total{way=\"at-hand\"}");
        assertThat(atHand / 1_500.0).isBetween(1 / 3.0 - 0.05, 1 / 3.0 + 0.05);
        assertThat(servers.all().stream()
                        .mapToLong(server -> server.figure("ringdown_taken_over_total{way=\"searched\"}"))
                        .sum())
                .isEqualTo(1_500 - atHand);
    }

    @Test
    void onlyTheFieldsThatChangedAreSent() {
        Servers servers = servers(new Buddies(1, Order.NEXT_IN_LINE, false, true), Mutant.NONE);
        String call = call(S0, S1);
        byte[] big = new byte[4_000];
        servers.of(S0).put(call, 1, false, Fields.joined(List.of(big, new byte[] {1})));
        servers.deliver();
        servers.of(S0).put(call, 2, false, Fields.joined(List.of(big, new byte[] {2})));
        assertThat(servers.underWay(S0, S2)).isBetween(1, 200);
        servers.deliver();
        assertThat(Fields.of(servers.of(S2).store.copy(call).orElseThrow().state())
                        .get(1))
                .containsExactly(2);
    }

    @Test
    void aBuddyThatLacksTheRestGetsTheWholeSession() {
        Servers servers = servers(new Buddies(1, Order.NEXT_IN_LINE, false, true), Mutant.NONE);
        List<String> calls = callsOf(S0, Elements.members(1, ALL.toArray(ElementConfig[]::new)), 250);
        var done = new ArrayList<String>();
        for (String call : calls) {
            servers.of(S0).put(call, 1, false, Fields.joined(List.of(new byte[100], new byte[] {1})));
        }
        servers.deliver();
        servers.kill(S2);
        // Before the new buddy was sent its part.
        for (String call : calls) {
            done.addAll(servers.of(S0).put(call, 2, false, Fields.joined(List.of(new byte[100], new byte[] {2}))));
        }
        servers.deliver();
        assertThat(calls).allSatisfy(call -> {
            ElementConfig buddy = servers.holders(call).get(1);
            assertThat(Fields.of(servers.of(buddy)
                                    .store
                                    .copy(call)
                                    .orElseThrow()
                                    .state())
                            .get(1))
                    .containsExactly(2);
        });
    }

    @Test
    void brokenOnPurposeItLeavesCopiesBehind() {
        Servers servers = servers(ONE, Mutant.NO_DELETE);
        String call = call(S0, S1);
        servers.of(S0).put(call, 1, false, (byte) 7);
        servers.deliver();
        servers.kill(S0);
        servers.of(S1).get(call);
        servers.deliver();
        assertThat(servers.holders(call)).containsExactly(S1, S2, S3);
    }

    @Test
    void brokenOnPurposeItCopiesNothingAgain() {
        Servers servers = servers(ONE, Mutant.SKIPPED_REBUDDYING);
        String call = call(S0, S1);
        servers.of(S0).put(call, 1, false, (byte) 7);
        servers.deliver();
        servers.kill(S2);
        servers.deliver();
        assertThat(servers.holders(call)).containsExactly(S0);
    }

    @Test
    void aBatchOfPutsIsOneMessage() {
        Servers servers = servers();
        Server owner = servers.of(S0);
        List<String> calls = callsOf(S0, servers.members(), 10);
        IntStream.range(0, calls.size())
                .forEach(i -> owner.replicator.put(
                        new StoredSession(calls.get(i), 1, S0.name(), false, new byte[] {1}), () -> {}));
        owner.replicator.flush();
        servers.deliver();
        assertThat(owner.figure("ringdown_copies_sent_total")).isEqualTo(10);
    }
}
