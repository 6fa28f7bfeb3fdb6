package io.ringdown.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.record.Arrivals;
import io.ringdown.record.AvailabilityLevel;
import io.ringdown.record.Caller;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Callee;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Demand;
import io.ringdown.record.ResolvedPlan.Sipp;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

class PlanReaderTest {
    private static final String MINIMAL = """
            name: mine
            cluster:
              arrangement: occas
            faults:
              - machine: any
            require: AL4
            """;

    @Test
    void fillsInWhatAPlanLeavesOut() {
        Plan plan = PlanReader.read("mine.yaml", MINIMAL);

        Plan.Scenario scenario = plan.scenarios().get(0);
        assertThat(scenario.workload().t1()).isEqualTo(Duration.ofMillis(500));
        assertThat(scenario.workload().callsPerPhase()).isEqualTo(1440);
        assertThat(scenario.criteria().demand()).isEqualTo(Demand.REQUIRE);
        assertThat(scenario.criteria().level()).isEqualTo(AvailabilityLevel.AL4);
        assertThat(scenario.criteria().bound()).isEqualTo(0.01);
        assertThat(scenario.faults()).singleElement().satisfies(fault -> {
            assertThat(fault.kind()).isEqualTo("silent");
            assertThat(fault.repairAfter()).isNull();
        });
    }

    @Test
    void aimsAtP0ButDoesNotDecideOverItUnlessAsked() {
        Plan.Scenario scenario =
                PlanReader.read("mine.yaml", MINIMAL).scenarios().get(0);

        assertThat(scenario.workload().phases()).contains(Phase.P0);
        assertThat(scenario.criteria().phases()).doesNotContain(Phase.P0).contains(Phase.P1, Phase.P4F, Phase.P6);
    }

    private static String driven(String workload) {
        return MINIMAL + "workload: {" + workload + "}\n";
    }

    @Test
    void theBuiltInGeneratorDrivesUnlessSippIsAskedFor() {
        assertThat(sipp(MINIMAL)).isNull();
        assertThat(sipp(driven("driver: generator"))).isNull();
        assertThat(sipp(driven("driver: sipp"))).isEqualTo(new Sipp(1));
        assertThat(sipp(driven("driver: sipp, sipp: {processes: 3}"))).isEqualTo(new Sipp(3));
    }

    private static Sipp sipp(String yaml) {
        return PlanReader.read("mine.yaml", yaml).scenarios().get(0).workload().sipp();
    }

