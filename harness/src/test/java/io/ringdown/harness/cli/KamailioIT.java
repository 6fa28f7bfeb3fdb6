package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import io.ringdown.harness.hosts.Doctor;
import io.ringdown.judge.verdict.Conclusion;
import io.ringdown.judge.verdict.Fate;
import io.ringdown.judge.verdict.PhaseResult;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Phase;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** The example of a cluster that Ringdown did not make: Kamailio proxies, with and without a store that they share. */
class KamailioIT {
    private static final Path PLAN =
            Path.of(System.getProperty("ringdown.home", "..")).resolve("docs/examples/kamailio-redis/plan.yaml");

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @BeforeEach
    void needsKamailioAndRedis() {
        boolean there = List.of("kamailio", "redis-server", "redis-cli").stream()
                .allMatch(program -> Doctor.program(program).isPresent());
        assumeTrue(
                there || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")),
                "no kamailio or no redis-server on the PATH; apt-get install kamailio kamailio-redis-modules redis-server");
    }

    @Test
    void dialogsOutliveTheirProxyWhereTheStateIsShared() throws Exception {
        Verdict verdict = run("shared");

        passes(verdict);
        assertThat(new PatientRuns(folder).last().elements().resolve("redis.log"))
                .as("stopped by its own command")
                .content()
                .contains("User requested shutdown");
        assertThat(verdict.blackBox()).isFalse();
        assertThat(verdict.phases()).filteredOn(PhaseResult::demanded).allSatisfy(phase -> {
            assertThat(phase.exposedByOwner()).isGreaterThan(40);
            assertThat(phase.controls()).isGreaterThan(40);
            assertThat(phase.controlFates().harmed())
                    .as(phase.phase() + ", the other proxy's")
                    .isZero();
        });
        assertThat(verdict.phases())
                .filteredOn(phase -> List.of(Phase.P4, Phase.P4F).contains(phase.phase()))
                .allSatisfy(phase -> assertThat(phase.exposedFates().lost()).isZero());
    }

    @Test
    void theyAreLostWhereItIsNot() throws Exception {
        Verdict verdict = run("alone");

        passes(verdict);
        assertThat(verdict.witnesses().shown())
                .anyMatch(witness -> witness.fate() == Fate.LOST
                        && witness.sentence().contains("got 481: the established call is gone"));
    }

    @Tag("long")
    @Test
    void anOpenReInviteIsLostEvenSo() throws Exception {
        passes(run("re-invite"));
    }

    private static void passes(Verdict verdict) {
        assertThat(verdict.conclusion())
                .as(String.join("\n", verdict.reasons()))
                .isEqualTo(Conclusion.PASS);
    }

    private Verdict run(String scenario) throws Exception {
        return new PatientRuns(folder).run(PLAN, "--scenario", scenario);
    }
}
