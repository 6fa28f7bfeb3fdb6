package io.ringdown.cluster.replication;

import static io.ringdown.cluster.membership.Elements.callsOf;
import static io.ringdown.cluster.membership.Elements.engine;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.engine.EngineSettings;
import io.ringdown.cluster.engine.EngineSettings.Application;
import io.ringdown.cluster.engine.EngineSettings.Serving;
import io.ringdown.cluster.engine.Mutant;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** Who may yet give away what, as one of three engines knows it. */
class FormerOwnersTest {
    private static final ElementConfig SELF = engine(0);
    private static final ElementConfig ONE = engine(1);
    private static final ElementConfig OTHER = engine(2);
    private static final List<ElementConfig> ALL = List.of(SELF, ONE, OTHER);

    private static final Members NOBODY = new Members(0, List.of(), List.of());
    private static final Members EVERYBODY = new Members(1, ALL, ALL);
    private static final Members DRAINED = new Members(2, ALL, List.of(SELF, OTHER));

    private final List<String> sent = new ArrayList<>();
    private long nanos = 1;
    private final FormerOwners owners = owners(Depth.NONE, true);

    private FormerOwners owners(Depth depth, boolean beforeSend) {
        var settings = new EngineSettings(
                SELF.sip(),
                500_000,
                depth,
                beforeSend,
                true,
                Mutant.NONE,
                0,
                0,
                0,
                new Application(1, 0),
                Serving.answer());
        return new FormerOwners(
                SELF,
                new Peers() {
                    @Override
                    public Members members() {
                        return NOBODY;
                    }

                    @Override
                    public void send(ElementConfig to, byte[] content) {
                        sent.add(to.name() + " " + Wire.of(content));
                    }

                    @Override
                    public void sendToAll(byte[] content) {
                        throw new IllegalStateException("nobody else needs it");
                    }
                },
                settings,
                () -> nanos);
    }

    private static String of(ElementConfig owner) {
        return callsOf(owner, EVERYBODY, 1).get(0);
    }

    @Test
    void whoOwnedItAndLivesMayGiveItUntilAllSayThatThisWasAll() {
        changed(EVERYBODY, DRAINED);
        assertThat(owners.mayGive(of(ONE))).isTrue();
        assertThat(owners.mayGive(of(SELF))).isFalse();
        owners.told(ONE, new Wire.GaveAll(1));
        owners.told(OTHER, new Wire.GaveAll(2));
        assertThat(owners.mayGive(of(ONE)))
                .as("it did not know of the change then")
                .isTrue();
        owners.told(ONE, new Wire.GaveAll(3));
        assertThat(owners.mayGive(of(ONE))).isFalse();
    }

    private void changed(Members before, Members now) {
        owners.membersChanged(now);
        owners.ownersChanged(before, now);
    }

    @Test
    void nobodyWaitsLongerThanT2() {
        changed(EVERYBODY, DRAINED);
        nanos += 3_999_999_999L;
        assertThat(owners.mayGive(of(ONE))).isTrue();
        assertThat(owners.settle((from, message) -> {})).isFalse();
        nanos++;
        assertThat(owners.mayGive(of(ONE))).isFalse();
        assertThat(owners.settle((from, message) -> {})).isTrue();
    }

    /** A processor that got it and gave it on may have gone further with it than the one before, which does not know that it got it. */
    @Test
    void theNewestOfWhatSeveralGiveIsTaken() {
        changed(EVERYBODY, DRAINED);
        var handover = new Wire.Handover(2, List.of(session("a", 1)));
        owners.arrived(ONE, handover);
        owners.arrived(ONE, new Wire.Moved(-1, 2, List.of(session("a", 2), session("b", 5))));
        owners.arrived(OTHER, new Wire.Moved(-1, 2, List.of(session("a", 4), session("b", 3))));
        var taken = new ArrayList<String>();
        owners.told(ONE, new Wire.GaveAll(2));
        assertThat(owners.settle((from, message) -> taken.add("early"))).isFalse();
        owners.told(OTHER, new Wire.GaveAll(2));
        assertThat(owners.settle((from, message) -> taken.add(from.name() + " " + versions(message))))
                .isTrue();
        owners.settle((from, message) -> taken.add("twice"));
        assertThat(taken).containsExactly("e1 [a1]", "e1 [b5]", "e2 [a4]");
    }

    private static StoredSession session(String callId, long version) {
        return new StoredSession(callId, version, "e", true, new byte[0], 0);
    }

    private static List<String> versions(Wire message) {
        List<StoredSession> sessions =
                message instanceof Wire.Moved moved ? moved.sessions() : ((Wire.Handover) message).sessions();
        return sessions.stream()
                .map(session -> session.callId() + session.version())
                .toList();
    }

    @Test
    void theDeadGiveNothing() {
        var without = new Members(2, List.of(SELF, OTHER), List.of(SELF, OTHER));
        changed(EVERYBODY, without);
        assertThat(owners.mayGive(of(ONE))).isFalse();
        changed(EVERYBODY, DRAINED);
        owners.membersChanged(without);
        assertThat(owners.mayGive(of(ONE))).isFalse();
    }

    @Test
    void whatOneGaveToAnotherMayComeFromBoth() {
        changed(EVERYBODY, DRAINED);
        changed(DRAINED, new Members(3, ALL, List.of(SELF)));
        owners.told(OTHER, new Wire.GaveAll(3));
        assertThat(owners.mayGive(of(ONE))).isTrue();
        assertThat(owners.mayGive(of(OTHER))).isTrue();
        owners.told(ONE, new Wire.GaveAll(3));
        assertThat(owners.mayGive(of(ONE))).isFalse();
        assertThat(owners.mayGive(of(OTHER))).isFalse();
    }

    @Test
    void whoIsNewIsGivenWhatAnybodyOwned() {
        changed(NOBODY, EVERYBODY);
        assertThat(owners.mayGive(of(SELF))).isTrue();
        owners.told(ONE, new Wire.GaveAll(1));
        owners.told(OTHER, new Wire.GaveAll(1));
        assertThat(owners.mayGive(of(SELF))).isFalse();
    }

    @Test
    void theOthersAreToldWhatThisOneHasGiven() {
        owners.gaveAll(DRAINED);
        assertThat(sent).containsExactly("e1 GaveAll[epoch=2]", "e2 GaveAll[epoch=2]");
    }

    @Test
    void whereTheStoresHaveEverythingNobodyTellsAnything() {
        FormerOwners stored = owners(Depth.TRANSACTIONS, true);
        stored.ownersChanged(EVERYBODY, DRAINED);
        stored.gaveAll(DRAINED);
        assertThat(stored.mayGive(of(ONE))).isFalse();
        assertThat(sent).isEmpty();
        owners(Depth.TRANSACTIONS, false).gaveAll(DRAINED);
        owners(Depth.EARLY, true).gaveAll(DRAINED);
        assertThat(sent).hasSize(4);
    }
}