    @Test
    void aScenarioOfTheUsersOwnStandsBesideItsPlan(@TempDir Path folder) throws IOException {
        Path scenario = Files.writeString(folder.resolve("own.xml"), "<scenario/>");
        String yaml = driven("driver: sipp, sipp: {scenario: own.xml, rate: 2.5, calls: 100}");

        Plan plan = PlanReader.read(folder.resolve("mine.yaml").toString(), yaml);

        assertThat(plan.scenarios().get(0).workload().sipp())
                .isEqualTo(new Sipp(1, scenario.toAbsolutePath().toString(), 2.5, 100));
        assertThatThrownBy(() -> PlanReader.read("elsewhere/mine.yaml", yaml))
                .hasMessageStartingWith("elsewhere/mine.yaml:7: workload.sipp.scenario: no file");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    driver: sip                                 | workload.driver: 'sip' is not valid here; did you mean 'sipp'?
                    'sipp: {processes: 2}'                      | workload.sipp: is for driver: sipp only
                    'driver: sipp, sipp: {proceses: 2}'         | workload.sipp.proceses: unknown key; did you mean 'processes'?
                    'driver: sipp, sipp: {rate: 10}'            | workload.sipp.rate: is for a scenario of your own
                    'driver: sipp, sipp: {scenario: pom.xml, calls: 9}'  | workload.sipp.rate: missing
                    'driver: sipp, sipp: {scenario: pom.xml, rate: 9}'   | workload.sipp.calls: missing
                    'driver: sipp, sipp: {scenario: pom.xml, rate: -1, calls: 9}' | workload.sipp.rate: '-1' is not a number above 0
                    'driver: sipp, fill-rate: 9, sipp: {scenario: pom.xml, rate: 1, calls: 9}' | workload.fill-rate: is for the standard workload
                    """)
    void refusesWhatSippCannotBeTold(String workload, String complaint) {
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", driven(workload)))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageStartingWith("mine.yaml:7: ")
                .hasMessageContaining(complaint);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    arrangement: occas  | arangement: occas     | mine.yaml:3: cluster.arangement: unknown key; did you mean 'arrangement'?
                    require: AL4        | require: AL5          | mine.yaml:6: require
                    require: AL4        | requires: AL4         | mine.yaml:1: require: missing: a plan with faults states require (at least) or expect (exactly) a level; line 6 has 'requires'
                    require: AL4        | 'scenarios: {a: {requir: AL4}}' | mine.yaml:6: scenarios.a.require: missing: a plan with faults states require (at least) or expect (exactly) a level; line 6 has 'requir'
                    machine: any        | machines: any         | mine.yaml:5: faults[0]
                    arrangement: occas  | arrangement: occa     | did you mean 'occas'?
                    name: mine          | name: my plan         | mine.yaml:1: name
                    machine: any        | {machine: any, kind: crahs} | did you mean 'crash'?
                    require: AL4        | {require: AL4         | not valid YAML
                    require: AL4        | 'require: "\u0007"'   | mine.yaml:6: not valid YAML: a control character (0x07)
                    machine: any        | [a, b]: any           | mine.yaml:5: faults[0]: a key is one word
                    machine: any        | any                   | mine.yaml:5: faults[0]: expected keys and values
                    machine: any        | 'machine: []'         | mine.yaml:5: faults[0].machine: names no target
                    require: AL4        | 'require: "AL\\n4"'   | mine.yaml:6: require: 'AL?4' is not valid here
                    require: AL4        | require: al4          | did you mean 'AL4'?
                    arrangement: occas  | 'topology: "a\\0b"'   | mine.yaml:3: cluster.topology: 'a?b' is no name of a file
                    arrangement: occas  | {arrangement: was, replicas: 3}            | 4 containers cannot be dealt into replication domains of 3
                    arrangement: occas  | {arrangement: was, replicas: 4}            | a replication domain holds 1 to 3 containers, not 4
                    arrangement: occas  | {arrangement: was, domains: figur-6}       | did you mean 'figure-6'?
                    arrangement: occas  | {arrangement: was, domains: figure-6, replicas: 3} | figure-6 has replication domains of 2 containers
                    arrangement: occas  | domains: figure-6    | only arrangement was has replication domains
                    arrangement: occas  | {arrangement: mss, replicas: 5} | a session has 1 to 4 copies on as many servers, not 5
                    arrangement: occas  | {arrangement: mss, cache: off}  | a server of mss is its own cache
                    arrangement: occas  | {arrangement: mss, pools: strictly-across-racks, replicas: 3} | need as many racks
                    arrangement: occas  | {arrangement: mss, pools: acros-racks} | did you mean 'across-racks'?
                    arrangement: occas  | dispatchers: active-activ | did you mean 'active-active'?
                    arrangement: occas  | {arrangement: single, dispatchers: active-active} | single has none
                    arrangement: occas  | buddies: mutual      | only servers of arrangement mss have buddies
                    arrangement: occas  | mutant: no-delete    | only servers of arrangement mss can be broken so
                    arrangement: occas  | {profile: paper, depth: none}   | cluster.depth: profile paper says it already
                    arrangement: occas  | {profile: vendor-default, commit: async} | cluster.commit: profile vendor-default says it already
                    arrangement: occas  | profile: vendor-defalt | did you mean 'vendor-default'?
                    arrangement: occas  | {arrangement: single, profile: paper} | single replicates nothing
                    arrangement: occas  | {mutant: rack-blind, racks: 1}  | rack-blind needs two racks
                    arrangement: occas  | {mutant: rack-blind, machines-per-rack: 3} | machines-per-rack (3) expected to be a multiple
                    arrangement: occas  | {arrangement: was, mutant: rack-blind, domains: figure-6} | not those of figure-6
                    arrangement: occas  | {arrangement: mss, mutant: rack-blind, pools: across-racks} | give mutant or pools
                    arrangement: occas  | {arrangement: single, spares: 1} | single has one machine
                    arrangement: occas  | {arrangement: was, spares: 1}    | 1 containers cannot be dealt into further replication domains of 2
                    arrangement: occas  | {arrangement: was, spares: 2, domains: figure-6} | only the replication domains of figure-5
                    arrangement: occas  | {machines-per-rack: 99, spares: 1} | no rack holds more than 99 machines
                    arrangement: occas  | {arrangement: single, between-elements: tcp} | single has one element
                    arrangement: occas  | between-elements: tcpp       | did you mean 'tcp'?
                    arrangement: occas  | new-calls: least-loaded      | only the proxies of arrangement was choose
                    arrangement: occas  | {arrangement: was, new-calls: evn} | did you mean 'even'?
                    arrangement: occas  | quota: 25%               | mine.yaml:3: cluster.quota: '25%' is not a number from 0.02 to 64
                    arrangement: occas  | quota: 0.01              | cluster.quota: '0.01' is not a number from 0.02 to 64
                    arrangement: occas  | qota: 0.25               | did you mean 'quota'?
                    arrangement: occas  | distance-racks: 11s      | cluster.distance-racks: '11s' is not from 0ms to 10s
                    arrangement: occas  | heartbeat-timeout: 99ms      | mine.yaml:3: cluster.heartbeat-timeout: '99ms' is not from 100ms to 60s
                    arrangement: occas  | overload-after: 61s      | mine.yaml:3: cluster.overload-after: '61s' is not from 0ms to 60s
                    arrangement: occas  | heartbeat-timeout: 2min      | is not from 100ms to 60s
                    arrangement: occas  | heartbeat-interval: 19ms     | is not from 20ms to 30s
                    arrangement: occas  | heartbeat-interval: 1s       | cluster.heartbeat-interval: the interval (1000ms) must be shorter than the timeout (1000ms)
                    arrangement: occas  | heartbeat-timeout: 150ms     | cluster.heartbeat-timeout: the interval (200ms) must be shorter
                    machine: any        | {machine: any, after: 25000min} | mine.yaml:5: faults[0].after: '25000min' is not from 0ms to 86400s
                    """)
    void refusesWhatItDoesNotKnowWithPlaceAndNearestName(String right, String wrong, String complaint) {
        assertThat(MINIMAL).contains(right);
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", MINIMAL.replace(right, wrong)))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(complaint.trim())
                .message()
                .doesNotContain("\n");
    }

