package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.faults.Ledger;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.Undo;
import io.ringdown.harness.run.Resolution;
import io.ringdown.record.CallDetail;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.SelfChecks;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Folders that are not what their run left: one line that names the file, and the status of bad input. */
class DamagedFolderTest {
    private static final Undo STEP = new Undo.Kill("r1m1-engine", new ProcessIdentity(Integer.MAX_VALUE, 1));

    @TempDir
    private Path runs;

    @RegisterExtension
    final Said said = new Said();

    @ParameterizedTest
    @ValueSource(
            strings = {
                "run.json",
                "plan.json",
                "topology.json",
                "operations.log",
                "call-details.jsonl",
                "latency.hlog",
                "events.jsonl",
                "owners.jsonl",
                "self-checks.json",
                "machine.jsonl",
                "seal.json"
            })
    void isNotChecked(String name) throws IOException {
        RunFolder run = leave();
        assertThat(check(run)).isEqualTo(Exit.INCONCLUSIVE);
        Path file = run.path().resolve(name);
        byte[] whole = Files.readAllBytes(file);
        for (byte[] damaged : List.of(
                new byte[0],
                "hello\n".getBytes(StandardCharsets.UTF_8),
                new byte[] {(byte) 0xff, 0, (byte) 0xc3, 0x28, '\n'},
                java.util.Arrays.copyOf(whole, whole.length / 2))) {
            if (java.util.Arrays.equals(damaged, whole)) {
                continue;
            }
            Files.write(file, damaged);
            refuses(run, file, "check");
        }
        Files.delete(file);
        if (!name.equals("seal.json")) {
            refuses(run, file, "check");
        }
        Files.createDirectory(file);
        refuses(run, file, "check");
    }

    /** Of a run whose harness was killed nobody has sealed the folder. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "run.json",
                "plan.json",
                "topology.json",
                "operations.log",
                "call-details.jsonl",
                "events.jsonl",
                "owners.jsonl",
                "self-checks.json",
                "machine.jsonl",
                "load-hosts.jsonl",
                "trials.jsonl"
            })
    void nonsenseIsFoundOutWithoutASealAsWell(String name) throws IOException {
        RunFolder run = leave();
        Files.delete(run.path().resolve("seal.json"));
        Path file = run.path().resolve(name);
        for (String nonsense : List.of("hello\n", "null\n", "{}\n", "[1]\n", "\u0000\u0001\n")) {
            Files.writeString(file, nonsense);
            if (name.equals("machine.jsonl") || name.equals("self-checks.json")) {
                assertThat(check(run)).isIn(Exit.USAGE, Exit.INCONCLUSIVE);
            } else {
                refuses(run, file, "check");
            }
        }
    }

    @Test
    void aLedgerThatIsDamagedIsNotHealed() throws IOException {
        RunFolder run = leave();
        Path ledger = run.ledger();
        String whole = Files.readString(ledger);
        String[] lines = whole.split("(?<=\n)");
        assertThat(lines).hasSize(4);
        for (String damaged : List.of(
                "",
                "hello",
                "hello\n",
                "\u0000\u0001\u0002",
                "null\n",
                "{}\n",
                lines[1],
                lines[0] + lines[2],
                lines[0] + lines[3],
                lines[0] + "null\n" + lines[1],
                lines[0] + "{\"line\":\"intended\",\"step\":1}\n",
                whole.replaceFirst("\"version\":[0-9]+", "\"version\":99"))) {
            Files.writeString(ledger, damaged);
            refuses(run, ledger, "heal");
            assertThat(ledger).as("left as it is").hasContent(damaged);
        }
        Files.delete(ledger);
        refuses(run, ledger, "heal");
    }

    /** Taken for a run, it would be stopped. */
    @Test
    void whatMayBeAClusterIsLeftAlone() throws IOException {
        RunFolder run = leave();
        Files.writeString(run.provenance(), "hello\n");

        assertThat(Ringdown.run(List.of("heal", "--runs", runs.toString()))).isEqualTo(Exit.HARNESS_FAILED);

        assertThat(said.text())
                .contains("cannot be healed: " + run.provenance() + ":1: ", "Not everything could be healed.");
        try (Ledger ledger = Ledger.open(run.ledger())) {
            assertThat(ledger.open()).isNotEmpty();
        }
    }

    private void refuses(RunFolder run, Path file, String command) {
        said.reset();
        int status = Ringdown.run(List.of(command, run.path().toString()));
        String line = said.text();
        assertThat(line)
                .startsWith("ringdown: ")
                .contains(run.path().toString(), file.getFileName().toString())
                .hasLineCount(1);
        assertThat(status).as(line).isEqualTo(Exit.USAGE);
    }

    private int check(RunFolder run) {
        return Ringdown.run(List.of("check", run.path().toString()));
    }

    private RunFolder leave() throws IOException {
        Resolution resolution = PlanArguments.one("no-fault", null);
        RunFolder folder = RunFolder.create(runs.resolve("run"));
        RunClock clock = RunClock.startingNow();
        try (var recorder = new RunRecorder(
                folder,
                clock,
                RunCommand.provenance(clock, List.of("run")),
                resolution.plan(),
                resolution.topology())) {
            recorder.event(new RunEvent.StageEntered(0, RunEvent.Stage.PROVISION));
            recorder.event(new RunEvent.Strike(1));
            recorder.owners(new OwnerSnapshot("final", 2, 3, Map.of(), Map.of(), List.of()));
            recorder.machine(new io.ringdown.record.MachineLoad(0, 1, 2, 0, 0, 0, 0));
            recorder.selfChecks(new SelfChecks(0, 0, 0, 0, false, 0, 0, 0, 0, 0));
            recorder.callDetails(List.of(new CallDetail("r1m1-engine", "a@b")));
            recorder.event(new RunEvent.Ended(4, RunEvent.Ending.COMPLETED, ""));
        }
        RunRecorder.seal(folder);
        try (Ledger ledger = Ledger.create(folder.ledger())) {
            ledger.intend(STEP);
            ledger.intend(STEP);
            ledger.intend(STEP);
        }
        return folder;
    }
}
