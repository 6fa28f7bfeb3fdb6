package io.ringdown.workloads.sipp;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What SIPp 3.6.1 writes, and what is made of it. */
class LogLinesTest {
    private static final String TIME = "2026-11-24\t19:21:01.632550\t1795548061.632550";

    @TempDir
    Path folder;

    @Test
    void tellsARequestByItsCallIdAndCSeq() {
        assertThat(WireLine.read(TIME + "\tS\t1-16010@127.0.0.1\tCSeq:2 BYE\tBYE sip:service@127.0.0.1:7060 SIP/2.0"))
                .hasValue(new WireLine(1_795_548_061_632_550L, true, "1-16010@127.0.0.1", 2, "BYE", 0, "BYE"));
    }

    @Test
    void tellsAResponseByItsStatus() {
        assertThat(WireLine.read(TIME + "\tR\t1-16010@127.0.0.1\tCSeq: 1 INVITE\tSIP/2.0 180 Ringing"))
                .hasValue(new WireLine(1_795_548_061_632_550L, false, "1-16010@127.0.0.1", 1, "INVITE", 180, ""));
    }

    @Test
    void readsAnyWordsThatAResponseHas() {
        for (String words : List.of("", " ", " O\tK", " \u00c3\u0085", " " + "x".repeat(3_000))) {
            assertThat(WireLine.read(TIME + "\tR\t1-16010@127.0.0.1\tCSeq: 1 INVITE\tSIP/2.0 200" + words))
                    .as(words)
                    .hasValueSatisfying(line -> assertThat(line.status()).isEqualTo(200));
        }
    }

    /** As SIPp logs what has no CSeq, or a number that is none. */
    @Test
    void tellsWhatCameAndWasNoMessage() {
        for (String rest : List.of(
                "\tR\tid\tCSeq:\tSIP/2.0 200 OK",
                "\tR\tid\tCSeq:one INVITE\tSIP/2.0 200 OK",
                "\tR\tid\tCSeq:1 INVITE\tSIP/2.0 OK",
                "\tR\tid\tCSeq:1 INVITE\tSIP/2.0 2xx OK")) {
            assertThat(WireLine.read(TIME + rest)).as(rest).isEmpty();
            assertThat(WireLine.received(TIME + rest)).as(rest).isTrue();
        }
    }

    @Test
    void whatIsLeftOfALineIsNone() {
        String whole = TIME + "\tR\t1-16010@127.0.0.1\tCSeq:1 INVITE\tSIP/2.0 200 OK";
        for (String line : List.of(
                "",
                "no tabs",
                TIME + "\tX\tid\tCSeq:1 INVITE\tINVITE sip:a SIP/2.0",
                TIME + "\tS\tid\tCSeq:one INVITE\tINVITE sip:a SIP/2.0",
                TIME + "\tS\tid\t\tINVITE sip:a SIP/2.0",
                "2026-11-24\t19:21\tnever\tS\tid\tCSeq:1 INVITE\tINVITE sip:a SIP/2.0")) {
            assertThat(WireLine.read(line)).as(line).isEmpty();
            assertThat(WireLine.received(line)).as(line).isFalse();
        }
        // Cut anywhere, with the next line at its end: what a disk leaves that was full for a while.
        for (int cut = 1; cut < whole.length(); cut++) {
            String two = whole.substring(0, cut) + whole;
            assertThat(WireLine.read(two)).as(two).isEmpty();
            assertThat(WireLine.received(two)).as(two).isFalse();
        }
    }

    @Test
    void readsWhatAScenarioNotes() {
        assertThat(NoteLine.read("ringdown|ANSWER|3-1@127.0.0.1|" + TIME + "|CSeq: 20 INFO|To: <sip:a@b>;tag=x1;y=2|"
                        + "X-Ringdown-Node: r1m1-engine|X-Ringdown-Counter: 4|"))
                .hasValue(new NoteLine(
                        NoteLine.Kind.ANSWER, "3-1@127.0.0.1", 20, 1_795_548_061_632_550L, "x1", "r1m1-engine", 4, -1));
        assertThat(NoteLine.read("ringdown|END|3-1@127.0.0.1|" + TIME + "|CSeq:0||||"))
                .hasValueSatisfying(note -> assertThat(note.what()).isEqualTo(NoteLine.Kind.END));
    }