    @Test
    void heartbeatsMayBeAsSlowAsTheyLikeWhereNobodyListens() {
        String slow = MINIMAL.replace("arrangement: occas", "{detection: close, heartbeat-interval: 30s}")
                .replace("cluster:\n  ", "cluster: ");

        assertThat(PlanReader.read("mine.yaml", slow)
                        .scenarios()
                        .get(0)
                        .reference()
                        .behaviour())
                .containsEntry("heartbeat.interval.millis", "30000");
    }

    private static ClusterSettings cluster(String settings) {
        return PlanReader.read("mine.yaml", MINIMAL.replace("\n  arrangement: occas", " {" + settings + "}"))
                .scenarios()
                .get(0)
                .reference();
    }

    @Test
    void aMachinesQuotaIsRecordedAndNothingForTheElements() {
        assertThat(cluster("quota: 0.25").flat()).containsEntry("quota", "0.25");
        assertThat(cluster("quota: 0.25").behaviour()).doesNotContainKey("quota");
        assertThat(cluster("arrangement: occas").flat()).doesNotContainKey("quota");
    }

    @ParameterizedTest
    @CsvSource({
        "occas, paper, transactions, before-send",
        "was, paper, transactions, before-send",
        "mss, paper, transactions, before-send",
        "occas, vendor-default, transactions, before-send",
        "was, vendor-default, confirmed, async",
        "mss, vendor-default, confirmed, async",
    })
    void aProfileStandsForADepthAndACommitMode(String arrangement, String profile, String depth, String commit) {
        assertThat(cluster("arrangement: " + arrangement + ", profile: " + profile)
                        .flat())
                .containsEntry("depth", depth)
                .containsEntry("commit", commit)
                .doesNotContainKey("profile");
    }

    @Test
    void distancesMayBeShorterThanAMillisecond() {
        assertThat(cluster("distance-machines: 0.25ms, distance-racks: 2ms").behaviour())
                .containsEntry("distance.machines.micros", "250")
                .containsEntry("distance.racks.micros", "2000");
    }

