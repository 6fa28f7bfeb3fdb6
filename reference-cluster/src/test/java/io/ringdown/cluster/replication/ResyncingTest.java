package io.ringdown.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class ResyncingTest {
    private static final ElementConfig STORE = Elements.replica(1, 0);
    private static final ElementConfig OTHER = Elements.replica(2, 0);

    private final Map<String, StoredSession> sessions = new LinkedHashMap<>();
    private final List<Wire.SyncPart> sent = new ArrayList<>();
    private final Resyncing resyncing = new Resyncing(
            new Peers() {
                @Override
                public Members members() {
                    return Elements.members(1, STORE, OTHER);
                }

                @Override
                public void send(ElementConfig to, byte[] content) {
                    sent.add((Wire.SyncPart) Wire.of(content));
                }

                @Override
                public void sendToAll(byte[] content) {
                    throw new AssertionError("nothing here is for all");
                }
            },
            sessions);

    private void have(int calls) {
        for (int call = 0; call < calls; call++) {
            has(call, 1);
        }
    }

    private void has(int call, long version) {
        sessions.put("" + call, new StoredSession("" + call, version, "e0", true, new byte[] {1}, 0));
    }

    private Wire.SyncPart last() {
        return sent.get(sent.size() - 1);
    }

    private void takeNext() {
        resyncing.taken(STORE, new Wire.SyncTaken(last().copying()));
    }

    private Stream<StoredSession> everything() {
        return sent.stream().flatMap(part -> part.sessions().stream());
    }

    private static List<String> callIds(Wire.SyncPart part) {
        return part.sessions().stream().map(StoredSession::callId).toList();
    }

    @Test
    void sendsNoMoreThanAFewPartsAheadOfWhatIsTaken() {
        have(10_000);
        resyncing.begin(STORE);
        assertThat(sent)
                .hasSize(4)
                .allSatisfy(part -> assertThat(part.sessions()).hasSizeLessThanOrEqualTo(100));
        takeNext();
        assertThat(sent).hasSize(5);
    }

    @Test
    void sendsEverythingInTheEnd() {
        have(1_050);
        resyncing.begin(STORE);
        while (!last().last()) {
            takeNext();
        }
        assertThat(everything()).extracting(StoredSession::callId).containsExactlyElementsOf(sessions.keySet());
        assertThat(sent).filteredOn(Wire.SyncPart::last).hasSize(1);
        takeNext();
        assertThat(sent).as("behind the last one").hasSize(11);
    }

    @Test
    void whereThereIsNothingThatIsTold() {
        resyncing.begin(STORE);
        assertThat(sent).containsExactly(new Wire.SyncPart(1, true, List.of()));
    }

    @Test
    void sendsWhatIsThereByThen() {
        have(500);
        resyncing.begin(STORE);
        sessions.remove("450");
        has(460, 2);
        takeNext();
        assertThat(everything())
                .doesNotContainNull()
                .extracting(StoredSession::callId)
                .doesNotContain("450");
        assertThat(everything().filter(session -> session.callId().equals("460")))
                .extracting(StoredSession::version)
                .containsExactly(2L);
    }

    @Test
    void whoAsksAgainIsSentAllAnew() {
        have(1_000);
        resyncing.begin(STORE);
        var first = new Wire.SyncTaken(last().copying());
        resyncing.begin(STORE);
        assertThat(callIds(sent.get(4))).isEqualTo(callIds(sent.get(0)));
        resyncing.taken(STORE, first);
        assertThat(sent).as("taken of what is sent no more").hasSize(8);
    }

    @Test
    void whoHasEverythingOrIsGoneIsSentNoMore() {
        have(2_000);
        resyncing.begin(STORE);
        resyncing.done(STORE);
        takeNext();
        resyncing.begin(STORE);
        resyncing.membersChanged(Elements.members(2, OTHER));
        takeNext();
        assertThat(sent).hasSize(8);
    }
}
