package io.ringdown.judge;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Criterion;
import io.ringdown.judge.verdict.Finding;
import io.ringdown.judge.verdict.SetUpOutage;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What several load hosts saw is one history; what one of them could not see is missing from it. */
class LoadHostsTest {
    @TempDir
    private Path folder;

    @Test
    void twoPartsReadAsOneWhole() {
        Verdict whole = good().judge(folder);
        Verdict parts = good().loadHosts(0.05, "").judge(folder);

        assertThat(parts.conclusion()).isEqualTo(Conclusion.PASS);
        assertThat(parts.matrix()).isEqualTo(whole.matrix());
        assertThat(parts.operations()).isEqualTo(whole.operations());
        assertThat(criterion(parts).finding()).isEqualTo(Finding.CONFIRMED);
    }

    @Test
    void aLoadHostThatDiedTakesThePassAway() {
        Verdict verdict = good().loadHosts(0.05, "its process ended").judge(folder);

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(criterion(verdict).text()).contains("load-2 was not there to the end: its process ended");
    }

    /** The call may be the dead one's own, or the survivor's. */
    @Test
    void aLoadHostThatDiedHidesNoWitness() {
        for (int others = 1_000; others < 1_002; others++) {
            RunStory story = RunStory.struck().exposed(others, Phase.P4);
            CallStory lost = story.call(Phase.P4);
            lost.established();
            lost.info(500).gets(481, 501);
            lost.bye(502).gets(481, 503);

            Verdict verdict = story.loadHosts(0.05, "its process ended").judge(folder);

            assertThat(verdict.conclusion()).isEqualTo(Conclusion.FAIL);
            assertThat(verdict.level().highest()).isEqualTo(AvailabilityLevel.AL2);
        }
    }

    /** Its re-dial may have come after its last word. */
    @Test
    void whatTheDeadOneHadNotSeenToItsEndAccusesNobody() {
        RunStory story = RunStory.nullRun().transparent(1_001, Phase.P4, "r2m1-engine");
        for (int i = 0; i < 80; i++) {
            CallStory call = story.call(Phase.P4);
            if (call.number() % 2 == 1) {
                call.invite(-2_000).gets(503, -1_999);
            } else {
                call.transparent();
            }
        }

        assertThat(story.judge(folder).conclusion()).isEqualTo(Conclusion.FAIL);
        assertThat(story.loadHosts(0.05, "its process ended").judge(folder).conclusion())
                .isEqualTo(Conclusion.INCONCLUSIVE);
    }

    /** A BYE sent 5 ms before t_f by a clock that may be 20 ms off was sent within t_f's bracket for all that is known. */
    @Test
    void whatTheClocksCannotTellApartIsWithinTheBracket() {
        RunStory exact = good();
        exact.call(Phase.P4).established().bye(-5).counter(0).ok(2_000);
        RunStory loose = good();
        loose.call(Phase.P4).established().bye(-5).counter(0).ok(2_000);

        assertThat(held(exact.loadHosts(0.05, "").judge(folder), "P6")).isEqualTo(1);
        Verdict verdict = loose.loadHosts(20, "").judge(folder);
        assertThat(held(verdict, "P6")).isZero();
        assertThat(held(verdict, Census.CHANGING)).isEqualTo(1);
    }

    @Test
    void clocksOfWhichTooLittleIsKnownTakeThePassAway() {
        Verdict verdict = good().loadHosts(80, "").judge(folder);

        assertThat(verdict.conclusion()).isEqualTo(Conclusion.INCONCLUSIVE);
        assertThat(criterion(verdict).text()).contains("their clocks are known within 80");
    }

    /** By clocks that may be 40 ms off, service may have returned when the repair was asked for, or before. */
    @Test
    void whatTheClocksCannotTellApartEndsNoOutageBeforeTheRepair() {
        assertThat(outageUntil(69_980)
                        .loadHosts(0.05, "")
                        .judge(folder)
                        .outage()
                        .state())
                .isEqualTo(SetUpOutage.State.KEPT);
        assertThat(outageUntil(69_980).loadHosts(40, "").judge(folder).outage().state())
                .isEqualTo(SetUpOutage.State.UNKNOWN);
        assertThat(outageUntil(70_500)
                        .loadHosts(0.05, "")
                        .judge(folder)
                        .outage()
                        .state())
                .isEqualTo(SetUpOutage.State.UNTIL_REPAIR);
    }

    private static RunStory outageUntil(double millis) {
        RunStory story = RunStory.struck()
                .expect(AvailabilityLevel.AL1)
                .single()
                .outageUntil(millis)
                .probesUntil(75_000)
                .repairedAt(70_000, 70_800);
        story.call(Phase.P4).transparent();
        return story;
    }

    private static RunStory good() {
        return RunStory.struck().exposed(1_000, Phase.P4);
    }

    private static Criterion criterion(Verdict verdict) {
        return verdict.criteria().stream()
                .filter(each -> each.id().equals("load-hosts"))
                .findFirst()
                .orElseThrow();
    }

    private static int held(Verdict verdict, String group) {
        return verdict.matrix().stream()
                .filter(row -> row.group().equals(group))
                .mapToInt(row -> row.fates().total())
                .sum();
    }
}
