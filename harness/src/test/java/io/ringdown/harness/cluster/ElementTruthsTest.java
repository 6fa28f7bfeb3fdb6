package io.ringdown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.faults.Ledger;
import io.ringdown.harness.hosts.ElementQuestion;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RunClock;
import java.io.IOException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ElementTruthsTest {
    @TempDir
    private Path folder;

    private Ledger ledger;
    private LocalHost host;

    @BeforeEach
    void host() throws IOException {
        ledger = Ledger.create(folder.resolve("ledger.jsonl"));
        host = LocalHost.detached(folder, ledger);
    }

    @AfterEach
    void end() throws IOException {
        host.close();
        ledger.close();
    }

    @Test
    void asksWhatThereIsToAskAndNamesWhoDidNotAnswer() throws Exception {
        var truths = truths(
                Map.of(
                        "p1", List.of("printf", "b@x since noon\\n\\na@x\\n"),
                        "p2", List.of("false"),
                        "p3", List.of("no-such-program-at-all")),
                Map.of("store", List.of("echo", "a@x")),
                Map.of());

        OwnerSnapshot snapshot = truths.ask("final", RunClock.startingNow()).orElseThrow();

        assertThat(snapshot.owned()).isEqualTo(Map.of("p1", List.of("a@x", "b@x")));
        assertThat(snapshot.copies()).isEqualTo(Map.of("store", List.of("a@x")));
        assertThat(snapshot.unanswered()).containsExactly("p2", "p3");
        assertThat(snapshot.ended()).isGreaterThan(snapshot.started());
    }

    @Test
    void loadsAreNumbersAndOneThatIsMissingLeavesTheBusiestUnknown() throws Exception {
        assertThat(loads(Map.of("p1", List.of("echo", "12.5"), "p2", List.of("echo", "7"))))
                .isEqualTo(Map.of("p1", 12.5, "p2", 7.0));
        for (List<String> bad : List.of(
                List.of("echo", "many"),
                List.of("echo", "-1"),
                List.of("printf", "1\\n2\\n"),
                List.of("true"),
                List.of("sh", "-c", "echo 9; exit 1"),
                List.of("sleep", "300"))) {
            assertThatThrownBy(() -> loads(Map.of("p1", List.of("echo", "12"), "p2", bad)))
                    .as(bad.toString())
                    .hasMessage("who is busiest cannot be told: p2 did not tell its load");
        }
    }

    private Map<String, Double> loads(Map<String, List<String>> commands) throws Exception {
        return truths(Map.of(), Map.of(), commands).loads();
    }

    @Test
    void nobodyIsAskedWhoHasNoCommand() throws Exception {
        assertThat(truths(Map.of(), Map.of(), Map.of()).ask("final", RunClock.startingNow()))
                .isEmpty();
    }

    private ElementTruths truths(
            Map<String, List<String>> owned, Map<String, List<String>> copies, Map<String, List<String>> load)
            throws Exception {
        return new ElementTruths(
                host::ask, questions(owned, "owned"), questions(copies, "copies"), questions(load, "load"));
    }

    private List<ElementQuestion> questions(Map<String, List<String>> commands, String what) {
        return commands.entrySet().stream()
                .map(each -> new ElementQuestion(each.getKey(), what, each.getValue(), folder, ElementTruths.PATIENCE))
                .toList();
    }
}
