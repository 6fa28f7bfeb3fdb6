package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.FateCounts;
import io.ringdown.judge.verdict.MatrixRow;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.MachineLoad;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What others took of the machine excuses lateness that they can have caused, and nothing else. */
class ForeignLoadTest {
    @TempDir
    private Path folder;

    /** A null run in which the machine was not the cluster's alone: nobody can tell who was late. */
    @Test
    void lateCallsBesideABusyStrangerAreNobodysFault() {
        Verdict verdict = lateNullRun().crowded(-500, 2_500, 0.5).judge(folder);

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(fates(verdict).late()).isZero();
        assertThat(fates(verdict).indeterminate()).isEqualTo(40);
        assertThat(verdict.notes())
                .anyMatch(note ->
                        note.startsWith("40 calls had a late answer, or were turned away with 503, while others took"));
        assertThat(verdict.selfChecks())
                .filteredOn(check -> check.name().startsWith("processor time taken by others"))
                .singleElement()
                .satisfies(check -> assertThat(check.passed()).isFalse());
    }

    @Test
    void lateCallsOnAMachineOfTheirOwnAreTheClusters() {
        assertThat(lateNullRun().judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(lateNullRun().crowded(-500, 2_500, 0.2).judge(folder).conclusion())
                .isEqualTo(Conclusion.FAIL);
    }

    /** Of two load hosts that made every other call the second one's machine was crowded, and is not this one. */
    @Test
    void aStrangerOnALoadHostsMachineExcusesItsCallsOnly() {
        Verdict verdict = lateNullRun()
                .loadHosts(0.05, "")
                .crowdedElsewhere(-500, 2_500, 0.5)
                .judge(folder);

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(fates(verdict).late()).isEqualTo(20);
        assertThat(fates(verdict).indeterminate()).isEqualTo(20);
        assertThat(verdict.selfChecks())
                .filteredOn(check -> check.name().contains("on the machine of load-2"))
                .singleElement()
                .satisfies(check -> assertThat(check.passed()).isFalse());
    }

    /** The stranger was gone long before. */
    @Test
    void lateCallsAreTheClustersOnceTheStrangerIsGone() {
        assertThat(lateNullRun().crowded(-4_000, -2_500, 1).judge(folder).conclusion())
                .isEqualTo(Conclusion.FAIL);
    }

    /** Nobody who was there for a second makes an answer late by more than that. */
    @Test
    void aStrangerExcusesNoMoreThanHeCanHaveCaused() {
        RunStory story = RunStory.nullRun().transparent(1_000, Phase.P4, "r2m1-engine");
        for (int i = 0; i < 40; i++) {
            CallStory call = story.call(Phase.P4);
            call.established();
            call.info(10).counter(1).ok(7_000);
            call.bye(7_400).counter(1).ok(7_401);
        }

        assertThat(story.crowded(0, 1_000, 1).judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
    }

    /** Who is kept from the processors falls behind, and refuses what is new: of others' doing, or its own where nobody was there. */
    @Test
    void callsThatWereTurnedAwayBesideABusyStrangerAreNobodysFault() {
        Verdict verdict = refusingNullRun().crowded(-500, 2_500, 0.5).judge(folder);

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(verdict.notes())
                .anyMatch(note -> note.startsWith("40 calls had a late answer, or were turned away"));
        assertThat(refusingNullRun().judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(refusingNullRun().crowded(-500, 2_500, 0.2).judge(folder).conclusion())
                .isEqualTo(Conclusion.FAIL);
        assertThat(refusingNullRun().crowded(-3_000, -1_000, 1).judge(folder).conclusion())
                .isEqualTo(Conclusion.FAIL);
    }

    /** However crowded the machine was, who served nobody for so long does not pass. */
    @Test
    void anOutageOfRefusalsIsNoPassBesideAStranger() {
        for (double outage : List.of(1_500, 2_900, 8_000, 60_000)) {
            RunStory story = RunStory.struck()
                    .require(AvailabilityLevel.AL4)
                    .exposed(1_000, Phase.P4)
                    .outageUntil(outage)
                    .turnedAway()
                    .probesUntil(outage + 10_000)
                    .gap(100);
            assertThat(story.judge(folder).conclusion())
                    .as("alone, for %s ms", outage)
                    .isEqualTo(Conclusion.FAIL);
            assertThat(story.crowded(-2_000, outage + 2_000, 0.9).judge(folder).conclusion())
                    .as("beside a stranger, for %s ms", outage)
                    .isEqualTo(Conclusion.INCONCLUSIVE);
        }
    }

    private static RunStory refusingNullRun() {
        RunStory story = RunStory.nullRun().transparent(1_000, Phase.P4, "r2m1-engine");
        for (int i = 0; i < 40; i++) {
            story.call(Phase.NONE).invite(500 + 10 * i).gets(503, 502 + 10 * i);
        }
        return story;
    }

    @Test
    void aLostCallIsLostWhoeverHadTheProcessors() {
        RunStory story = RunStory.struck().require(AvailabilityLevel.AL4).exposed(1_000, Phase.P4);
        CallStory lost = story.call(Phase.P4);
        lost.established();
        lost.info(500).gets(481, 3_000);
        lost.bye(3_001).gets(481, 3_002);

        Verdict verdict = story.crowded(-4_000, 8_000, 1).judge(folder);

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(verdict.level().highest()).isEqualTo(AvailabilityLevel.AL2);
    }

    @Test
    void whatTheKernelDroppedIsTold() {
        RunStory story = RunStory.struck().exposed(1_000, Phase.P4).hostDrops(3);

        assertThat(story.judge(folder).notes()).anyMatch(note -> note.startsWith("The kernel dropped 1"));
        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.PASS);
    }

    @Test
    void aSecondIsFoundWhereverItBegins() {
        List<MachineLoad> loads = List.of(load(0, 0), load(1, 0), load(2, 400), load(3, 400), load(4, 400), load(5, 0));

        assertThat(ForeignLoad.peak(loads, 0, 10_000_000_000L)).isEqualTo(0.6);
        assertThat(ForeignLoad.peak(loads, 20_000_000_000L, 30_000_000_000L)).isNull();
        assertThat(ForeignLoad.of(loads).explains(500_000_000, 2_600_000_000L, 100_000_000))
                .isTrue();
        assertThat(ForeignLoad.of(loads).explains(500_000_000, 2_600_000_000L, 1_600_000_000L))
                .isFalse();
    }

    private static MachineLoad load(int quarter, long othersMillis) {
        long from = quarter * 250_000_000L;
        return new MachineLoad(from, from + 250_000_000L, 2, 0, othersMillis * 1_000_000, 0, 0);
    }

    private static RunStory lateNullRun() {
        RunStory story = RunStory.nullRun().transparent(1_000, Phase.P4, "r2m1-engine");
        for (int i = 0; i < 40; i++) {
            CallStory call = story.call(Phase.P4);
            call.established();
            call.info(10).counter(1).ok(2_200);
            call.bye(4_000).counter(1).ok(4_001);
        }
        return story;
    }

    private static FateCounts fates(Verdict verdict) {
        return verdict.matrix().stream()
                .filter(row -> row.group().equals("P4"))
                .map(MatrixRow::fates)
                .findFirst()
                .orElseThrow();
    }
}
