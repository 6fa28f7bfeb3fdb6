package io.ringdown.cluster.replication;

import static io.ringdown.cluster.membership.Elements.callsOf;
import static io.ringdown.cluster.membership.Elements.engine;
import static io.ringdown.cluster.membership.Elements.members;
import static io.ringdown.cluster.membership.Elements.replica;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.SessionReplicator;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.Set;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two engines and two replicas of one partition on a network that delivers when told. */
class ReplicationTest {
    private static final ElementConfig E0 = engine(0);
    private static final ElementConfig E1 = engine(1);
    private static final ElementConfig R2 = replica(2, 0);
    private static final ElementConfig R3 = replica(3, 0);
    private static final List<ElementConfig> ALL = List.of(E0, E1, R2, R3);
    private static final ClusterConfig CONFIG = Elements.cluster(ALL, 1);

    private static final Members NOBODY = members(0);

    private record Letter(ElementConfig from, ElementConfig to, byte[] content) {}

    private final Queue<Letter> wire = new ArrayDeque<>();
    private final Set<ElementConfig> up = new HashSet<>(ALL);
    private final Map<ElementConfig, Members> known = new HashMap<>();
    private final Map<ElementConfig, Replica> replicas = new LinkedHashMap<>();
    private final Map<ElementConfig, PartitionedReplicator> replicators = new LinkedHashMap<>();
    private final Map<ElementConfig, Processor> processors = new HashMap<>();
    private final List<String> done = new ArrayList<>();
    private long now = 1_000_000_000;

    private final class Processor implements SessionReplicator.Processor {
        private final List<StoredSession> takenOver = new ArrayList<>();
        private final List<StoredSession> moved = new ArrayList<>();
        /** Call-IDs that it does not own, by what it knows. */
        private final List<String> refused = new ArrayList<>();

        private final List<String> fenced = new ArrayList<>();
        private int ownershipChanges;

        @Override
        public void execute(Runnable task) {
            task.run();
        }

        @Override
        public void takeOver(List<StoredSession> sessions) {
            takenOver.addAll(sessions);
        }

        @Override
        public void ownershipChanged() {
            ownershipChanges++;
        }

        @Override
        public void moved(List<StoredSession> sessions, Consumer<List<String>> stored) {
            moved.addAll(sessions);
            stored.accept(sessions.stream()
                    .map(StoredSession::callId)
                    .filter(refused::contains)
                    .toList());
        }

        @Override
        public void fenced(String callId, long version) {
            fenced.add(callId);
        }

        @Override
        public void given() {
            // nobody waits here
        }

        @Override
        public void storesSilent(Map<String, Object> detail) {
            // told, not acted upon
        }
    }

    private final class Link implements Peers {
        private final ElementConfig self;

        Link(ElementConfig self) {
            this.self = self;
        }

        @Override
        public Members members() {
            return known.getOrDefault(self, NOBODY);
        }

        @Override
        public void send(ElementConfig to, byte[] content) {
            wire.add(new Letter(self, to, content));
        }

        @Override
        public void sendToAll(byte[] content) {
            members().alive().forEach(to -> send(to, content));
        }
    }

    @BeforeEach
    void start() {
        for (ElementConfig one : List.of(E0, E1)) {
            processors.put(one, new Processor());
            replicators.put(one, new PartitionedReplicator(CONFIG, one, new Link(one), processors.get(one), () -> now));
        }
        startReplica(R2);
        startReplica(R3);
        view(members(1, R2));
        view(members(2, R2, R3, E0, E1));
        deliver();
    }

    private void startReplica(ElementConfig one) {
        known.remove(one);
        replicas.put(one, new Replica(CONFIG, one, new Link(one), (event, detail) -> {}, () -> now));
    }

    private void view(Members now) {
        now.alive().forEach(one -> view(one, now));
    }

    private void view(ElementConfig one, Members now) {
        Members before = known.getOrDefault(one, NOBODY);
        known.put(one, now);
        if (one.role() == Role.REPLICA) {
            replicas.get(one).membersChanged(before, now);
        } else {
            replicators.get(one).membersChanged(now);
        }
    }

    private void deliver() {
        while (deliverOne()) {
            // until all is quiet
        }
    }

    private boolean deliverOne() {
        Letter letter = wire.poll();
        if (letter == null) {
            return false;
        }
        if (up.contains(letter.to())) {
            Wire message = Wire.of(letter.content());
            if (letter.to().role() == Role.REPLICA) {
                replicas.get(letter.to()).message(letter.from(), message);
            } else {
                replicators.get(letter.to()).message(letter.from(), message);
            }
        }
        return true;
    }

