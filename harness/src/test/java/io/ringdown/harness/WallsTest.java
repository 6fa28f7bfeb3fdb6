package io.ringdown.harness;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.junit.AnalyzeClasses;
import com.tngtech.archunit.junit.ArchTest;
import com.tngtech.archunit.lang.ArchRule;

/** Who may import whom. The walls keep an error in one part from hiding the same error in another. */
@AnalyzeClasses(packages = "io.ringdown", importOptions = ImportOption.DoNotIncludeTests.class)
class WallsTest {
    private static final String CLUSTER = "io.ringdown.cluster..";
    private static final String RECORD = "io.ringdown.record..";
    private static final String WORKLOADS = "io.ringdown.workloads..";
    private static final String FAULTS = "io.ringdown.faults..";
    private static final String JUDGE = "io.ringdown.judge..";
    private static final String RULES = "io.ringdown.judge";
    private static final String VERDICT = "io.ringdown.judge.verdict";
    private static final String PAGES = "io.ringdown.pages..";
    private static final String HARNESS = "io.ringdown.harness..";

    @ArchTest
    static final ArchRule theClusterKnowsNothingOfTheHarness =
            isolated(CLUSTER, RECORD, WORKLOADS, FAULTS, JUDGE, PAGES, HARNESS);

    @ArchTest
    static final ArchRule recordsKnowNobody = isolated(RECORD, CLUSTER, WORKLOADS, FAULTS, JUDGE, PAGES, HARNESS);

    @ArchTest
    static final ArchRule workloadsKnowOnlyRecords = isolated(WORKLOADS, CLUSTER, FAULTS, JUDGE, PAGES, HARNESS);

    @ArchTest
    static final ArchRule faultsKnowOnlyRecords = isolated(FAULTS, CLUSTER, WORKLOADS, JUDGE, PAGES, HARNESS);

    @ArchTest
    static final ArchRule theJudgeKnowsOnlyRecords = isolated(JUDGE, CLUSTER, WORKLOADS, FAULTS, PAGES, HARNESS);

    @ArchTest
    static final ArchRule pagesReadVerdictsAndRecords = isolated(PAGES, CLUSTER, WORKLOADS, FAULTS, HARNESS);

    /** What is shown cannot depend on how it was found. */
    @ArchTest
    static final ArchRule verdictsKnowNoRules = isolated(VERDICT, RULES);

    @ArchTest
    static final ArchRule pagesKnowNoRules = isolated(PAGES, RULES);

    /** The harness starts the cluster's processes; it must not share their code. */
    @ArchTest
    static final ArchRule theHarnessSharesNoCodeWithTheCluster = isolated(HARNESS, CLUSTER);

    @ArchTest
    static final ArchRule packagesOfTheHarnessFormNoCycle =
            slices().matching("io.ringdown.harness.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule packagesOfTheClusterFormNoCycle =
            slices().matching("io.ringdown.cluster.(*)..").should().beFreeOfCycles();

    @ArchTest
    static final ArchRule noPackageForOddsAndEnds = noClasses()
            .should()
            .resideInAnyPackage("..util..", "..utils..", "..common..", "..misc..", "..helper..", "..helpers..");

    private static ArchRule isolated(String from, String... others) {
        return noClasses()
                .that()
                .resideInAPackage(from)
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(others);
    }
}
