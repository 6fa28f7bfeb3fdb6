package io.ringdown.harness.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.harness.cluster.OthersCluster;
import io.ringdown.harness.hosts.PowerSwitch;
import io.ringdown.harness.plan.DescribedCluster.AnswersOptions;
import io.ringdown.harness.plan.DescribedCluster.Command;
import io.ringdown.harness.run.Resolution;
import io.ringdown.record.FaultOrder.Kind;
import io.ringdown.record.Topology.Element;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class DescriptionReaderTest {
    private static final String MINE = """
            name: mine
            service: 127.0.9.1:5060
            node-header: X-Node
            callee: {address: 127.0.9.200:5060}
            may: [crash, silent]
            racks:
              - name: left
                machines:
                  - name: m1
                    address: 127.0.9.11
                    elements:
                      - {name: p1, role: engine, sip: 127.0.9.11:5060, start: [proxy, "{name}", "{address}", "{here}"], health: options}
                      - {name: store, role: replica, start: [store], health: [ask, "{address}"], may: []}
              - name: right
                machines:
                  - name: d
                    address: 127.0.9.12
                    may: [crash, stop]
                    elements:
                      - {name: front, role: dispatcher, start: [front], health: [test, -e, x]}
            """;

    @TempDir
    private Path folder;

    @Test
    void readsWhatThereIsAndWhatMayBeDoneToIt() {
        DescribedCluster cluster = read(MINE);

        assertThat(cluster.topology().arrangement()).isEqualTo("mine");
        assertThat(cluster.topology().elements())
                .containsExactly(
                        new Element("p1", "engine", -1, "127.0.9.11:5060", ""),
                        new Element("store", "replica", -1, "", ""),
                        new Element("front", "dispatcher", -1, "", ""));
        assertThat(cluster.callee()).isEqualTo("127.0.9.200:5060");
        assertThat(cluster.care().get("p1").start()).containsExactly("proxy", "p1", "127.0.9.11", "{here}");
        assertThat(cluster.care().get("p1").health()).isEqualTo(new AnswersOptions());
        assertThat(cluster.care().get("store").health()).isEqualTo(new Command(List.of("ask", "127.0.9.11")));
        assertThat(cluster.consent())
                .containsEntry("p1", java.util.Set.of(Kind.CRASH, Kind.SILENT))
                .containsEntry("store", java.util.Set.of())
                .containsEntry("front", java.util.Set.of(Kind.CRASH, Kind.STOP));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "name: mine         | name: occas                | mine.yaml:1: name: 'occas' is an arrangement",
                "name: mine         | nam: mine                  | mine.yaml:1: name: missing; line 1 has 'nam'",
                "service: 127.0.9.1:5060 | service: localhost    | mine.yaml:2: service: 'localhost' is no IPv4 address such as 127.0.0.5:5060",
                "service: 127.0.9.1:5060 | service: [127.0.9.1:5060, 127.0.9.2:5060] | mine.yaml:2: service: expected one address, or one for each of the 1 dispatchers",
                "callee: {address: 127.0.9.200:5060} | # none    | mine.yaml:1: callee: missing: the cluster must relay",
                "may: [crash, silent] | may: [crash, slient]     | mine.yaml:5: may: 'slient' cannot be done to elements of this cluster; did you mean 'silent'?",
                "may: [crash, silent] | may: isolate             | mine.yaml:5: may: 'isolate' cannot be done",
                "role: engine       | role: proxy                | mine.yaml:12: racks[0].machines[0].elements[0].role: 'proxy' is not valid here",
                "'{name: store, '   | '{name: p1, '             | mine.yaml:13: racks[0].machines[0].elements[1].name: another rack, machine or element is called 'p1'",
                "start: [store]     | stat: [store]              | racks[0].machines[0].elements[1].start: missing: a list, the program first",
                "start: [store]     | 'start: []'                | racks[0].machines[0].elements[1].start: expected a list, the program first",
                "'address: 127.0.9.12' | 'address: 127.0.9.12:1' | mine.yaml:17: racks[1].machines[0].address: '127.0.9.12:1' is no IPv4 address such as 127.0.0.5",
                "'address: 127.0.9.12' | 'address: 127.0.9.11' | mine.yaml:17: racks[1].machines[0].address: '127.0.9.11' is that of machine m1 already",
                "callee: {address: 127.0.9.200:5060} | callee: {address: 127.0.9.1:5060} | mine.yaml:4: callee: '127.0.9.1:5060' is where clients send",
                "'start: [front]'   | 'start: [front], pid: x'   | mine.yaml:20: racks[1].machines[0].elements[0].pid: unknown key",
                "'start: [front]'   | 'start: [front], pid-file: \"\"' | elements[0].pid-file: expected the file that has the pid",
                "'start: [front]'   | 'start: [front], stop: []' | elements[0].stop: expected a list, the program first",
                "'start: [front]'   | 'start: [front], logs: []' | elements[0].logs: expected a list, the program first",
                "'start: [front]'   | 'start: [front], owned: x' | racks[1].machines[0].elements[0].owned: a dispatcher has none",
                "'start: [front]'   | 'start: [front], load: x' | elements[0].load: a dispatcher has none: it is asked of app processors",
                "role: dispatcher    | role: engine, load: x      | mine.yaml:7: racks: some elements tell their load, and p1 has no 'load'",
                "'start: [store]'   | 'start: [store], copies: x' | mine.yaml:7: racks: some elements tell their calls, and p1 has no 'owned'",
                "'sip: 127.0.9.11:5060, ' | ''                    | mine.yaml:12: racks[0].machines[0].elements[0].health: an element that is asked by OPTIONS needs a sip address",
            })
    void refusesWhatItCannotUseInOneLine(String there, String instead, String complaint) {
        assertThat(MINE).contains(there);
        assertThatThrownBy(() -> read(MINE.replace(there, instead == null ? "" : instead)))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(complaint)
                .hasMessageNotContaining("\n");
    }

    @Test
    void readsHowElementsAreStartedAndStopped() {
        DescribedCluster cluster = read(
                MINE.replace(
                        "start: [store]",
                        "start: [store], pid-file: '{work}/{name}.pid', stop: [stop, '{name}'], logs: [cat, '{here}/{address}.log']"));

        DescribedCluster.Care store = cluster.care().get("store");
        assertThat(store.pidFile()).isEqualTo("{work}/store.pid");
        assertThat(store.stop()).containsExactly("stop", "store");
        assertThat(store.logs()).containsExactly("cat", "{here}/127.0.9.11.log");
        DescribedCluster.Care front = cluster.care().get("front");
        assertThat(front.pidFile()).isEmpty();
        assertThat(front.stop()).isEmpty();
        assertThat(front.logs()).isEmpty();
        assertThatThrownBy(() -> read(MINE.replace("start: [store]", "start: [store], pid-file: x")
                        .replace("start: [front]", "start: [front], pid-file: x")))
                .hasMessage("mine.yaml:20: racks[1].machines[0].elements[0].pid-file: 'x' is that of store already");
    }

    @Test
    void theBusiestIsKnownByItsLoadWhereNobodyTellsItsCalls() throws IOException {
        assertThatThrownBy(() -> resolved("process: busiest, kind: crash"))
                .hasMessageContaining("'busiest' cannot be told: no element of ")
                .hasMessageEndingWith("mine.yaml has 'owned' or 'load'");
        String told = MINE.replace("name: p1, role: engine,", "name: p1, role: engine, load: [load, '{name}'],");
        assertThat(read(told).care().get("p1").load()).containsExactly("load", "p1");
        assertThat(resolved(told, "process: busiest, kind: crash")
                        .plan()
                        .faults()
                        .get(0)
                        .busiest())
                .isTrue();
    }

    @Test
    void thePowerOfAMachineIsCutWhereItsOwnerSaysHowAndAllowsIt() throws IOException {
        String allowed = MINE.replace("may: [crash, stop]", "may: [crash, power-off]");
        String switched = allowed.replace(
                "    may: [crash, power-off]",
                "    may: [crash, power-off]\n        power: {off: [cut, '{name}', '{address}'], on: [put, '{here}/on']}");

        DescribedCluster cluster = read(switched);

        assertThat(cluster.power()).containsOnlyKeys("d");
        assertThat(cluster.power().get("d").off()).containsExactly("cut", "d", "127.0.9.12");
        assertThat(cluster.power().get("d").on()).containsExactly("put", "{here}/on");
        assertThat(resolved(switched, "machine: d, kind: power-off")
                        .plan()
                        .faults()
                        .get(0)
                        .kind())
                .isEqualTo(Kind.POWER_OFF);
        assertThatThrownBy(() -> resolved(allowed, "machine: d, kind: power-off"))
                .hasMessage(
                        "p: faults: kind power-off: nothing is known that cuts the power of d; 'power' of a machine in a"
                                + " topology file tells it");
        assertThatThrownBy(() -> resolved(switched, "machine: m1, kind: power-off"))
                .hasMessage("p: fault 0: its owner does not allow power-off of p1; may: [crash, silent]");
        assertThatThrownBy(() -> resolved(switched, "process: front, kind: power-off"))
                .hasMessageContaining("power is a machine's: kind power-off is for a machine or a rack");
        assertThatThrownBy(() -> read(switched.replace("/on']", "/on'], back-within: 1min")))
                .hasMessageContaining(
                        "racks[1].machines[0].power.back-within: is of a machine that is reached anew, and"
                                + " this one has no 'host'");
        assertThatThrownBy(() -> read(switched.replace(", on: [put, '{here}/on']", "")))
                .hasMessageContaining("racks[1].machines[0].power.on: missing: a list, the program first");
    }

    @Test
    void whatItsOwnerDoesNotNameIsRefusedBeforeAnythingStarts() throws IOException {
        assertThat(resolved("machine: d, kind: crash").plan().faults()).hasSize(1);
        assertThatThrownBy(() -> resolved("process: p1, kind: stop"))
                .hasMessage("p: fault 0: its owner does not allow stop of p1; may: [crash, silent]");
        assertThatThrownBy(() -> resolved("machine: m1, kind: crash"))
                .hasMessage("p: fault 0: its owner does not allow crash of store; may: []");
    }

    @Test
    void aPlanNamesTheFileAndNothingOfTheReferenceCluster() throws IOException {
        assertThat(resolved("process: engine, kind: crash")
                        .plan()
                        .faults()
                        .get(0)
                        .elements())
                .containsExactly("p1");
        assertThatThrownBy(() -> plan("topology: mine.yaml, depth: none", "process: p1"))
                .hasMessageContaining("cluster.depth: unknown key");
        assertThatThrownBy(() -> plan("topology: none.yaml", "process: p1"))
                .hasMessageContaining("cluster.topology: no file");
    }

    private static final String AWAY = MINE.replace(
                    "- name: m1", "- name: m1\n        host: alpha\n        folder: /srv/mine")
            .replace("- name: d", "- name: d\n        host: beta\n        folder: /srv/d");

    @Test
    void aMachineSaysWhichHostItIsAndWhereCommandsWorkThere() throws IOException {
        DescribedCluster cluster = read(AWAY);

        assertThat(cluster.folder("p1")).isEqualTo(Path.of("/srv/mine"));
        assertThat(cluster.folder("front")).isEqualTo(Path.of("/srv/d"));
        assertThat(read(MINE).folder("p1")).isEqualTo(read(MINE).folder());
        Resolution placed = on(AWAY, "{name: beta, address: 192.0.2.2,", "{name: alpha, address: 192.0.2.1,");
        assertThat(placed.placement().hosts().get("m1").address()).isEqualTo("192.0.2.1");
        assertThat(placed.placement().hosts().get("d").address()).isEqualTo("192.0.2.2");
        assertThat(placed.topology())
                .as("addresses are the file's")
                .isEqualTo(read(AWAY).topology());
    }

    @Test
    void machinesWithoutHostAreThisOneBesideThem() throws IOException {
        Resolution placed = on(
                AWAY.replace("        host: beta\n        folder: /srv/d\n", ""), "{name: alpha, address: 192.0.2.1,");

        assertThat(placed.placement().hosts().get("m1").name()).isEqualTo("alpha");
        assertThat(placed.placement().hosts().get("d")).hasToString("(this machine) as 127.0.9.12");
        assertThat(placed.described().folder("front")).isEqualTo(folder);
    }

    @Test
    void thePowerOfAHostIsCutByCommandsHere() {
        DescribedCluster cluster = read(
                AWAY.replace("folder: /srv/d", "folder: /srv/d\n        power: {off: [cut, '{here}'], on: [put]}"));

        PowerSwitch power = OthersCluster.switches(cluster).get(0);
        assertThat(power.off()).containsExactly("cut", cluster.folder().toString());
        assertThat(power.folder()).isEqualTo(cluster.folder().toString());
        assertThat(power.back()).hasMinutes(3);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "'        host: beta\n'     | ''                   | mine.yaml:19: racks[1].machines[0].folder: is that of a host, and this machine has no 'host'",
                "'        host: beta\n        folder: /srv/d\n' | '        power: {off: [a], on: [b]}\n' | mine.yaml:7: racks: some machines are hosts of an inventory, and d, which is this machine, has 'power'",
                "'        folder: /srv/d\n' | ''                   | mine.yaml:18: racks[1].machines[0].folder: expected where commands work on host 'beta', beginning with /",
                "'folder: /srv/d'          | 'folder: srv/d'      | mine.yaml:20: racks[1].machines[0].folder: expected where commands work on host 'beta', beginning with /",
                "'host: beta'              | 'host: alpha'        | mine.yaml:19: racks[1].machines[0].host: 'alpha' is machine m1 already",
                "'folder: /srv/d'          | 'folder: /srv/d\n        power: {off: [a], on: [b], back-within: 31min}' | mine.yaml:21: racks[1].machines[0].power.back-within: '31min' is not from 1s to 1800s",
                "'folder: /srv/d'          | 'folder: /srv/d\n        power: {off: [a], on: [b], back-witin: 1min}' | mine.yaml:21: racks[1].machines[0].power.back-witin: unknown key",
            })
    void refusesHostsThatItCannotUseInOneLine(String there, String instead, String complaint) {
        String old = there.replace("\\n", "\n");
        assertThat(AWAY).contains(old);
        assertThatThrownBy(() -> read(AWAY.replace(old, instead == null ? "" : instead.replace("\\n", "\n"))))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(complaint)
                .hasMessageNotContaining("\n");
    }

    @Test
    void hostsAndInventoryMustAgree() {
        assertThatThrownBy(() -> resolved(AWAY, "machine: d, kind: crash"))
                .hasMessageEndingWith("mine.yaml:10: racks[0].machines[0].host: nothing tells where host 'alpha' is:"
                        + " 'hosts: {inventory: FILE}' in the plan, or --hosts FILE");
        assertThatThrownBy(() -> on(MINE, "{name: alpha, address: 192.0.2.1,"))
                .hasMessageEndingWith("hosts.yaml, and no machine says which it is: 'host' and 'folder' of a machine");
        assertThatThrownBy(() -> on(AWAY, "{name: alpha, address: 192.0.2.1,", "{name: betta, address: 192.0.2.2,"))
                .hasMessageContaining("mine.yaml:19: racks[1].machines[0].host: 'beta' is no host of ")
                .hasMessageEndingWith("hosts.yaml; did you mean 'betta'?");
        assertThatThrownBy(() -> on(AWAY, "{name: alpha, address: 192.0.2.1,", "{name: beta, address: 192.0.2.1,"))
                .hasMessageContaining("have one address, 192.0.2.1, and cannot both be machines of a cluster");
        assertThatThrownBy(() -> within(AWAY, "docker: {root: /}"))
                .hasMessageEndingWith(
                        "has containers that are made for a run, which have none of your cluster's programs");
    }

    private static final String CONTAINED = MINE.replace("name: m1\n", "name: m1\n        container: shop-p1\n")
            .replaceFirst(", start: \\[proxy.*?\\], health", ", health")
            .replaceFirst("          - \\{name: store.*\n", "")
            .replace("callee:", "docker: {engine: unix:///run/other.sock}\ncallee:");

    @Test
    void machinesMayBeContainersThatStandAlready() throws IOException {
        DescribedCluster cluster = read(CONTAINED);

        assertThat(cluster.contained()).containsExactly(Map.entry("m1", "shop-p1"));
        assertThat(cluster.stands("p1")).isTrue();
        assertThat(cluster.stands("front")).isFalse();
        assertThat(cluster.standing().names()).containsExactly(Map.entry("p1", "shop-p1"));
        assertThat(cluster.standing().ending()).containsExactly("p1");
        assertThat(cluster.engine()).hasToString("Docker's engine unix:///run/other.sock");
        assertThat(read(CONTAINED.replace("[crash, silent]", "hang")).standing().ending())
                .isEmpty();
        assertThat(resolved(CONTAINED, "machine: m1, kind: crash").placement()).isNull();
        assertThatThrownBy(() -> resolved(CONTAINED, "machine: m1, kind: hang"))
                .hasMessage("p: fault 0: its owner does not allow hang of p1; may: [crash, silent]");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "container: shop-p1  | container: 'shop p1'     | container: 'shop p1' is no name of a container",
                "container: shop-p1  | 'container: shop-p1\n        power: {off: [a], on: [b]}' | power: is not for a machine that is a container",
                "container: shop-p1  | 'container: shop-p1\n        host: alpha' | host: is not for a machine that is a container",
                "health: options}    | 'health: options, start: [x]}' | elements[0].start: is not for an element in a container, which runs already",
                "health: options}    | 'health: options, logs: [x]}' | elements[0].logs: is not for an element in a container",
                "health: options}    | 'health: [x, \"{work}/y\"]}' | elements[0].health: '{work}/y': it is run in the container, which has neither {here} nor {work}",
                "health: options}    | 'health: options}\n          - {name: p2, role: engine, sip: 127.0.9.11:5061, health: options}' | racks[0].machines[0].elements: a container is one element, and here are 2",
                "'name: d\n'          | 'name: d\n        container: shop-p1\n' | racks[1].machines[0].container: 'shop-p1' is machine m1 already",
                "'name: d\n'          | 'name: d\n        host: alpha\n        folder: /srv\n' | racks: some machines are hosts of an inventory, and others containers: one of the two",
                "'        container: shop-p1\n' | ''            | elements[0].start: missing: a list, the program first",
                "engine: unix:///run/other.sock | engine: http://x | docker.engine: 'http://x' is not an engine's address such as",
                "engine: unix:///run/other.sock | socket: x | docker.socket: unknown key",
            })
    void refusesContainersThatItCannotUseInOneLine(String there, String instead, String complaint) {
        String old = there.replace("\\n", "\n");
        assertThat(CONTAINED).contains(old);
        assertThatThrownBy(() -> read(CONTAINED.replace(old, instead == null ? "" : instead.replace("\\n", "\n"))))
                .isInstanceOf(InvalidPlanException.class)
                .hasMessageContaining(complaint)
                .hasMessageNotContaining("\n");
    }

    @Test
    void anEngineIsNamedForContainersOnly() {
        assertThatThrownBy(() -> read(MINE.replace("callee:", "docker: {}\ncallee:")))
                .hasMessage("mine.yaml:4: docker: no machine is a container: 'container' of a machine");
    }

    private Resolution on(String yaml, String... hosts) throws IOException {
        var inventory = new StringBuilder("hosts:\n");
        for (String host : hosts) {
            inventory.append("  - ").append(host).append(" user: u, key: k, known-hosts: h}\n");
        }
        return within(yaml, inventory.toString());
    }

    private Resolution within(String yaml, String inventory) throws IOException {
        Plan plan = plan(yaml, "topology: mine.yaml", "machine: d, kind: crash")
                .on(InventoryReader.read(folder.resolve("hosts.yaml"), inventory));
        return Resolution.of(plan, plan.scenarios().get(0), 1);
    }

    private DescribedCluster read(String yaml) {
        return DescriptionReader.read(Path.of("mine.yaml"), yaml);
    }

    private Resolution resolved(String fault) throws IOException {
        return resolved(MINE, fault);
    }

    private Resolution resolved(String yaml, String fault) throws IOException {
        Plan plan = plan(yaml, "topology: mine.yaml", fault);
        return Resolution.of(plan, plan.scenarios().get(0), 1);
    }

    private Plan plan(String cluster, String fault) throws IOException {
        return plan(MINE, cluster, fault);
    }

    private Plan plan(String yaml, String cluster, String fault) throws IOException {
        Files.writeString(folder.resolve("mine.yaml"), yaml);
        return PlanReader.read(
                folder.resolve("p.yaml").toString(),
                "name: p\ncluster: {" + cluster + "}\nfaults:\n  - {" + fault + "}\nrequire: AL3\n");
    }
}
