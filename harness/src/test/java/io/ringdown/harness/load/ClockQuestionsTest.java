package io.ringdown.harness.load;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.ClockOffset;
import io.ringdown.record.RunClock;
import java.util.List;
import org.junit.jupiter.api.Test;

class ClockQuestionsTest {
    private static final long SECOND = 1_000_000_000;

    /** A run that has gone on for long: whatever was asked at its beginning is answered halfway between then and now. */
    private final RunClock clock = new RunClock(System.nanoTime() - 10_000 * SECOND, 0);

    private final ClockQuestions questions = new ClockQuestions(clock);

    @Test
    void anAnswerTellsTheOffsetWithinHalfOfTheTimeItTook() throws Exception {
        long ahead = 300_000_000;
        long asked = Long.parseLong(questions.question());
        questions.answer(asked, System.nanoTime() + ahead);

        ClockOffset look = questions.next(0, System.nanoTime() + SECOND);

        assertThat(Math.abs(look.nanos() - ahead)).isLessThanOrEqualTo(look.uncertainty());
        assertThat(look.at() - look.uncertainty()).isEqualTo(asked);
        assertThat(questions.next(1, System.nanoTime())).as("no other").isNull();
    }

    @Test
    void ofEachSecondTheQuickestAnswerIsKept() {
        long now = clock.nanos();
        for (long took : List.of(5, 2, 9)) {
            questions.answer(now - took * 1_000, 0);
        }

        assertThat(kept()).hasSizeLessThanOrEqualTo(2);
        assertThat(kept().get(0).uncertainty()).isLessThan(SECOND / 2);
    }

    @Test
    void ofALongRunNoMoreIsKeptThanOfAShortOne() {
        for (long second = 0; second < 9_000; second++) {
            questions.answer(second * SECOND, 0);
        }

        assertThat(kept()).hasSizeBetween(250, 600);
        assertThat(kept()).extracting(ClockOffset::at).isSorted();
    }

    private List<ClockOffset> kept() {
        return questions.between(Long.MIN_VALUE, Long.MAX_VALUE);
    }
}