    @Test
    void theMutantThatIsBlindToRacksIsOneOfTheLayout() {
        assertThat(cluster("mutant: rack-blind").flat())
                .containsEntry("rack-blind", "true")
                .doesNotContainKey("mutant");
        assertThat(cluster("arrangement: mss, mutant: rack-blind").flat()).containsEntry("pools", "none");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    over: [P1, P2]  | mine.yaml:7: over: every phase must be among the workload's: [P1, P3]
                    over: []        | mine.yaml:7: over: names no phase
                    over: [P1, P1]  | mine.yaml:7: over: 'P1' stands here twice
                    over: [P4f]     | mine.yaml:7: over: 'P4f' is no phase; did you mean 'P4F'?
                    scenarios: {}   | mine.yaml:7: scenarios: names none
                    scenarios: {aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa: {bound: 2%}} | 100 at most
                    scenarios: {../a: {bound: 2%}} | mine.yaml:7: scenarios.../a: '../a' must consist of letters
                    """)
    void refusesWhatOnlyTheWholePlanShows(String line, String complaint) {
        assertThatThrownBy(
                        () -> PlanReader.read("mine.yaml", MINIMAL + line.trim() + "\nworkload: {phases: [P1, P3]}\n"))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(complaint.trim())
                .message()
                .doesNotContain("\n");
    }

    @Test
    void complainsInOneLineAboutATextWithoutEnd() {
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", "[".repeat(100_000)))
                .isInstanceOf(InvalidPlanException.class)
                .message()
                .startsWith("mine.yaml:1: not valid YAML: ")
                .doesNotContain("\n");
    }

    @Test
    void tellsATopologyFileFromAPlan() {
        assertThatThrownBy(() -> PlanReader.read("my-cluster.yaml", "name: mine\nracks: []\n"))
                .hasMessage("my-cluster.yaml:2: racks: is of a topology file, which a plan names:"
                        + " 'cluster: {topology: FILE}'");
    }

    @Test
    void refusesAFaultWithoutADemand() {
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", MINIMAL.replace("require: AL4\n", "")))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining("require");
    }

    @Test
    void refusesBothDemands() {
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", MINIMAL + "expect: AL3\n"))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining("not both");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "[]",
                "- a",
                "name: x\nname: y",
                "cluster: 3\nname: x",
                "\t",
                "name: x\ncluster: {replicas: 4}"
            })
    void complainsInOneLineWhateverItIsGiven(String yaml) {
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", yaml))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageStartingWith("mine.yaml:");
    }

    @Test
    void scenariosOverrideWhatTheyShare() {
        Plan plan = BuiltInPlans.find("two-machines");

        assertThat(plan.scenarios())
                .extracting(Plan.Scenario::name)
                .containsExactly("same-partition", "different-partitions");
        assertThat(plan.scenarios())
                .extracting(scenario -> scenario.criteria().level())
                .containsExactly(AvailabilityLevel.AL2, AvailabilityLevel.AL4);
        assertThat(plan.scenarios())
                .extracting(scenario -> scenario.criteria().demand())
                .containsOnly(Demand.EXPECT);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "machine-failure",
                "machine-crash",
                "process-failure",
                "rack-failure",
                "two-machines",
                "was",
                "mss",
                "relayed",
                "single-node",
                "no-fault"
            })
    void everyBuiltInPlanIsValid(String name) {
        assertThat(BuiltInPlans.NAMES).contains(name);
        assertThat(BuiltInPlans.find(name).description()).isNotBlank();
    }

    @Test
    void suggestsTheNearestBuiltIn() {
        assertThatThrownBy(() -> BuiltInPlans.find("machine-failur"))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining("did you mean 'machine-failure'?");
    }

    private static final String SEARCH = """
            name: mine
            kind: capacity
            cluster:
              arrangement: occas
            search: {sessions: 500, start-rate: 250}
            require: 1000/s
            """;

    @Test
    void readsASearch() {
        Capacity capacity =
                PlanReader.read("mine.yaml", SEARCH).scenarios().get(0).capacity();

        assertThat(capacity.callType()).isEqualTo(CallType.INVITE_BYE);
        assertThat(capacity.sessions()).isEqualTo(500);
        assertThat(capacity.startRate()).isEqualTo(250);
        assertThat(capacity.threshold()).isEqualTo(Duration.ofSeconds(2));
        assertThat(capacity.required()).isEqualTo(1_000);
    }

    @Test
    void aClusterOfOthersIsNotSearched() {
        String theirs = SEARCH.replace("arrangement: occas", "topology: theirs.yaml")
                .replace("sessions: 500", "call-type: register");
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", theirs))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessage("mine.yaml:4: cluster.topology: a plan of kind capacity is for the reference cluster");
    }

    @Test
    void aSearchMayBeForRegistrations() {
        for (CallType type : List.of(CallType.REGISTER, CallType.RE_REGISTER)) {
            Capacity capacity = PlanReader.read(
                            "mine.yaml", SEARCH.replace("sessions: 500", "load-hosts: 2, call-type: " + type.word()))
                    .scenarios()
                    .get(0)
                    .capacity();
            assertThat(capacity.callType()).isEqualTo(type);
            assertThat(capacity.sessions()).isEqualTo(50_000);
            assertThat(capacity.hold()).isEqualTo(Duration.ZERO);
        }
    }

    @Test
    void takesTheRfcsNumbersWhereASearchSaysNothing() {
        Plan plan = PlanReader.read("mine.yaml", "name: mine\nkind: capacity\ncluster: {}\n");

        Capacity capacity = plan.scenarios().get(0).capacity();
        assertThat(capacity.sessions()).isEqualTo(50_000);
        assertThat(capacity.startRate()).isEqualTo(100);
        assertThat(capacity.required()).isNull();
    }

    @Test
    void aSearchMayBeMadeByTcpFromSeveralAddresses() {
        Caller plain = PlanReader.read("mine.yaml", SEARCH)
                .scenarios()
                .get(0)
                .workload()
                .caller();
        assertThat(plain).isEqualTo(Caller.PLAIN);
        Caller caller = PlanReader.read(
                        "mine.yaml", SEARCH.replace("sessions: 500", "sessions: 500, transport: tcp, sources: 3"))
                .scenarios()
                .get(0)
                .workload()
                .caller();
        assertThat(caller.transport()).isEqualTo(Caller.Transport.TCP);
        assertThat(caller.sources()).isEqualTo(3);
    }

    @Test
    void aSearchMayBeMadeBySeveralLoadHosts() {
        Plan.Scenario two = PlanReader.read(
                        "mine.yaml", SEARCH.replace("sessions: 500", "sessions: 500, load-hosts: 2"))
                .scenarios()
                .get(0);
        assertThat(two.workload().caller().loadHosts()).isEqualTo(2);
        assertThat(two.workload().caller().loadHostsAt()).isEmpty();
        Plan.Scenario named = PlanReader.read(
                        "mine.yaml", SEARCH.replace("sessions: 500", "sessions: 500, load-hosts: [left, right]"))
                .scenarios()
                .get(0);
        assertThat(named.workload().caller().loadHostsAt()).containsExactly("left", "right");
        assertThat(named.loadHostsLine()).isEqualTo("mine.yaml:5: search.load-hosts: ");
    }

    @Test
    void searchesMayDifferByScenario() {
        Plan plan = PlanReader.read(
                "mine.yaml",
                SEARCH + "scenarios:\n  slow:\n    search: {t1: 50ms}\n  held:\n    search:"
                        + " {call-type: invite-hold-bye, hold: 3s}\n    require: 20 /s\n");

        assertThat(plan.scenarios().get(0).capacity().threshold()).isEqualTo(Duration.ofMillis(200));
        assertThat(plan.scenarios().get(1).capacity().hold()).isEqualTo(Duration.ofSeconds(3));
        assertThat(plan.scenarios().get(1).capacity().required()).isEqualTo(20);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    kind: capacity      | kind: capacities      | mine.yaml:2: kind: 'capacities' is not valid here; did you mean 'capacity'?
                    sessions: 500       | session: 500          | mine.yaml:5: search.session: unknown key; did you mean 'sessions'?
                    sessions: 500       | transport: tls        | mine.yaml:5: search.transport: 'tls' is not valid here
                    sessions: 500       | sources: 0            | mine.yaml:5: search.sources: '0' is not a whole number from 1
                    sessions: 500       | call-type: options    | mine.yaml:5: search.call-type: 'options' is not valid here
                    sessions: 500       | call-type: registers  | mine.yaml:5: search.call-type: 'registers' is not valid here; did you mean 'register'?
                    sessions: 500       | 'call-type: re-register, hold: 3s' | mine.yaml:5: search.hold: re-register makes no sessions that could be held
                    sessions: 500       | load-hosts: 17        | mine.yaml:5: search.load-hosts: '17' is not a whole number from 1 to 16
                    sessions: 500       | 'load-hosts: 3, sources: 100' | mine.yaml:5: search.load-hosts: 3 of 100 sources each are more than the
                    sessions: 500       | call-type: invite-hold-bye | mine.yaml:5: search.hold: missing
                    sessions: 500       | hold: 3s              | mine.yaml:5: search.hold: invite-bye releases its sessions at once
                    start-rate: 250     | start-rate: 0         | mine.yaml:5: search.start-rate: '0' is not a whole number from 1
                    require: 1000/s     | require: AL4          | mine.yaml:6: require: 'AL4' is not a rate from 1/s
                    require: 1000/s     | require: 0/s          | mine.yaml:6: require: '0/s' is not a rate from 1/s
                    require: 1000/s     | faults: []            | mine.yaml:6: faults: a plan of kind capacity has none
                    require: 1000/s     | abort-after: 5s       | mine.yaml:6: abort-after: a plan of kind capacity has none
                    require: 1000/s     | max-down: 1           | mine.yaml:6: max-down: a plan of kind capacity has none
                    require: 1000/s     | workload: {}          | mine.yaml:6: workload: a plan of kind capacity has none
                    """)
    void refusesASearchThatCannotBe(String line, String instead, String complaint) {
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", SEARCH.replace(line, instead)))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageStartingWith(complaint);
    }

