package io.ringdown.cluster.replication;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.cluster.session.StoredSession;
import java.io.UncheckedIOException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class WireTest {
    private static final StoredSession SESSION = new StoredSession("a@b", 9, "e1", true, new byte[] {1, 2, 3}, 2);

    static Stream<Wire> all() {
        var put = Wire.Change.put(SESSION);
        var purge = Wire.Change.removal("c", 7);
        return Stream.of(
                new Wire.Changes(1, 2, List.of(put, purge)),
                new Wire.Done(3, List.of("x", "y")),
                new Wire.Forwarded(List.of(purge, put)),
                new Wire.Get(4, 5, "a"),
                new Wire.Found(6, true, Optional.empty()),
                new Wire.Found(6, false, Optional.of(SESSION)),
                new Wire.Handover(7, List.of(SESSION, SESSION)),
                new Wire.Moved(-8, 9, List.of(SESSION)),
                new Wire.GaveAll(11),
                new Wire.Load(70_000),
                new Wire.Backup(12, 13, true, List.of(SESSION)),
                new Wire.NoBuddy(14),
                new Wire.SyncRequest(5),
                new Wire.SyncPart(15, true, List.of(SESSION)),
                new Wire.SyncTaken(16),
                new Wire.Synced(7, true));
    }

    @ParameterizedTest
    @MethodSource("all")
    void arrivesAsItWasSent(Wire message) {
        assertThat(Wire.of(message.bytes())).usingRecursiveComparison().isEqualTo(message);
    }

    @Test
    void carriesSessionsOfAnySize() {
        var large = new StoredSession("a", 1, "e1", false, new byte[100_000]);
        var read = (Wire.Handover) Wire.of(new Wire.Handover(1, List.of(large, SESSION)).bytes());
        assertThat(read.sessions())
                .extracting(session -> session.state().length)
                .containsExactly(100_000, 3);
    }

    @Test
    void refusesWhatItDoesNotKnowAndWhatIsCutShort() {
        assertThatThrownBy(() -> Wire.of(new byte[] {99})).isInstanceOf(UncheckedIOException.class);
        assertThatThrownBy(() -> Wire.of(new byte[] {3, 0, 0})).isInstanceOf(UncheckedIOException.class);
    }
}
