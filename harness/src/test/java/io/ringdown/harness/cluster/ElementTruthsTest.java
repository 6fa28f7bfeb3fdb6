package io.ringdown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RunClock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElementTruthsTest {
    @TempDir
    private Path folder;

    @Test
    void asksWhatThereIsToAskAndNamesWhoDidNotAnswer() throws Exception {
        for (String element : List.of("p1", "p2", "p3", "store")) {
            Files.createDirectory(folder.resolve(element));
        }
        var truths = new ElementTruths(
                folder,
                folder,
                Map.of(
                        "p1", List.of("printf", "b@x since noon\\n\\na@x\\n"),
                        "p2", List.of("false"),
                        "p3", List.of("no-such-program-at-all")),
                Map.of("store", List.of("echo", "a@x")));

        OwnerSnapshot snapshot = truths.ask("final", RunClock.startingNow()).orElseThrow();

        assertThat(snapshot.owned()).isEqualTo(Map.of("p1", List.of("a@x", "b@x")));
        assertThat(snapshot.copies()).isEqualTo(Map.of("store", List.of("a@x")));
        assertThat(snapshot.unanswered()).containsExactly("p2", "p3");
        assertThat(snapshot.ended()).isGreaterThan(snapshot.started());
    }

    @Test
    void nobodyIsAskedWhoHasNoCommand() throws Exception {
        assertThat(new ElementTruths(folder, folder, Map.of(), Map.of()).ask("final", RunClock.startingNow()))
                .isEmpty();
    }
}
