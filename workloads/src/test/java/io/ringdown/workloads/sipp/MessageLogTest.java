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

        assertThat(seen).extracting(Logged::sent).containsExactly(false, true);
        assertThat(seen)
                .extracting(Logged::epochMicros)
                .containsExactly(1_795_992_193_500_049L, 1_795_992_193_500_266L);
        assertThat(seen)
                .extracting(each -> new String(each.bytes(), ISO_8859_1))
                .containsExactly(BYE, OK);
    }
}
