package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.harness.run.Resolution;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What commands do with folders that runs and clusters have left. */
class RunFoldersTest {
    /** A process that there has never been, so that undoing finds it gone. */
    private static final Undo STEP = new Undo.Kill("r1m1-engine", new ProcessIdentity(Integer.MAX_VALUE, 1));

    @TempDir
    Path runs;

    @RegisterExtension
    final Said said = new Said();

    @Test
    void oneFolderThatCannotBeHealedKeepsNoOtherFromIt() throws IOException {
        Files.writeString(leave("a", "run").ledger(), "no ledger\n");
        RunFolder good = leave("b", "run");

        assertThat(heal()).isEqualTo(Exit.HARNESS_FAILED);

        assertThat(said.text()).contains("a: cannot be healed: ", "b: undone: r1m1-engine", "Not everything");
        assertThat(open(good)).isZero();
    }

    @Test
    void aRunThatGoesOnIsLeftAloneAndIsNoError() throws IOException {
        RunFolder running = leave("a", "run");
        RunFolder killed = leave("b", "run");
        try (Ledger held = Ledger.open(running.ledger())) {
            assertThat(heal()).isZero();
            assertThat(held.open()).hasSize(1);
        }
        assertThat(said.text()).contains("in use", "Nothing is left behind.");
        assertThat(open(killed)).isZero();
    }

    @Test
    void aClusterIsHealedOnlyWhenItIsNamed() throws IOException {
        RunFolder cluster = leave("cluster", "cluster", "up", "no-fault");

        assertThat(heal()).isZero();
        assertThat(open(cluster)).isOne();
        assertThat(said.text()).contains("'ringdown cluster down' stops it");

        assertThat(Ringdown.run(List.of("heal", cluster.path().toString()))).isZero();
        assertThat(open(cluster)).isZero();
        said.reset();
        assertThat(heal()).isZero();
        assertThat(said.text()).as("of a cluster that is down").doesNotContain("cluster down");
    }

    @Test
    void aDirectoryThatIsNotThereIsAMistakeOnlyWhenItIsNamed() {
        assertThat(Ringdown.run(List.of("heal", "--runs", runs.resolve("rnus").toString())))
                .isEqualTo(Exit.USAGE);
        assertThat(said.text()).contains("--runs: ", "no such directory").hasLineCount(1);
        assertThat(heal()).isZero();
        assertThat(said.text()).contains("no run folders below");
    }

    @Test
    void aMachineIsPutOnAsItsTopologyFileSaysNow() throws IOException {
        Path topology = runs.resolve("mine.yaml");
        RunFolder run = leave("a", "run");
        try (Ledger ledger = Ledger.open(run.ledger())) {
            ledger.intend(new Undo.PowerOn("m", topology.toString()));
        }

        assertThat(heal()).isEqualTo(Exit.HARNESS_FAILED);
        assertThat(said.text()).contains("NOT undone: m: " + topology + ": no such file");

        Files.writeString(topology, """
                name: mine
                service: 127.0.9.1:5060
                callee: {address: 127.0.9.200:5060}
                racks:
                  - name: r
                    machines:
                      - name: m
                        address: 127.0.9.11
                        power: {off: ["false"], on: [touch, "{here}/{name}-is-on"]}
                        elements:
                          - {name: d, role: dispatcher, start: [sleep, 1], health: ["true"]}
                """);
        assertThat(heal()).isZero();
        assertThat(said.text()).contains("a: undone: m: put on again by its command");
        assertThat(runs.resolve("m-is-on")).exists();
        assertThat(open(run)).isZero();
    }

    @Test
    void aClusterReplacesNoRun() throws IOException {
        RunFolder run = leave("a", "run", "machine-failure");

        assertThat(up(run)).isEqualTo(Exit.USAGE);

        assertThat(said.text())
                .contains("not a folder of 'ringdown cluster up'")
                .hasLineCount(1);
        assertThat(run.ledger()).exists();
    }

    @ParameterizedTest
    @ValueSource(strings = {"status", "down"})
    void whereNoClusterWasStartedThatIsSaid(String verb) {
        Path none = runs.resolve("none");

        assertThat(Ringdown.run(List.of("cluster", verb, "--dir", none.toString())))
                .isEqualTo(Exit.USAGE);

        assertThat(said.text())
                .contains(none + ": no cluster was started there; 'ringdown cluster up' starts one")
                .hasLineCount(1);
    }

    @Test
    void aClusterThatIsUpIsNotReplaced() throws IOException {
        RunFolder cluster = leave("a", "cluster", "up", "no-fault");

        assertThat(up(cluster)).isEqualTo(Exit.USAGE);

        assertThat(said.text()).contains("a cluster is up");
        assertThat(open(cluster)).isOne();
    }

    @Test
    void aVerdictThatCannotBeWrittenIsToldAllTheSame() throws IOException {
        RunFolder run = leave("a", "run");
        Files.createDirectory(run.verdict());

        assertThat(Ringdown.run(List.of("check", run.path().toString()))).isEqualTo(Exit.INCONCLUSIVE);

        assertThat(said.text()).contains("INCONCLUSIVE", "not all in the folder: " + run.verdict());
    }

    private RunFolder leave(String name, String... command) throws IOException {
        Resolution resolution = PlanArguments.one("no-fault", null);
        RunFolder folder = RunFolder.create(runs.resolve(name));
        RunClock clock = RunClock.startingNow();
        new RunRecorder(
                        folder,
                        clock,
                        RunCommand.provenance(clock, List.of(command)),
                        resolution.plan(),
                        resolution.topology())
                .close();
        try (Ledger ledger = Ledger.create(folder.ledger())) {
            ledger.intend(STEP);
        }
        return folder;
    }

    private static int open(RunFolder folder) throws IOException {
        try (Ledger ledger = Ledger.open(folder.ledger())) {
            return ledger.open().size();
        }
    }

    private int heal() {
        return Ringdown.run(List.of("heal", "--runs", runs.toString()));
    }

    private int up(RunFolder folder) {
        return Ringdown.run(List.of("cluster", "up", "--dir", folder.path().toString()));
    }
}
