package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.CapacityResult.TrialResult;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.SelfChecks;
import io.ringdown.record.Trial;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Sessions of a trial that are challenged or redirected; each may take 10 ms. */
class TrialTallyTest {
    private static final long MILLI = 1_000_000;
    private static final Capacity CAPACITY = new Capacity(
            CallType.INVITE_BYE, 1, 1, Duration.ZERO, Duration.ofMillis(10), Duration.ZERO, Duration.ZERO, null);
    private static final Workload WORKLOAD =
            new Workload(Duration.ofMillis(500), List.of(), 1, 1, 0, 0, Duration.ZERO, Duration.ZERO);

    private final TrialTally tally = new TrialTally(CAPACITY, 0, 1);
    private int cseq;

    private void attempt(Intent intent, AttemptKind kind, long sent, long end, int status) {
        tally.operation(new Operation(
                0,
                intent,
                intent == Intent.SETUP ? 0 : 1,
                kind,
                ++cseq,
                sent * MILLI,
                sent * MILLI,
                Operation.NONE,
                Operation.NONE,
                end * MILLI,
                Operation.NONE,
                Operation.NONE,
                Operation.NONE,
                status == 200 ? Outcome.OK : Outcome.FAILED,
                status,
                0,
                "",
                -1,
                -1,
                0,
                Operation.NONE));
    }

    private TrialResult result() {
        var clean = new SelfChecks(0, 0, 0, 0, false, 0, 0, 0, 0, 0);
        return tally.result(new Trial(0, false, 1, 1, 0, 1, 0, 1, clean, 0, null, null, 0, List.of()), WORKLOAD);
    }

    @ParameterizedTest
    @CsvSource({"302, 4, 9, 1", "302, 4, 11, 0", "302, 9, 12, 0", "401, 4, 9, 1", "407, 6, 11, 0", "301, 1, 2, 1"})
    void whatAnAnswerTookThatAskedForMoreCounts(int status, long asked, long end, int established) {
        attempt(Intent.SETUP, AttemptKind.FIRST, 0, asked, status);
        attempt(Intent.SETUP, AttemptKind.FOLLOW_UP, asked, end, 200);
        attempt(Intent.RELEASE, AttemptKind.FIRST, 20, 21, 200);

        assertThat(result().established()).isEqualTo(established);
        assertThat(result().failed()).isEqualTo(1 - established);
        assertThat(tally.succeeded()).isEqualTo(established == 1);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 422, 380})
    void aSessionThatAnAnswerLedNowhereHasFailed(int status) {
        attempt(Intent.SETUP, AttemptKind.FIRST, 0, 1, status);

        assertThat(result().failed()).isEqualTo(1);
    }

    @ParameterizedTest
    @ValueSource(ints = {302, 401, 503})
    void andSoHasOneWhoseFollowUpOrByeWas(int status) {
        attempt(Intent.SETUP, AttemptKind.FIRST, 0, 1, 302);
        attempt(Intent.SETUP, AttemptKind.FOLLOW_UP, 1, 2, 200);
        attempt(Intent.RELEASE, AttemptKind.FIRST, 2, 3, 302);
        attempt(Intent.RELEASE, AttemptKind.FOLLOW_UP, 3, 4, status);

        assertThat(result().failed()).isEqualTo(1);
    }
}
