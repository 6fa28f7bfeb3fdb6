package io.ringdown.record;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.record.ResolvedPlan.Criteria;
import io.ringdown.record.ResolvedPlan.Demand;
import io.ringdown.record.ResolvedPlan.Workload;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RunFolderTest {
    private static final SelfChecks CHECKS = new SelfChecks(1, 2, 0, 0, false, 0, 0, 3, 0, 0);

    @TempDir
    private Path temporary;

    @Test
    void whatWasRecordedIsRead() throws IOException {
        RunFolder folder = record(true);

        RecordedRun run = RecordedRun.read(folder);

        assertThat(run.selfChecks()).contains(CHECKS);
        assertThat(RecordedRun.provenance(folder)).isEqualTo(run.provenance());
    }

    /** Of a callee that goes on from one trial to the next. */
    @Test
    void selfChecksOfAStretchOfTime() {
        var before = new SelfChecks(0, 0, 0, 0, false, 7, 1, 300, 5, 0);
        assertThat(new SelfChecks(0, 0, 0, 0, false, 9, 1, 300, 6, 0).since(before))
                .isEqualTo(new SelfChecks(0, 0, 0, 0, false, 2, 0, 0, 1, 0));
        var untold = new SelfChecks(0, 0, 0, 0, true, -1, 4, 301, 5, 0);
        assertThat(untold.since(before)).isEqualTo(new SelfChecks(0, 0, 0, 0, true, -1, 3, 301, 0, 0));
        assertThat(before.since(untold).kernelDrops()).isEqualTo(-1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "run.json    | garbage          | run.json:1: Unrecognized token 'garbage'",
                "run.json    | {}               | run.json:1: Cannot construct instance of",
                "run.json    | '{\"format\": 6, \"command\": []}' | run.json: format 6, of another version of Ringdown; this one reads format 5",
                "run.json    | '{\"format\": 4, \"command\": []}' | run.json: format 4, of another version of Ringdown; this one reads format 5",
                "plan.json   | '{ \n \"name\":' | plan.json:2: Unexpected end-of-input",
                "plan.json   | null             | plan.json:1: says nothing",
                "plan.json   | '{\"cluster\": {}, \"faults\": []}' | plan.json:1: Cannot construct instance of `io.ringdown.record.ResolvedPlan`, problem: workload",
                "events.jsonl | '{\"type\":\"fault\",\"at\":1}\n' | events.jsonl:1: Cannot construct instance of",
                "topology.json | ''             | topology.json:1: No content to map",
                "self-checks.json | ''             | self-checks.json:1: No content to map",
                "self-checks.json | null           | self-checks.json:1: says nothing",
                "events.jsonl | '{\"type\":\"ended\",\"at\":1}\n' | events.jsonl:1: Cannot construct instance of",
                "events.jsonl | '{\"type\":\"strike\",\"at\":1}\nx\n' | events.jsonl:2: Unrecognized token 'x'",
            })
    void whatCannotBeReadIsNamedWithItsLine(String name, String text, String complaint) throws IOException {
        RunFolder folder = record(true);
        Files.writeString(folder.path().resolve(name), text);

        assertThatThrownBy(() -> RecordedRun.read(folder))
                .isInstanceOf(IOException.class)
                .hasMessageContaining(folder.path().resolve(complaint).toString());
    }

    @Test
    void aFileThatCannotBeWrittenIsNotThereAtAll() throws IOException {
        RunFolder folder = RunFolder.create(temporary.resolve("run"));
        try (var recorder = new RunRecorder(folder, clock(), provenance(), plan(), topology())) {
            try (var files = Files.list(folder.path())) {
                assertThat(files).noneMatch(file -> file.toString().endsWith(".unfinished"));
            }
            // Stands where the unfinished file would, as a full disk does.
            Files.createDirectories(folder.path().resolve("self-checks.json.unfinished/in-the-way"));
            assertThatThrownBy(() -> recorder.selfChecks(CHECKS)).isInstanceOf(UncheckedIOException.class);
        }
        assertThat(folder.selfChecks()).doesNotExist();
    }

    @Test
    void howTheGeneratorSpokeIsKept() throws IOException {
        var caller = new Caller(
                Caller.Transport.TCP,
                2,
                List.of("127.0.0.5:5070", "127.0.0.6"),
                true,
                new Caller.Credentials("alice", "VARIABLE", null),
                new Caller.Registrations(3, Duration.ofSeconds(60)),
                new Caller.SessionTimer(Duration.ofSeconds(90), null, true),
                new Caller.KeepAlive(Duration.ofSeconds(5), false),
                List.of("X-Mine: yes"),
                "v=0\r\n",
                2,
                List.of("left", "right"),
                true);
        RunFolder folder = RunFolder.create(temporary.resolve("told"));
        ResolvedPlan plain = plan();
        var plan = new ResolvedPlan(
                plain.name(), "", 1, Map.of(), plain.workload().by(caller), List.of(), plain.criteria());
        try (var recorder = new RunRecorder(folder, clock(), provenance(), plan, topology())) {
            recorder.flush();
        }
        assertThat(RecordedRun.read(folder).plan()).isEqualTo(plan);
    }

    private RunFolder record(boolean checks) throws IOException {
        RunFolder folder = RunFolder.create(temporary.resolve("run"));
        try (var recorder = new RunRecorder(folder, clock(), provenance(), plan(), topology())) {
            if (checks) {
                recorder.selfChecks(CHECKS);
            }
        }
        return folder;
    }

    private static RunClock clock() {
        return new RunClock(0, 1_700_000_000_000_000L);
    }

    private static Provenance provenance() {
        return new Provenance(
                Provenance.FORMAT, "0.1.0", 1_700_000_000_000_000L, "17", "Linux", 2, List.of("run", "story"));
    }

    private static ResolvedPlan plan() {
        var workload = new Workload(
                Duration.ofMillis(500), List.of(), 1, 1, 1, 1, Duration.ofSeconds(1), Duration.ofSeconds(1));
        return new ResolvedPlan(
                "story", "", 1, Map.of(), workload, List.of(), new Criteria(Demand.NONE, null, List.of(), 0.01));
    }

    private static Topology topology() {
        return new Topology("single", "127.100.0.1:5060", "", List.of());
    }
}