    @Test
    void aPlanThatStrikesSearchesNothing() {
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", MINIMAL + "search: {}\n"))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageStartingWith("mine.yaml:7: search: unknown key");
    }

    private static Arrivals arrivals(String file, String workload) {
        return PlanReader.read(file, MINIMAL + "workload: {" + workload + "}\n")
                .scenarios()
                .get(0)
                .workload()
                .arrivals();
    }

    @Test
    void readsWhenShortCallsAreMade(@TempDir Path folder) throws IOException {
        assertThat(arrivals("mine.yaml", "")).isEqualTo(new Arrivals.Constant(100));
        assertThat(arrivals("mine.yaml", "set-up-probes: 150")).isEqualTo(new Arrivals.Constant(150));
        assertThat(arrivals("mine.yaml", "set-up-probes: 150, arrivals: poisson"))
                .isEqualTo(new Arrivals.Poisson(150));
        assertThat(arrivals("mine.yaml", "arrivals: {process: ramp, from: 100, to: 900, over: 20s}"))
                .isEqualTo(new Arrivals.Ramp(100, 900, Duration.ofSeconds(20)));
        assertThat(arrivals("mine.yaml", "arrivals: {process: burst, size: 200, every: 2s}"))
                .isEqualTo(new Arrivals.Burst(200, Duration.ofSeconds(2)));
        Files.writeString(folder.resolve("calls.trace"), "0\n0.5\n");
        assertThat(arrivals(folder.resolve("mine.yaml").toString(), "arrivals: {process: trace, file: calls.trace}"))
                .isEqualTo(new Arrivals.Trace(List.of(0L, 500_000L)));
    }