    private String call(ElementConfig owner) {
        return callsOf(owner, known.get(owner), 1).get(0);
    }

    private void put(ElementConfig by, String callId, long version, boolean pending) {
        replicators
                .get(by)
                .put(new StoredSession(callId, version, by.name(), pending, new byte[] {1}, 0), () -> done.add(callId));
        replicators.get(by).flush();
    }

    private Optional<StoredSession> get(ElementConfig by, String callId) {
        var answer = new ArrayList<Optional<StoredSession>>();
        replicators.get(by).get(callId, answer::add);
        deliver();
        assertThat(answer).hasSize(1);
        return answer.get(0);
    }

    private String copies(ElementConfig one) {
        return replicas.get(one).copies();
    }

    @Test
    void aPutIsDoneOnceEveryReplicaHoldsIt() {
        String call = call(E0);
        put(E0, call, 1, false);
        deliverOne();
        assertThat(copies(R2) + copies(R3)).isEqualTo(call + " 1\n");
        assertThat(done).isEmpty();
        deliver();
        assertThat(done).containsExactly(call);
        assertThat(copies(R2)).isEqualTo(copies(R3)).isEqualTo(call + " 1\n");
    }

    @Test
    void aDeadReplicaIsNotWaitedForOnceItIsKnownDeadAndTheirOrderStays() {
        List<String> calls = callsOf(E0, known.get(E0), 90);
        calls.forEach(call -> put(E0, call, 1, false));
        deliver();
        assertThat(done).isEqualTo(calls);
        done.clear();
        up.remove(R3);
        calls.forEach(call -> put(E0, call, 2, false));
        deliver();
        assertThat(done).isEmpty();
        view(members(3, R2, E0, E1));
        assertThat(done).isEqualTo(calls);
    }

    @Test
    void serviceGoesOnWithoutAnyReplica() {
        view(members(3, E0, E1));
        put(E0, call(E0), 1, false);
        assertThat(done).hasSize(1);
        assertThat(get(E0, call(E0))).isEmpty();
    }

    @Test
    void findsWhatIsStoredAlsoWhereOneReplicaDiesAskedAndUnanswering() {
        String call = call(E0);
        put(E0, call, 7, false);
        deliver();
        assertThat(get(E0, call).orElseThrow().version()).isEqualTo(7);
        assertThat(get(E0, "no such call")).isEmpty();

        var answer = new ArrayList<Optional<StoredSession>>();
        replicators.get(E0).get(call, answer::add);
        ElementConfig asked = wire.peek().to();
        up.remove(asked);
        deliver();
        assertThat(answer).isEmpty();
        view(members(3, asked.equals(R2) ? R3 : R2, E0, E1));
        deliver();
        assertThat(answer).singleElement().satisfies(found -> assertThat(found).isPresent());
    }

    @Test
    void aPurgeLeavesNoCopy() {
        put(E0, call(E0), 1, false);
        replicators.get(E0).purge(call(E0), 0, 2);
        replicators.get(E0).flush();
        deliver();
        assertThat(copies(R2) + copies(R3)).isEmpty();
    }

    @Test
    void storesKeepTheHighestVersion() {
        put(E0, call(E0), 5, false);
        put(E0, call(E0), 4, false);
        deliver();
        assertThat(copies(R2)).isEqualTo(call(E0) + " 5\n");
    }

    @Test
    void aReturningReplicaCopiesEverythingBeforeItAnswers() {
        List<String> calls = callsOf(E0, known.get(E0), 250);
        calls.forEach(call -> put(E0, call, 1, false));
        deliver();
        view(members(3, R2, E0, E1));
        startReplica(R3);
        view(members(4, R2, E0, E1, R3));
        assertThat(replicas.get(R3).synced()).isFalse();
        // What happens meanwhile counts: one changes, one ends, and an old copy must not bring it back.
        while (copies(R3).isEmpty()) {
            assertThat(deliverOne()).isTrue();
        }
        assertThat(replicas.get(R3).synced()).isFalse();
        put(E0, calls.get(0), 2, false);
        String copies = copies(R3);
        String notCopied = calls.stream()
                .skip(1)
                .filter(call -> !copies.contains(call + " "))
                .findFirst()
                .orElseThrow();
        replicators.get(E0).purge(notCopied, 0, 2);
        replicators.get(E0).flush();
        // Only one sender's messages keep their order.
        List<Letter> fromEngine =
                wire.stream().filter(letter -> letter.from().equals(E0)).toList();
        List<Letter> others =
                wire.stream().filter(letter -> !letter.from().equals(E0)).toList();
        wire.clear();
        wire.addAll(fromEngine);
        wire.addAll(others);
        deliver();
        assertThat(replicas.get(R3).synced()).isTrue();
        assertThat(copies(R3).lines().sorted())
                .isEqualTo(copies(R2).lines().sorted().toList())
                .hasSize(249);
        assertThat(copies(R3)).contains(calls.get(0) + " 2\n");
    }

