package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.workloads.sipp.MessageLog.Logged;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** SIPp 3.6.1's log of messages, as it writes it. */
class MessageLogTest {
    private static final String RULE = "-".repeat(47);
    private static final String BYE = "BYE sip:a SIP/2.0\r\nCall-ID: 1\r\n\r\n";
    private static final String OK = "SIP/2.0 200 OK\r\nCall-ID: 1\r\n\r\nbody\n" + RULE + " of its own";

    @TempDir
    Path folder;

    @Test
    void messagesAreReadByTheirLengthsOnceTheyAreWhole() throws Exception {
        String text = RULE + " 2026-11-29 22:43:13.500049\nUDP message received [" + BYE.length() + "] bytes :\n\n"
                + BYE
                + "\n" + RULE + " 2026-11-29 22:43:13.500266\nUDP message sent (" + OK.length() + " bytes):\n\n" + OK
                + "\n";
        Path file = folder.resolve("messages.log");
        var log = new MessageLog(file);
        var seen = new ArrayList<Logged>();
        log.read(seen::add);
        for (int cut : new int[] {60, 130, text.length() - 5, text.length()}) {
            long have = Files.exists(file) ? Files.size(file) : 0;
            Files.writeString(
                    file,
                    text.substring((int) have, cut),
                    ISO_8859_1,
                    StandardOpenOption.CREATE,
                    StandardOpenOption.APPEND);
            log.read(seen::add);
        }

        assertThat(log.torn()).isZero();
        assertThat(seen).extracting(Logged::sent).containsExactly(false, true);
        assertThat(seen)
                .extracting(Logged::epochMicros)
                .containsExactly(1_795_992_193_500_049L, 1_795_992_193_500_266L);
        assertThat(seen)
                .extracting(each -> new String(each.bytes(), ISO_8859_1))
                .containsExactly(BYE, OK);
    }

    private static String received(String second, int length, String message) {
        return RULE + " 2026-11-29 22:43:" + second + "\nUDP message received [" + length + "] bytes :\n\n" + message
                + "\n";
    }

    /** What SIPp writes between messages is none, and no sign of any that is missing. */
    @Test
    void whatSippDidNotExpectIsRepeatedWithoutATime() throws Exception {
        var log = new MessageLog(folder.resolve("messages.log"));
        Files.writeString(
                folder.resolve("messages.log"),
                received("13.500049", BYE.length(), BYE) + RULE + "\nDead call 1 received a UDP message:\n\n" + BYE
                        + "\n" + RULE + "\nUnexpected UDP message received:\n\n" + BYE + "\n" + RULE
                        + " 2026-11-29 22:43:13.600000\nError sending UDP message:\n\n" + OK + "\n"
                        + received("14.000001", BYE.length(), BYE));
        var seen = new ArrayList<Logged>();
        log.read(seen::add);
        assertThat(seen).hasSize(2);
        assertThat(log.torn()).isZero();
    }

    /** SIPp says how long it was and writes no more than what comes before the NUL. */
    @Test
    void aMessageThatIsLoggedInPartHidesNotTheNext() throws Exception {
        var log = new MessageLog(folder.resolve("messages.log"));
        Files.writeString(
                folder.resolve("messages.log"),
                received("13.500049", BYE.length() + 400, BYE) + received("14.000001", BYE.length(), BYE));
        var seen = new ArrayList<Logged>();
        log.read(seen::add);
        assertThat(seen)
                .extracting(Logged::epochMicros)
                .containsExactly(1_795_992_193_500_049L, 1_795_992_194_000_001L);
        assertThat(log.torn()).isEqualTo(1);
    }

    /** Nobody knows when what was before somebody set the clock. */
    @Test
    void aTimeThatGoesBackIsNoticed() throws Exception {
        var log = new MessageLog(folder.resolve("messages.log"));
        Files.writeString(
                folder.resolve("messages.log"),
                received("14.000001", BYE.length(), BYE)
                        + received("13.500049", BYE.length(), BYE)
                        + received("13.600000", BYE.length(), BYE));
        var seen = new ArrayList<Logged>();
        log.read(seen::add);
        assertThat(seen).hasSize(3);
        assertThat(log.torn()).isEqualTo(1);
    }

    /** As a disk leaves it that was full for a while. */
    @Test
    void aMessageOfWhichSomethingIsMissingIsNoticed() throws Exception {
        String one = received("13.500049", BYE.length(), BYE);
        String next = received("14.000001", BYE.length(), BYE);
        // Without its last line end nothing of it is missing.
        for (int cut = 1; cut < one.length() - 1; cut++) {
            Path file = Files.writeString(folder.resolve("cut-" + cut), one.substring(0, cut) + next + next);
            var log = new MessageLog(file);
            log.read(message -> {});
            assertThat(log.torn()).as(one.substring(0, cut)).isPositive();
        }
    }
}
