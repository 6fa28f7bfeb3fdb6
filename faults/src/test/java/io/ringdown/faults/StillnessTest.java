package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/** What tells that a frozen element has not stood still, and what does not. */
class StillnessTest {
    private static final String ELEMENT = "r1m1-engine";
    private static final ProcessIdentity SHELL = new ProcessIdentity(100, 1_000);
    private static final ProcessIdentity CHILD = new ProcessIdentity(101, 2_000);
    private static final ProcessIdentity ITS_PIDS_NEXT = new ProcessIdentity(101, 3_000);

    private final FakeVictims victims = new FakeVictims();
    private final Stillness stillness = new Stillness(victims, new FakePace());

    private void frozenAs(Map<ProcessIdentity, Spent> processes) {
        victims.spent.put(ELEMENT, processes);
        stillness.begin(List.of(ELEMENT));
    }

    private String broken(Map<ProcessIdentity, Spent> later) {
        victims.spent.put(ELEMENT, later);
        return stillness.broken(ELEMENT).orElse("");
    }

    private static Spent spent(long micros, long... turns) {
        var byThread = new HashMap<String, Long>();
        for (int thread = 0; thread < turns.length; thread++) {
            byThread.put("thread " + thread, turns[thread]);
        }
        return new Spent(micros * 1_000, byThread);
    }

    @Test
    void whoIsLeftFrozenHasStoodStill() {
        frozenAs(Map.of(SHELL, spent(500, 7), CHILD, spent(90, 1, 2)));
        assertThat(broken(Map.of(SHELL, spent(500, 7), CHILD, spent(90, 1, 2)))).isEmpty();
    }

    @Test
    void nobodyEndsWhoIsFrozenWhateverOthersUsed() {
        frozenAs(Map.of(SHELL, spent(500, 7), CHILD, spent(9_000, 1)));
        assertThat(broken(Map.of(SHELL, spent(9_500, 7))))
                .isEqualTo("pid 101 start 2000 ended while it should have been frozen: ");
    }

    @Test
    void nobodyMakesAnotherWhoIsFrozen() {
        frozenAs(Map.of(SHELL, spent(500, 7)));
        assertThat(broken(Map.of(SHELL, spent(500, 7), CHILD, spent(1, 1))))
                .isEqualTo("pid 101 start 2000 came while it should have been frozen: ");
    }

    @Test
    void whoHasAnothersPidIsAnother() {
        frozenAs(Map.of(SHELL, spent(500, 7), CHILD, spent(90, 1)));
        assertThat(broken(Map.of(SHELL, spent(500, 7), ITS_PIDS_NEXT, spent(90, 1))))
                .startsWith("pid 101 start 2000 ended ");
    }

    @Test
    void whatAllUsedTogetherCounts() {
        frozenAs(Map.of(SHELL, spent(500), CHILD, spent(90)));
        assertThat(broken(Map.of(SHELL, spent(1_000), CHILD, spent(590)))).isEmpty();
        assertThat(broken(Map.of(SHELL, spent(1_100), CHILD, spent(590))))
                .isEqualTo("ran for 1100 us while it should have been frozen: ");
    }

    @Test
    void oneThatWasLetRunForLessThanThatHasHadItsTurn() {
        frozenAs(Map.of(SHELL, spent(500, 7), CHILD, spent(90, 1, 2, 3)));
        assertThat(broken(Map.of(SHELL, spent(540, 9), CHILD, spent(90, 1, 2, 3))))
                .isEqualTo("pid 100 start 1000 was let run while it should have been frozen: ");
        assertThat(broken(Map.of(SHELL, spent(500, 7), CHILD, spent(110, 2, 3, 3))))
                .startsWith("pid 101 start 2000 was let run ");
    }

    @Test
    void aThreadThatWasLateToStandStillIsNoRun() {
        frozenAs(Map.of(CHILD, spent(90, 1, 2, 3)));
        assertThat(broken(Map.of(CHILD, spent(110, 1, 3, 3)))).isEmpty();
    }

    /** Of one thread it could not be told later. */
    @Test
    void whoIsLateIsWaitedFor() {
        var pauses = new int[1];
        var late = new Stillness(victims, new Pace() {
            @Override
            public long nanos() {
                return 0;
            }

            @Override
            public void until(long runNanos) {}

            @Override
            public void pause(Duration duration) {
                victims.spent.put(ELEMENT, Map.of(SHELL, spent(510, pauses[0]++ == 0 ? 8 : 9)));
            }
        });
        victims.spent.put(ELEMENT, Map.of(SHELL, spent(500, 7)));

        late.begin(List.of(ELEMENT));

        assertThat(late.broken(ELEMENT)).isEmpty();
        assertThat(pauses[0]).isEqualTo(3);
        victims.spent.put(ELEMENT, Map.of(SHELL, spent(1_700, 9)));
        assertThat(late.broken(ELEMENT))
                .as("since it was frozen, and not since it was late")
                .hasValue("ran for 1200 us while it should have been frozen: ");
    }

    @Test
    void whatNobodyKnowsIsNoProof() {
        frozenAs(Map.of());
        assertThat(broken(Map.of(SHELL, spent(500, 7)))).isEqualTo("nobody can tell whether it stood still: ");
        frozenAs(Map.of(SHELL, spent(500, 7)));
        assertThat(broken(Map.of())).isEqualTo("nobody can tell whether it stood still: ");
    }
}
