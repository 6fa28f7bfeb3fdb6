package io.ringdown.cluster.replication;

import static io.ringdown.cluster.membership.Elements.callsOf;
import static io.ringdown.cluster.membership.Elements.container;
import static io.ringdown.cluster.membership.Elements.members;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.SessionReplicator;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** Two containers of one replication domain, each with a store of its own, on a network that delivers when told. */
class DomainTest {
    private static final ElementConfig C0 = container(0, 0);
    private static final ElementConfig C1 = container(1, 0);
    private static final ClusterConfig CONFIG = Elements.cluster(List.of(C0, C1), 1);

    private static final Members NOBODY = members(0);

    private record Letter(ElementConfig from, ElementConfig to, byte[] content) {}

    private final Queue<Letter> wire = new ArrayDeque<>();
    private final Map<ElementConfig, Container> containers = new LinkedHashMap<>();

    private final class Container implements Peers, SessionReplicator.Processor {
        private final ElementConfig self;
        private final Replica store;
        private final PartitionedReplicator replicator;
        private final List<StoredSession> takenOver = new ArrayList<>();
        private Members members = NOBODY;

        Container(ElementConfig self) {
            this.self = self;
            store = new Replica(CONFIG, self, this, (event, detail) -> {}, () -> 0);
            replicator = new PartitionedReplicator(CONFIG, self, this, this, () -> 0);
            containers.put(self, this);
        }

        void message(ElementConfig sender, Wire message) {
            if (message.forProcessor()) {
                replicator.message(sender, message);
            } else {
                store.message(sender, message);
            }
        }

        void view(Members now) {
            Members before = members;
            members = now;
            replicator.membersChanged(now);
            store.membersChanged(before, now);
        }

        @Override
        public Members members() {
            return members;
        }

        @Override
        public void send(ElementConfig to, byte[] content) {
            if (to.equals(self)) {
                message(self, Wire.of(content));
            } else {
                wire.add(new Letter(self, to, content));
            }
        }

        @Override
        public void sendToAll(byte[] content) {
            members.alive().forEach(to -> send(to, content));
        }

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
            // of no interest here
        }

        @Override
        public void moved(List<StoredSession> sessions, Consumer<List<String>> stored) {
            takenOver.addAll(sessions);
            stored.accept(List.of());
        }

        @Override
        public void fenced(String callId, long version) {
            // of no interest here
        }

        @Override
        public void given() {
            // nobody waits here
        }

        @Override
        public void storesSilent(Map<String, Object> detail) {
            // of no interest here
        }
    }

    @BeforeEach
    void start() {
        new Container(C0).view(members(1, C0));
        new Container(C1);
        view(members(2, C0, C1));
        deliver();
    }

    private void view(Members now) {
        now.alive().forEach(one -> containers.get(one).view(now));
    }

    private void deliver() {
        for (Letter letter; (letter = wire.poll()) != null; ) {
            containers.get(letter.to()).message(letter.from(), Wire.of(letter.content()));
        }
    }

    private boolean put(ElementConfig by, String callId, boolean pending) {
        var done = new ArrayList<String>();
        PartitionedReplicator replicator = containers.get(by).replicator;
        replicator.put(
                new StoredSession(callId, 1, by.name(), pending, new byte[] {1}, by.partition()),
                () -> done.add(callId));
        replicator.flush();
        boolean early = !done.isEmpty();
        deliver();
        assertThat(done).containsExactly(callId);
        return early;
    }

    private String callOf(ElementConfig owner) {
        return callsOf(owner, members(2, C0, C1), 1).get(0);
    }

    @Test
    void aPutIsDoneOnceThePeerHoldsItToo() {
        String call = callOf(C0);
        assertThat(put(C0, call, true)).isFalse();
        assertThat(containers.get(C0).store.copies()).isEqualTo(call + " 1\n");
        assertThat(containers.get(C1).store.copies()).isEqualTo(call + " 1\n");
    }

    @Test
    void whatAPeerLeavesBehindIsTakenOverFromTheStoreAtHandAndNothingMoves() {
        String open = callOf(C0);
        String idle = callsOf(C0, members(2, C0, C1), 2).get(1);
        put(C0, open, true);
        put(C0, idle, false);

        containers.get(C1).view(members(3, C1));

        assertThat(containers.get(C1).takenOver)
                .extracting(StoredSession::callId)
                .containsExactly(open);
        assertThat(containers.get(C1).replicator.owns(open)).isTrue();
        var found = new ArrayList<Optional<StoredSession>>();
        containers.get(C1).replicator.get(idle, found::add);
        assertThat(found)
                .singleElement()
                .satisfies(session -> assertThat(session).isPresent());
        assertThat(wire).isEmpty();
    }

    @Test
    void whoReturnsGetsItsCallsBackFromThePeerUntilItHasEverythingItself() {
        String open = callOf(C0);
        String idle = callsOf(C0, members(2, C0, C1), 2).get(1);
        put(C0, open, true);
        put(C0, idle, false);
        containers.get(C1).view(members(3, C1));
        Container returned = new Container(C0);

        view(members(4, C1, C0));
        var found = new ArrayList<Optional<StoredSession>>();
        returned.replicator.get(idle, found::add);
        deliver();

        assertThat(returned.takenOver).extracting(StoredSession::callId).containsExactly(open);
        assertThat(found)
                .singleElement()
                .satisfies(session -> assertThat(session).isPresent());
        assertThat(returned.store.synced()).isTrue();
        assertThat(returned.store.copies()).contains(open).contains(idle);
    }
}