    @Test
    void anEmptyAnswerOfAReplicaThatIsStillCopyingIsNone() {
        String call = call(E0);
        put(E0, call, 1, false);
        deliver();
        view(members(3, R2, E0, E1));
        startReplica(R3);
        view(members(4, R2, E0, E1, R3));
        // It never learns that there is one to copy from.
        wire.clear();
        for (int i = 0; i < 10; i++) {
            assertThat(get(E0, call)).isPresent();
        }
    }

    @Test
    void aReplicaWhoseSourceDiesCopiesFromNobodyAndServes() {
        view(members(3, R2, E0, E1));
        startReplica(R3);
        view(members(4, R2, E0, E1, R3));
        up.remove(R2);
        deliver();
        assertThat(replicas.get(R3).synced()).isFalse();
        view(members(5, E0, E1, R3));
        assertThat(replicas.get(R3).synced()).isTrue();
    }

    @Test
    void theNewOwnerIsHandedWhatCannotWaitAndOnlyThat() {
        List<String> calls = callsOf(E0, known.get(E0), 300);
        calls.forEach(call -> put(E0, call, 1, calls.indexOf(call) % 2 == 0));
        put(E1, call(E1), 1, true);
        deliver();
        view(members(3, R2, R3, E1));
        deliver();
        assertThat(processors.get(E1).ownershipChanges).isEqualTo(2);
        // Each replica hands them over: the engine takes what it has already no second time.
        assertThat(processors.get(E1).takenOver)
                .hasSize(300)
                .extracting(StoredSession::callId)
                .hasSameElementsAs(
                        IntStream.range(0, 150).mapToObj(i -> calls.get(2 * i)).toList());
    }

    @Test
    void aHandoverWaitsUntilTheEngineKnowsTheView() {
        put(E0, call(E0), 1, true);
        deliver();
        view(R2, members(3, R2, R3, E1));
        deliver();
        assertThat(processors.get(E1).takenOver).isEmpty();
        view(E1, members(3, R2, R3, E1));
        assertThat(processors.get(E1).takenOver).hasSize(1);
    }

    @Test
    void nobodyIsHandedAnythingWhereThereIsNoFailOver() {
        put(E0, call(E0), 1, true);
        deliver();
        view(new Members(3, List.of(R2, R3, E1), List.of(E0, E1)));
        deliver();
        assertThat(processors.get(E1).takenOver).isEmpty();
        assertThat(replicators.get(E1).owns(call(E0))).isFalse();
    }

    @Test
    void aFormerOwnerIsFencedOff() {
        String call = call(E0);
        put(E0, call, 1, false);
        deliver();
        done.clear();
        // E0 was taken for dead and does not know.
        Members without = members(3, R2, R3, E1);
        List.of(R2, R3, E1).forEach(one -> view(one, without));
        put(E1, call, 3L << 32, false);
        put(E0, call, 2, false);
        replicators.get(E0).purge(call, 0, 3);
        replicators.get(E0).flush();
        deliver();
        assertThat(done).containsExactly(call);
        assertThat(processors.get(E0).fenced).containsOnly(call).isNotEmpty();
        assertThat(processors.get(E1).fenced).isEmpty();
        assertThat(copies(R2)).isEqualTo(copies(R3)).isEqualTo(call + " " + (3L << 32) + "\n");
    }

    @Test
    void aStoreWaitsForTheViewThatAnEngineKnowsAlready() {
        String call = call(E0);
        view(E1, members(3, R2, R3, E1));
        put(E1, call, 3L << 32, false);
        deliver();
        assertThat(copies(R2)).isEmpty();
        view(R2, members(3, R2, R3, E1));
        view(R3, members(3, R2, R3, E1));
        deliver();
        assertThat(done).containsExactly(call);
        assertThat(processors.get(E1).fenced).isEmpty();
    }

