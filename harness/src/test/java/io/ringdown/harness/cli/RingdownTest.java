package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RingdownTest {
    private final PrintStream realOut = System.out;
    private final PrintStream realErr = System.err;
    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();

    @BeforeEach
    void listen() {
        System.setOut(new PrintStream(out, true, StandardCharsets.UTF_8));
        System.setErr(new PrintStream(err, true, StandardCharsets.UTF_8));
    }

    @AfterEach
    void restore() {
        System.setOut(realOut);
        System.setErr(realErr);
    }

    @Test
    void tellsItsCommands() {
        assertThat(Ringdown.run(List.of("--help"))).isZero();
        assertThat(text(out)).contains("ringdown run PLAN", "ringdown check RUN", "ringdown heal");
    }

    @Test
    void suggestsTheNearestCommand() {
        refuses("did you mean 'check'?", "chekc");
    }

    @Test
    void refusesUnknownOptions() {
        refuses("--sed", "run", "machine-failure", "--sed", "4");
    }

    @Test
    void refusesASeedThatIsNoNumber() {
        refuses("--seed: expected a whole number, not 'lucky'", "plan", "machine-failure", "--seed", "lucky");
    }

    @Test
    void refusesAnUnknownPlan() {
        refuses("did you mean 'rack-failure'?", "run", "rack-failur");
    }

    @Test
    void refusesAnUnknownScenario() {
        refuses("did you mean 'silent'?", "plan", "rack-failure", "--scenario", "silnet");
    }

    @Test
    void refusesAnInvalidPlanFile(@TempDir Path folder) throws Exception {
        Path plan = folder.resolve("bad.yaml");
        Files.writeString(plan, "name: bad\ncluster:\n  rakcs: 2\n");
        refuses("bad.yaml:3: cluster.rakcs: unknown key; did you mean 'racks'?", "run", plan.toString());
    }

    @Test
    void refusesATargetThatTheClusterHasNot(@TempDir Path folder) throws Exception {
        Path plan = folder.resolve("bad.yaml");
        Files.writeString(plan, "name: bad\ncluster:\n  racks: 2\nfaults:\n  - machine: r1m7\nrequire: AL4\n");
        refuses("bad.yaml:5: faults[0].machine: ", "run", plan.toString());
    }

    @Test
    void refusesToCheckWhatIsNoRunFolder(@TempDir Path folder) {
        refuses("not a run folder", "check", folder.toString());
    }

    @Test
    void listsThePlans() {
        assertThat(Ringdown.run(List.of("plans"))).isZero();
        assertThat(text(out)).contains("machine-failure", "no-fault");
    }

    private void refuses(String complaint, String... arguments) {
        assertThat(Ringdown.run(List.of(arguments))).isEqualTo(Exit.USAGE);
        assertThat(text(err)).contains(complaint).hasLineCount(1);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
