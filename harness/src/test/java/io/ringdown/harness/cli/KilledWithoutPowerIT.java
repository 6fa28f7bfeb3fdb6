package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.Doomed;
import io.ringdown.harness.hosts.ssh.SwitchedMachine;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A harness that is killed with -9 while a host is off by its order: nobody but who heals can put that on. */
@Tag("beside")
class KilledWithoutPowerIT {
    private static final String ADDRESS = "127.42.1.1";

    @TempDir
    private Path folder;

    private Path there;
    private Path run;
    private Path topology;
    private SwitchedMachine machine;
    private Process harness;

    @BeforeEach
    void begin() throws Exception {
        machine = SwitchedMachine.all(folder, List.of(ADDRESS)).get(ADDRESS);
        there = folder.resolve("there");
        run = folder.resolve("run");
        Files.createDirectories(run.resolve("elements"));
        topology = folder.resolve("mine.yaml");
    }

    @AfterEach
    void end() throws IOException {
        if (harness != null) {
            harness.destroyForcibly();
        }
        if (machine != null) {
            machine.close();
        }
    }

    @Test
    void keeperAndHealingPutTheMachineOnAndTakeAwayWhatItsAgentHasLeft() throws Exception {
        describe(machine.command("on"));
        Path inventory = SwitchedMachine.inventory(List.of(machine), folder.resolve("hosts.yaml"), there, "20s");
        harness = Doomed.start(DoomedElsewhere.class, run.toString(), topology.toString(), inventory.toString());
        assertThat(harness.inputReader().readLine()).isEqualTo("[m1: silent: neither agent nor SSH nor SIP answers]");
        assertThat(machine.isOn()).isFalse();

        harness.destroyForcibly().waitFor();

        await().atMost(60, SECONDS).until(machine::isOn);
        // As if the keeper had gone with this machine's own power.
        machine.now("off");
        describe(List.of("false"));
        assertThat(heal()).isEqualTo(Exit.HARNESS_FAILED);
        assertThat(machine.isOn()).isFalse();
        describe(machine.command("on"));
        assertThat(heal()).isEqualTo(Exit.PASS);
        assertThat(machine.isOn()).isTrue();
        assertThat(there.resolve("runs")).isEmptyDirectory();
        assertThat(run.resolve("elements/p1.log")).hasContent("p1 of m1");
        assertThat(run.resolve("ledger.jsonl"))
                .content()
                .contains("\"undo\":\"power-on\"", "mine.yaml", "hosts.yaml")
                .doesNotContain(machine.command("on").get(1));
        assertThat(heal()).as("nothing is left").isEqualTo(Exit.PASS);
    }

    private int heal() {
        return Ringdown.run(List.of("heal", "--runs", run.toString()));
    }

    private void describe(List<String> on) throws IOException {
        Files.writeString(topology, """
                name: mine
                service: 127.42.9.1:5060
                callee: {address: 127.42.9.200:5060}
                racks:
                  - name: r
                    machines:
                      - name: m1
                        address: %s
                        host: %s
                        folder: %s
                        power: {off: [%s], on: [%s], back-within: 90s}
                        elements:
                          - {name: p1, role: dispatcher, start: [sh, -c, "echo p1 of m1; exec sleep 300"], health: ["true"]}
                """.formatted(ADDRESS, ADDRESS, folder, words(machine.command("off")), words(on)));
    }

    private static String words(List<String> command) {
        return command.stream().map(word -> '"' + word + '"').collect(Collectors.joining(", "));
    }
}