    @Test
    void aStorePassesOnWhatAnEngineDidNotKnowToWriteElsewhere() {
        view(members(3, R2, E0, E1));
        startReplica(R3);
        Members all = members(4, R2, E0, E1, R3);
        List.of(R2, R3, E1).forEach(one -> view(one, all));
        deliver();
        put(E0, call(E0), 1, false);
        deliver();
        assertThat(copies(R3)).isEqualTo(call(E0) + " 1\n");
    }

    private void secondsPass(int seconds) {
        now += seconds * 1_000_000_000L;
        replicators.get(E0).flush();
    }

    @Test
    void whatIsLostOnTheWayIsSentAgain() {
        put(E0, call(E0), 1, false);
        wire.clear();
        deliver();
        assertThat(done).isEmpty();
        secondsPass(3);
        deliver();
        assertThat(done).containsExactly(call(E0));
        assertThat(copies(R2)).isEqualTo(copies(R3)).isEqualTo(call(E0) + " 1\n");
    }

    @Test
    void anAnswerThatIsLostOnTheWayIsAskedForAgain() {
        put(E0, call(E0), 1, false);
        deliver();
        var answer = new ArrayList<Optional<StoredSession>>();
        replicators.get(E0).get(call(E0), answer::add);
        wire.clear();
        secondsPass(3);
        deliver();
        assertThat(answer).singleElement().satisfies(found -> assertThat(found).isPresent());
    }

    @Test
    void aStoreThatNeverAnswersIsGivenUpInTheEnd() {
        var answer = new ArrayList<Optional<StoredSession>>();
        replicators.get(E0).get(call(E0), answer::add);
        for (int second = 0; second < 300; second++) {
            wire.clear();
            secondsPass(3);
        }
        assertThat(answer).singleElement().satisfies(found -> assertThat(found).isEmpty());
    }

    @Test
    void aPutThatComesAgainAfterThePurgeBringsNothingBack() {
        put(E0, call(E0), 1, false);
        List<Letter> puts = List.copyOf(wire);
        replicators.get(E0).purge(call(E0), 0, 2);
        replicators.get(E0).flush();
        deliver();
        wire.addAll(puts);
        deliver();
        assertThat(copies(R2) + copies(R3)).isEmpty();
    }

    @Test
    void aCallIdThatIsUsedAgainIsStoredAgain() {
        put(E0, call(E0), 1, false);
        replicators.get(E0).purge(call(E0), 0, 2);
        put(E0, call(E0), 3, false);
        deliver();
        assertThat(copies(R2)).isEqualTo(copies(R3)).isEqualTo(call(E0) + " 3\n");
    }

    /** The one that still copies may hold an older version than the one that it copies from. */
    @Test
    void whatAReplicaSaysThatIsStillCopyingCountsLess() {
        String call = call(E0);
        put(E0, call, 1, false);
        deliver();
        view(members(3, R2, E0, E1));
        put(E0, call, 2, false);
        deliver();
        startReplica(R3);
        view(members(4, R2, E0, E1, R3));
        wire.clear();
        replicas.get(R3)
                .message(
                        R2,
                        new Wire.SyncPart(
                                1, false, List.of(new StoredSession(call, 1, E0.name(), false, new byte[] {1}, 0))));
        for (int i = 0; i < 10; i++) {
            assertThat(get(E0, call))
                    .hasValueSatisfying(found -> assertThat(found.version()).isEqualTo(2));
        }
    }

    @Test
    void aReturningReplicaThatHeardOfNobodyAsksAgain() {
        put(E0, call(E0), 1, false);
        deliver();
        view(members(3, R2, E0, E1));
        startReplica(R3);
        view(members(4, R2, E0, E1, R3));
        wire.clear();
        assertThat(replicas.get(R3).synced()).isFalse();
        replicas.get(R3).askAgain();
        deliver();
        assertThat(replicas.get(R3).synced()).isTrue();
        assertThat(copies(R3)).isEqualTo(copies(R2)).isNotEmpty();
    }

