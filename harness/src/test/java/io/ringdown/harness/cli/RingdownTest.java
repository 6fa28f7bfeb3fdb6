package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.harness.hosts.Doctor;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

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
        refuses("'run' has no option '--sed'; did you mean '--seed'?", "run", "machine-failure", "--sed", "4");
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
    void refusesAScenarioOfAPlanThatHasNone() {
        refuses("--scenario: machine-failure has none; leave it out", "plan", "machine-failure", "--scenario", "a");
    }

    @ParameterizedTest
    @ValueSource(strings = {"plans", "doctor", "cluster status", "cluster down"})
    void refusesWhatACommandDoesNotTake(String command) {
        refuses("expected options only, not 'all'", (command + " all").split(" "));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {"doctor --calibrate --hosts x", "cluster down --scenario a", "cluster drain x --arrangement mss"
            })
    void refusesOptionsThatWouldBePassedOver(String command) {
        refuses("ringdown: ", command.split(" "));
    }

    @Test
    void refusesAProgramThatIsNotThere(@TempDir Path folder) throws Exception {
        Files.writeString(folder.resolve("mine.yaml"), """
                name: mine
                service: 127.0.9.1:5060
                callee: {address: 127.0.9.200:5060}
                racks:
                  - name: r
                    machines:
                      - name: m
                        address: 127.0.9.11
                        elements:
                          - {name: d, role: dispatcher, start: [sh], health: [no-such-program]}
                """);
        Path plan = Files.writeString(folder.resolve("p.yaml"), "name: p\ncluster: {topology: mine.yaml}\n");
        refuses("mine.yaml: d: no program no-such-program on the PATH", "run", plan.toString());
    }

    @Test
    void refusesAPlaceForRunsThatIsNone(@TempDir Path folder) throws Exception {
        Path file = Files.createFile(folder.resolve("a"));
        refuses("--runs: " + file + ": not a directory", "run", "no-fault", "--runs", file.toString());
    }

    @Test
    void refusesAPasswordThatIsNotThere(@TempDir Path folder) throws Exception {
        Path plan = Files.writeString(
                folder.resolve("p.yaml"),
                "name: mine\ncluster: {racks: 2}\nworkload: {credentials: {user: a, password-file: none}}\n");
        refuses("mine: workload.credentials.password-file: cannot be read", "run", plan.toString());
    }

    @Test
    void refusesAnInvalidPlanFile(@TempDir Path folder) throws Exception {
        Path plan = folder.resolve("bad.yaml");
        Files.writeString(plan, "name: bad\ncluster:\n  rakcs: 2\n");
        refuses("bad.yaml:3: cluster.rakcs: unknown key; did you mean 'racks'?", "run", plan.toString());
    }

    @Test
    void refusesAScenarioInSippsOwnWords(@TempDir Path folder) throws Exception {
        assumeTrue(Doctor.program("sipp").isPresent(), "no sipp on the PATH: " + Doctor.SIPP_REMEDY);
        Path plan = folder.resolve("bad.yaml");
        Path scenario = Files.writeString(
                folder.resolve("bad.xml"), "<?xml version=\"1.0\"?><scenario name=\"bad\"><sned/></scenario>");
        Files.writeString(
                plan,
                "name: bad\ncluster:\n  racks: 2\n"
                        + "workload: {driver: sipp, sipp: {scenario: bad.xml, rate: 1, calls: 1}}\n");
        refuses(scenario + ": SIPp refuses it: Unknown element 'sned' in xml scenario file", "run", plan.toString());
    }

    @Test
    void refusesATargetThatTheClusterHasNot(@TempDir Path folder) throws Exception {
        Path plan = folder.resolve("bad.yaml");
        Files.writeString(plan, "name: bad\ncluster:\n  racks: 2\nfaults:\n  - machine: r1m7\nrequire: AL4\n");
        refuses("bad.yaml:5: faults[0].machine: ", "run", plan.toString());
    }

    @ParameterizedTest
    @ValueSource(strings = {"rate, rate: 500", "delay, delay: 50ms", "duplicate, share: 1%", "reorder, share: 1%"})
    void refusesQueuesWhereHostsHaveAddressesOfTheirOwn(String kind, @TempDir Path folder) throws Exception {
        Path plan = Files.writeString(
                folder.resolve("bad.yaml"),
                "name: bad\ncluster: {racks: 2, dispatchers: active-active}\n" + "faults:\n  - {machine: any, kind: "
                        + kind + "}\nrequire: AL4\n");
        Path docker = Files.writeString(folder.resolve("docker.yaml"), "docker: {root: /}\n");
        String refusal = "bad: faults: kind " + kind.split(",")[0]
                + " keeps packets on the loopback device, where hosts with addresses of their own"
                + " have none: isolate and loss can be done there";
        refuses(refusal, "run", plan.toString(), "--hosts", docker.toString());
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

    @Test
    void endsInOneLineWhateverIsThrown() {
        for (Throwable thrown : List.of(
                new OutOfMemoryError("Java heap space"),
                new NoClassDefFoundError("io/ringdown/Gone"),
                new UncheckedIOException("cannot write the run folder", new IOException("No space left on device")),
                new AccessDeniedException("/runs/a"))) {
            err.reset();
            assertThat(Ringdown.run(List.of(new Failing(thrown)), List.of("fail")))
                    .isEqualTo(Exit.HARNESS_FAILED);
            assertThat(text(err)).startsWith("ringdown: ").hasLineCount(1);
        }
        assertThat(text(err)).isEqualToIgnoringNewLines("ringdown: /runs/a: permission denied");
    }

    private record Failing(Throwable thrown) implements Command {
        @Override
        public String name() {
            return "fail";
        }

        @Override
        public String arguments() {
            return "";
        }

        @Override
        public String summary() {
            return "";
        }

        @Override
        public Options options() {
            return new Options();
        }

        @Override
        public int run(CommandLine line, List<String> arguments) throws Exception {
            if (thrown instanceof Error error) {
                throw error;
            }
            throw (Exception) thrown;
        }
    }

    private void refuses(String complaint, String... arguments) {
        assertThat(Ringdown.run(List.of(arguments))).isEqualTo(Exit.USAGE);
        assertThat(text(err)).contains(complaint).hasLineCount(1);
    }

    private static String text(ByteArrayOutputStream stream) {
        return stream.toString(StandardCharsets.UTF_8);
    }
}
