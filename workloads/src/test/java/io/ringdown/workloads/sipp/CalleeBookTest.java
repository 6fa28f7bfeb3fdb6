package io.ringdown.workloads.sipp;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.RunClock;
import org.junit.jupiter.api.Test;

/** What a callee's messages come to. Instants are milliseconds. */
class CalleeBookTest {
    private static final RunClock CLOCK = new RunClock(0, 1_000_000_000);

    private final FarSideRecords records = new FarSideRecords();
    private final CalleeBook book = new CalleeBook(records, CLOCK);

    private void received(long at, String method, int cseq, String branch, String toTag, String more) {
        log(at, false, method + " sip:callee@127.0.0.1 SIP/2.0", method, cseq, branch, toTag, more);
    }

    private void sent(long at, int status, String method, int cseq, String branch, String more) {
        log(at, true, "SIP/2.0 " + status + " Some", method, cseq, branch, "c1", more);
    }

    private void log(
            long at, boolean sent, String first, String method, int cseq, String branch, String toTag, String more) {
        String text = first + "\r\nVia: SIP/2.0/UDP 127.0.0.1:5;branch=" + branch
                + "\r\nFrom: <sip:a@127.0.0.1>;tag=a1\r\nTo: <sip:callee@127.0.0.1>"
                + (toTag.isEmpty() ? "" : ";tag=" + toTag) + "\r\nCall-ID: leg-1\r\nCSeq: " + cseq + " " + method
                + "\r\n" + more + "Content-Length: 0\r\n\r\n";
        book.logged(new MessageLog.Logged(1_000_000_000 + at * 1_000, sent, text.getBytes(ISO_8859_1)));
    }

    private void established() {
        received(10, "INVITE", 1, "b1", "", "X-Ringdown-Call: callers-1\r\n");
        sent(11, 100, "INVITE", 1, "b1", "");
        sent(12, 180, "INVITE", 1, "b1", "");
        sent(13, 200, "INVITE", 1, "b1", "X-Ringdown-Setups: 1\r\n");
        received(15, "ACK", 1, "b2", "c1", "");
    }

    private static long nanos(long millis) {
        return millis * 1_000_000;
    }

    @Test
    void aCallIsKnownByItsCallersName() {
        established();
        assertThat(records.calls()).extracting(Call::callId).containsExactly("callers-1");
        Operation setUp = records.of(Intent.SETUP).get(0);
        assertThat(setUp.sent()).isEqualTo(nanos(10));
        assertThat(setUp.trying()).isEqualTo(nanos(11));
        assertThat(setUp.ringing()).isEqualTo(nanos(12));
        assertThat(setUp.end()).isEqualTo(nanos(13));
        assertThat(setUp.acked()).isEqualTo(nanos(15));
        assertThat(setUp.setups()).isEqualTo(1);
        book.close(nanos(20));
        assertThat(records.incidents()).extracting(Incident::detail).containsExactly("established");
    }

    @Test
    void whatComesAgainIsTheSameRequestAndItsAnswerTheSame() {
        established();
        received(20, "INFO", 2, "b3", "c1", "");
        received(30, "INFO", 2, "b3", "c1", "");
        sent(40, 200, "INFO", 2, "b3", "X-Ringdown-Counter: 1\r\n");
        received(50, "INFO", 2, "b3", "c1", "");
        sent(51, 200, "INFO", 2, "b3", "X-Ringdown-Counter: 1\r\n");
        assertThat(records.of(Intent.INFO)).singleElement().satisfies(op -> {
            assertThat(op.retransmissions()).isEqualTo(1);
            assertThat(op.end()).isEqualTo(nanos(40));
            assertThat(op.counter()).isEqualTo(1);
        });
    }

    @Test
    void theSameByAnotherBranchIsAnotherRequest() {
        established();
        received(20, "INVITE", 1, "b9", "", "X-Ringdown-Call: callers-1\r\n");
        received(30, "BYE", 2, "b3", "c1", "");
        sent(31, 200, "BYE", 2, "b3", "");
        received(40, "BYE", 3, "b4", "c1", "");
        book.close(nanos(50));
        assertThat(records.of(Intent.SETUP))
                .extracting(Operation::outcome)
                .containsExactly(Outcome.OK, Outcome.INDETERMINATE);
        assertThat(records.of(Intent.RELEASE)).hasSize(2);
        assertThat(records.incidents()).isEmpty();
    }

    @Test
    void aCallThatNobodyEndsIsLeftOpenAsFarAsItWas() {
        received(10, "INVITE", 1, "b1", "", "");
        sent(11, 180, "INVITE", 1, "b1", "");
        sent(12, 200, "INVITE", 1, "b1", "");
        sent(30, 200, "INVITE", 1, "b1", "");
        received(40, "BYE", 2, "b3", "c2", "");
        sent(41, 481, "BYE", 2, "b3", "");
        book.close(nanos(50));
        assertThat(records.calls()).extracting(Call::callId).containsExactly("leg-1");
        assertThat(records.of(Intent.SETUP)).singleElement().satisfies(op -> {
            assertThat(op.acked()).isEqualTo(Operation.NONE);
            assertThat(op.answersAgain()).isEqualTo(1);
            assertThat(op.lastAnswer()).isEqualTo(nanos(30));
        });
        assertThat(records.refused()).hasSize(1);
        assertThat(records.incidents()).extracting(Incident::detail).containsExactly("accepted");
    }

    @Test
    void aStallOfItsOwnIsToldApartFromAHold() {
        received(10, "INVITE", 1, "b1", "", "X-Ringdown-Hold: final=1000500\r\n");
        sent(560, 200, "INVITE", 1, "b1", "");
        assertThat(book.latest()).isEqualTo(nanos(60));
    }

    @Test
    void whatBelongsToNoCallIsAStray() {
        received(10, "INFO", 2, "b3", "c1", "");
        assertThat(records.calls()).isEmpty();
        assertThat(book.strays()).isEqualTo(1);
    }
}