    /** SIPp gives headers of one name in one line. */
    @Test
    void aCounterThatIsNoneCostsNothingElseOfTheNote() {
        assertThat(NoteLine.read("ringdown|ANSWER|3-1@127.0.0.1|" + TIME + "|CSeq: 20 INFO|To: <sip:a@b>;tag=x1|"
                        + "Server: a | b, c|X-Ringdown-Counter: 3, 4|X-Ringdown-Setups: 1"))
                .hasValue(new NoteLine(
                        NoteLine.Kind.ANSWER, "3-1@127.0.0.1", 20, 1_795_548_061_632_550L, "x1", "a | b, c", -1, 1));
    }

    @Test
    void whatIsLeftOfANoteIsNone() {
        String whole = "ringdown|END|3-1@127.0.0.1|" + TIME + "|CSeq:0||||";
        for (String line : List.of(
                "a log line of somebody's",
                "ringdown|NOTHING|id|" + TIME + "|CSeq:0||||",
                "ringdown|ANSWER|id|never|CSeq: 1 INVITE||||")) {
            assertThat(NoteLine.read(line)).as(line).isEmpty();
        }
        for (int cut = 1; cut < whole.length(); cut++) {
            assertThat(NoteLine.read(whole.substring(0, cut))).as("" + cut).isEmpty();
            assertThat(NoteLine.read(whole.substring(0, cut) + whole))
                    .as("" + cut)
                    .isEmpty();
        }
    }

    @Test
    void readsALineOnlyOnceItIsWhole() throws IOException {
        Path file = folder.resolve("log");
        var tail = new Tail(file);
        var lines = new ArrayList<String>();
        tail.read(lines::add);
        assertThat(lines).isEmpty();

        Files.writeString(file, "one\ntw");
        tail.read(lines::add);
        assertThat(lines).containsExactly("one");

        Files.writeString(file, "o\nthree", StandardOpenOption.APPEND);
        tail.read(lines::add);
        assertThat(lines).containsExactly("one", "two");
    }

    @Test
    void readsStatisticsByTheirNamesWhereverTheyStand() {
        var stat = new StatFile(folder.resolve("none"));
        assertThat(stat.value("CurrentCall")).isZero();
        stat.line("New;StartTime;TotalCallCreated;CurrentCall;");
        stat.line("1;now;10;3;");
        stat.line("1;now;12;4;");
        assertThat(stat.value("TotalCallCreated")).isEqualTo(12);
        assertThat(stat.value("CurrentCall")).isEqualTo(4);
        assertThat(stat.value("StartTime")).isZero();
        assertThat(stat.value("Unheard")).isZero();
    }

    /** A process that hangs lives, and its watchdogs do not bark. */
    @Test
    void whoWritesNoStatisticsAnyMoreStandsStill() throws IOException {
        Path file = folder.resolve("statistics");
        var stat = new StatFile(file);
        long second = 1_000_000_000;
        stat.read(10 * second, true);
        Files.writeString(file, "New;CurrentCall;\n1;3;\n");
        stat.read(14 * second, true);
        stat.read(18 * second, true);
        assertThat(stat.stalled()).isFalse();
        stat.read(60 * second, false);
        assertThat(stat.stalled()).isFalse();
        stat.read(20 * second, true);
        assertThat(stat.stalled()).isTrue();
    }

    @Test
    void takesSippsComplaintFromWhatItPrinted() {
        assertThat(ScenarioCheck.of(TIME + ": Unknown element 'sned' in xml scenario file\n"))
                .hasValue("Unknown element 'sned' in xml scenario file");
        assertThat(ScenarioCheck.of(
                        "Resolving remote host '127.0.0.1'... Done.\n---- Scenario Screen ----\n  Call rate\n"))
                .isEmpty();
        assertThat(ScenarioCheck.of("---- Scenario Screen ----\n  Port   Total-time\n"))
                .isPresent();
        assertThat(ScenarioCheck.of("")).isPresent();
    }
}
