package io.ringdown.workloads.sipp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.CallRole;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Sipp;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.calls.Lateness;
import io.ringdown.workloads.calls.RecordedCalls;
import io.ringdown.workloads.calls.Script;
import io.ringdown.workloads.sip.KernelDrops;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is told of logs that do not tell all. */
class SippProcessTest {
    private static final String TIME = "2026-11-24\t19:21:01.632550\t1795548061.632550";
    private static final String INVITE = TIME + "\tS\t1-1@127.0.0.1\tCSeq:1 INVITE\tINVITE sip:a SIP/2.0\n";
    private static final String END =
            "ringdown|END|1-1@127.0.0.1|" + TIME.replace("632550", "700000") + "|CSeq:0||||\n";

    @TempDir
    Path folder;

    private final RunClock clock = new RunClock(0, 1_795_548_061_000_000L);
    private final Workload workload = new Workload(
                    Duration.ofMillis(500), List.of(Phase.P4), 1, 100, 1, 0, Duration.ZERO, Duration.ZERO)
            .by(new Sipp(1));
    private RecordedCalls run;
    private int numbers;
    private boolean alive = true;
    /** When its call is due. */
    private long begins = Operation.NONE;

    @BeforeEach
    void record() throws IOException {
        run = new RecordedCalls(folder.resolve("run"), clock, workload);
    }

    @AfterEach
    void close() throws IOException {
        run.close();
    }

    /** One that has ended, and left these logs. */
    private SippProcess ended(String messages, String notes, String errors) throws IOException {
        SippProcess process = process(1, messages, notes, errors);
        alive = false;
        process.read(Long.MAX_VALUE);
        return process;
    }

    private SippProcess process(long timeout, String messages, String notes, String errors) throws IOException {
        var plot = new Part.Plot() {
            @Override
            public long begin(int number) {
                return begins;
            }

            @Override
            public Script script(int number) {
                return null;
            }
        };
        var part = new Part("part", CallRole.SETUP_PROBE, Phase.NONE, 0, 1, "scenario", plot);
        var book = new CallBook(part, run.recorder(), clock, new Lateness(0), () -> numbers++, timeout);
        InetAddress here = InetAddress.getLoopbackAddress();
        var settings = new SippSettings(
                "sipp", List.of(new InetSocketAddress(here, 5060)), here, workload, "", folder.resolve("sipp"));
        Programs gone = (name, command, in) -> new Programs.Started() {
            @Override
            public boolean alive() {
                return alive;
            }

            @Override
            public void kill() {
                // it has ended
            }
        };
        var process = new SippProcess(part, book, settings, gone, clock, 1, List.of());
        Path logs = folder.resolve("sipp/part");
        Files.writeString(logs.resolve("messages.log"), messages);
        Files.writeString(logs.resolve("notes.log"), notes);
        Files.writeString(logs.resolve("errors.log"), errors);
        return process;
    }

    /** What came after its end nobody heard. */
    @Test
    void noTimerExpiresOfAProcessThatHasEnded() throws IOException {
        long expires = clock.nanos() + 1_000_000_000;
        long sent = clock.fromEpochMicros(1_795_548_061_632_550L);
        SippProcess process = process(expires - sent, INVITE, "", "");
        process.read(Long.MAX_VALUE - 1);
        alive = false;
        await().until(() -> clock.nanos() > expires);
        process.close();
        run.recorder().flush();

        assertThat(run.read().operations).extracting(Operation::outcome).containsExactly(Outcome.INDETERMINATE);
    }

    @Test
    void theTimersOfOneThatLivesExpire() throws IOException {
        long sent = clock.fromEpochMicros(1_795_548_061_632_550L);
        process(clock.nanos() - sent, INVITE, "", "").close();
        run.recorder().flush();

        assertThat(run.read().operations).extracting(Operation::outcome).containsExactly(Outcome.FAILED);
    }

    /** A look that takes long would find it behind with what it made meanwhile. */
    @Test
    void whatFellDueSinceItsLogsWereReadIsNotMissed() throws IOException {
        SippProcess process = process(1, "", "", "");
        long due = clock.nanos() + 500_000_000;
        begins = due - SippProcess.GRACE;
        process.read(1);
        await().until(() -> clock.nanos() > due);
        assertThat(process.due()).isZero();

        process.read(1);
        assertThat(process.due()).isEqualTo(1);
    }

    @Test
    void aLastLineThatItsEndLeftHalfWrittenIsNotMissed() throws IOException {
        SippProcess process = ended(INVITE + INVITE.substring(0, 60), END + END.substring(0, 20), "");
        assertThat(process.lostLines()).isZero();
        assertThat(process.nonsense()).isZero();
        assertThat(process.book().ended()).isEqualTo(1);
    }

    @Test
    void aLineThatCannotBeReadIsToldWhereverItStands() throws IOException {
        assertThat(ended(INVITE.substring(0, 60) + INVITE, "", "").lostLines()).isEqualTo(1);
    }

    @Test
    void aNoteThatCannotBeReadIsToldAsWell() throws IOException {
        assertThat(ended(INVITE, END.substring(0, 20) + END, "").lostLines()).isEqualTo(1);
    }

    @Test
    void whatCameAndWasNoMessageIsTheClusters() throws IOException {
        String nonsense = TIME + "\tR\t1-1@127.0.0.1\tCSeq:\tSIP/2.0 200 OK\n";
        SippProcess process = ended(INVITE + nonsense, "", "");
        assertThat(process.lostLines()).isZero();
        assertThat(process.nonsense()).isEqualTo(1);
    }

    @Test
    void aLineThatGoesBackInTimeIsToldThoughItCanBeRead() throws IOException {
        String earlier = INVITE.replace("61.632550", "61.032550");
        assertThat(ended(INVITE + INVITE + earlier + earlier, "", "").lostLines())
                .isEqualTo(1);
        assertThat(ended(earlier + INVITE, "", "").lostLines()).isZero();
    }

    /** Whose socket was never seen may have dropped anything. */
    @Test
    void dropsThatNobodyTellsOfAreNotNone() throws IOException {
        assertThat(ended(INVITE, END, "").drops()).isEqualTo(KernelDrops.UNKNOWN);
    }

    /** Its warnings end no line: the next one does. */
    @Test
    void theLastComplaintCountsThoughItsLineHasNoEnd() throws IOException {
        String errors = "The following events occurred:\n" + TIME + ": non SIP message discarded: \"x\" (1)";
        assertThat(ended(INVITE, "", errors).nonsense()).isEqualTo(1);
    }
}