    @Test
    void aReturningReplicaThatIsBeingSentEverythingDoesNotAskAgain() {
        for (String call : callsOf(E0, known.get(E0), 1_000)) {
            put(E0, call, 1, false);
        }
        deliver();
        view(members(3, R2, E0, E1));
        startReplica(R3);
        view(members(4, R2, E0, E1, R3));
        while (copies(R3).isEmpty()) {
            deliverOne();
        }
        replicas.get(R3).askAgain();
        assertThat(wire).noneMatch(letter -> Wire.of(letter.content()) instanceof Wire.SyncRequest);
        wire.clear();
        replicas.get(R3).askAgain();
        deliver();
        assertThat(replicas.get(R3).synced()).as("asks once nothing comes").isTrue();
        assertThat(copies(R3).lines())
                .hasSize(1_000)
                .containsExactlyInAnyOrderElementsOf(copies(R2).lines().toList());
    }

    /** A process that is still starting misses what is sent to all. */
    @Test
    void aReturningReplicaNeedsNoNewsToAskWhoServedLongest() {
        put(E0, call(E0), 1, false);
        deliver();
        view(members(3, R2, E0, E1));
        startReplica(R3);
        view(members(4, R2, E0, E1, R3));
        wire.removeIf(letter -> Wire.of(letter.content()) instanceof Wire.Synced);
        deliver();
        assertThat(replicas.get(R3).synced()).isTrue();
        assertThat(copies(R3)).isEqualTo(copies(R2)).isNotEmpty();
    }

    @Test
    void whoIsAskedBeforeItHasEverythingAnswersWhenItHas() {
        startReplica(R2);
        startReplica(R3);
        replicas.get(R2).message(R3, new Wire.SyncRequest(0));
        assertThat(wire).isEmpty();
        view(R2, members(4, R2, R3, E0, E1));
        assertThat(wire)
                .filteredOn(letter -> letter.to().equals(R3))
                .extracting(letter -> Wire.of(letter.content()))
                .contains(new Wire.SyncPart(1, true, List.of()));
    }

    private static StoredSession session(String callId) {
        return new StoredSession(callId, 3, "e0", true, new byte[] {9}, 0);
    }

    /** A view in which everybody lives, and one engine owns everything. */
    private static Members served(long epoch, ElementConfig... serving) {
        return new Members(epoch, List.of(R2, R3, E0, E1), List.of(serving));
    }

    @Test
    void whatAnEngineGivesAwayIsKeptUntilItsNewOwnerHasIt() {
        view(served(3, E1));
        replicators.get(E0).giveAway(List.of(session("a"), session("b")));
        replicators.get(E0).flush();
        assertThat(replicators.get(E0).settled()).isEqualTo(-1);
        deliver();
        assertThat(processors.get(E1).moved).extracting(StoredSession::callId).containsExactly("a", "b");
        replicators.get(E0).flush();
        assertThat(replicators.get(E0).settled()).isEqualTo(3);
    }

    @Test
    void whatIsLostOnTheWayIsGivenAgain() {
        view(served(3, E1));
        replicators.get(E0).giveAway(List.of(session("a")));
        wire.clear();
        now += Writes.AGAIN_NANOS;
        replicators.get(E0).flush();
        deliver();
        replicators.get(E0).flush();
        assertThat(processors.get(E1).moved).hasSize(1);
        assertThat(replicators.get(E0).settled()).isEqualTo(3);
    }

    @Test
    void whatWasGivenToOneThatDiesComesBackAndGoesToWhoeverOwnsItNext() {
        view(served(3, E1));
        replicators.get(E0).giveAway(List.of(session("a")));
        wire.clear();
        view(members(4, R2, R3, E0));
        assertThat(processors.get(E0).moved).extracting(StoredSession::callId).containsExactly("a");
    }

    @Test
    void whatItsReceiverDoesNotOwnWaitsForTheChangeThatTellsWhoDoes() {
        view(served(3, E1));
        processors.get(E1).refused.add("a");
        replicators.get(E0).giveAway(List.of(session("a"), session("b")));
        deliver();
        replicators.get(E0).flush();
        assertThat(replicators.get(E0).settled()).isEqualTo(-1);
        processors.get(E1).refused.clear();
        view(served(4, E1));
        deliver();
        replicators.get(E0).flush();
        assertThat(processors.get(E1).moved).extracting(StoredSession::callId).containsExactly("a", "b", "a");
        assertThat(replicators.get(E0).settled()).isEqualTo(4);
    }

    @Test
    void whatIsGivenByOneWhoKnowsOfALaterChangeWaitsForIt() {
        view(E0, served(3, E1));
        replicators.get(E0).giveAway(List.of(session("a")));
        deliver();
        assertThat(processors.get(E1).moved).isEmpty();
        view(E1, served(3, E1));
        deliver();
        assertThat(processors.get(E1).moved).hasSize(1);
    }
}