    @Test
    void theProbesRateIsTheLeastThatTheArrivalsComeTo() {
        Plan plan =
                PlanReader.read("mine.yaml", MINIMAL + "workload: {arrivals: {process: burst, size: 30, every: 2s}}\n");

        // Too few to tell an outage by.
        assertThat(plan.scenarios().get(0).workload().setupProbesPerSecond()).isEqualTo(15);
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    arrivals: poison                                    | mine.yaml:7: workload.arrivals: 'poison' is not valid here; did you mean 'poisson'?
                    arrivals: {process: burts}                          | did you mean 'burst'?
                    arrivals: {rate: 5}                                 | workload.arrivals.process: missing
                    arrivals: {process: ramp, from: 1, to: 2}           | workload.arrivals.over: missing
                    arrivals: {process: burst, size: 9, every: 0ms}     | workload.arrivals.every: '0ms' is not from 1ms
                    arrivals: {process: poisson, rate: 5, over: 2s}     | workload.arrivals.over: unknown key
                    set-up-probes: 9, arrivals: {process: poisson, rate: 5} | workload.set-up-probes: arrivals says how many come
                    arrivals: {process: trace, file: no.trace}          | no.trace: no such file
                    """)
    void refusesArrivalsThatCannotBe(String workload, String complaint) {
        assertThatThrownBy(() -> arrivals("mine.yaml", workload))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void aBadTraceIsNamedWithItsLine(@TempDir Path folder) throws IOException {
        Files.writeString(folder.resolve("calls.trace"), "0\n1s\n");

        assertThatThrownBy(() -> arrivals(
                        folder.resolve("mine.yaml").toString(), "arrivals: {process: trace, file: calls.trace}"))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining("mine.yaml:7: workload.arrivals.file: ")
                .hasMessageContaining("calls.trace:2: '1s' is not a number of seconds");
    }

    private static Plan.Scenario relaying(String cluster, String workload) {
        String text = MINIMAL.replace("cluster:\n  arrangement: occas\n", "cluster: {" + cluster + "}\n")
                + "workload: {" + workload + "}\n";
        return PlanReader.read("mine.yaml", text).scenarios().get(0);
    }

    @Test
    void aClusterThatRelaysHasACallee() {
        Plan.Scenario plain = relaying("service: b2bua", "");
        assertThat(plain.workload().callee()).isEqualTo(new Callee("127.100.0.200:5060", 0, null));
        assertThat(plain.cluster().flat())
                .containsEntry("service", "b2bua")
                .containsEntry("callee.address", "127.100.0.200:5060");
        Callee asked = relaying("service: proxy, network: 3", "callee: {operates: 10%, registers: 60s}")
                .workload()
                .callee();
        assertThat(asked).isEqualTo(new Callee("127.103.0.200:5060", 0.1, Duration.ofSeconds(60)));
        assertThat(relaying("service: answer", "").workload().callee()).isNull();
        assertThat(relaying("service: b2bua", "callee: {driver: sipp}")
                        .workload()
                        .callee())
                .isEqualTo(new Callee("127.100.0.200:5060", 0, null, true));
        assertThat(relaying("service: b2bua", "driver: sipp").workload().sipp()).isEqualTo(new Sipp(1));
    }

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    service: b2b                                     |                          | cluster.service: 'b2b' is not valid here; did you mean 'b2bua'?
                    service: proxy, mutant: double-bye               |                          | cluster.mutant: only a cluster of service b2bua can be broken so
                    service: b2bua, poison-guard: on, depth: early   |                          | cluster.poison-guard: needs depth transactions
                    arrangement: occas                               | callee: {operates: 10%}  | workload.callee: a cluster of service answer calls nobody
                    service: b2bua                                   | callee: {operate: 10%}   | workload.callee.operate: unknown key; did you mean 'operates'?
                    service: b2bua                                   | callee: {registers: 2.5s} | workload.callee.registers: expected whole seconds
                    service: b2bua                                   | 'driver: sipp, sipp: {scenario: pom.xml, rate: 1, calls: 9}' | workload.sipp: a scenario of your own does not tell the callee whose call it is
                    service: b2bua                                   | 'driver: sipp, callee: {operates: 10%}' | workload.callee.operates: sipp answers no request of a callee's
                    service: b2bua                                   | 'callee: {driver: sipp, operates: 10%}' | workload.callee.operates: SIPp only answers
                    service: b2bua                                   | 'callee: {driver: sipp, registers: 60s}' | workload.callee.registers: SIPp only answers
                    service: b2bua                                   | 'callee: {driver: spip}'  | workload.callee.driver: 'spip' is not valid here; did you mean 'sipp'?
                    service: b2bua, dispatchers: active-active       | 'fail-over: on, callee: {driver: sipp}' | workload.callee.driver: sipp takes a request that comes by another address
                    """)
    void refusesWhatNoRelayedCallCanBe(String cluster, String workload, String complaint) {
        String flow = "{" + cluster + "}";
        String text = MINIMAL.replace("cluster:\n  arrangement: occas\n", "cluster: " + flow + "\n") + "workload: {"
                + (workload == null ? "" : workload) + "}\n";
        assertThatThrownBy(() -> PlanReader.read("mine.yaml", text))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(complaint);
    }
}
