package io.ringdown.cluster.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.cluster.config.ElementConfig.Role;
import io.ringdown.cluster.engine.Depth;
import io.ringdown.cluster.engine.EngineSettings.Serving;
import io.ringdown.cluster.engine.Mutant;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class ConfigReaderTest {
    private static final String VALID = """
            # a cluster of three
            service.address=127.0.0.1:5060
            t1.millis=50
            depth=early
            commit=async
            mutant=counter-frozen
            elements=d1, e1, r1
            element.d1.role=dispatcher
            element.d1.members=127.0.0.2:7060
            element.d1.admin=127.0.0.2:8080
            element.e1.role=engine
            element.e1.sip=127.0.0.3:5060
            element.e1.members=127.0.0.3:7060
            element.e1.admin=127.0.0.3:8080
            element.r1.role=replica
            element.r1.members=127.0.0.4:7060
            element.r1.admin=127.0.0.4:8080
            element.r1.partition=0
            """;

    @TempDir
    Path folder;

    private ClusterConfig read(String text) throws IOException {
        return ConfigReader.read(Files.writeString(folder.resolve("c.properties"), text));
    }

    @Test
    void readsAll() throws IOException {
        ClusterConfig config = read(VALID);
        assertThat(config.single()).isFalse();
        assertThat(config.engine().t1Micros()).isEqualTo(50_000);
        assertThat(config.engine().depth()).isEqualTo(Depth.EARLY);
        assertThat(config.engine().beforeSend()).isFalse();
        assertThat(config.mutant()).isEqualTo(Mutant.COUNTER_FROZEN);
        assertThat(config.elements()).extracting(ElementConfig::name).containsExactly("d1", "e1", "r1");
        assertThat(config.elements()).extracting(ElementConfig::rank).containsExactly(0, 1, 2);
        assertThat(config.all(Role.REPLICA))
                .extracting(ElementConfig::partition)
                .containsExactly(0);
        assertThat(config.element("e1").orElseThrow().sip().getPort()).isEqualTo(5060);
    }

    @Test
    void storesEverythingBeforeItSpeaksUnlessToldOtherwise() throws IOException {
        ClusterConfig config = read(VALID.replaceAll("(?m)^(depth|commit|mutant|t1.millis)=.*\\n", ""));
        assertThat(config.engine().depth()).isEqualTo(Depth.TRANSACTIONS);
        assertThat(config.engine().beforeSend()).isTrue();
        assertThat(config.mutant()).isEqualTo(Mutant.NONE);
        assertThat(config.engine().t1Micros()).isEqualTo(500_000);
        assertThat(config.engine().overloadMicros()).isEqualTo(2_000_000);
    }

    @Test
    void elementsStandBesideEachOtherUnlessToldOtherwise() throws IOException {
        assertThat(read(VALID).distance()).isEqualTo(new ClusterConfig.Distance(0, 0));
        assertThat(read(VALID + "distance.machines.micros=250\ndistance.racks.micros=2000\n")
                        .distance())
                .isEqualTo(new ClusterConfig.Distance(250, 2_000));
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "t1.millis=50 | t1.milis=50 | :3: t1.milis: unknown key; nearest: t1.millis",
                "element.e1.sip | element.e1.spi | :12: element.e1.spi: unknown key; nearest: element.e1.sip",
                "depth=early | depth=erly | :4: depth: 'erly' is not one of none, confirmed, early, transactions;"
                        + " nearest: early",
                "counter-frozen | conter-frozen | :6: mutant: 'conter-frozen' is not one of none, counter-reset,"
                        + " counter-frozen, no-failover, early-acknowledge, lose-calls, no-delete,"
                        + " skipped-rebuddying, duplicate-b-leg, double-bye, wall-clock; nearest: counter-frozen",
                "t1.millis=50 | t1.millis=fast | :3: t1.millis: 'fast' is not a whole number from 10 to 500",
                "t1.millis=50 | t1.millis=501 | :3: t1.millis: '501' is not a whole number from 10 to 500",
                "127.0.0.1:5060 | 127.0.0.1 | :2: service.address: '127.0.0.1' is not an address HOST:PORT",
                "127.0.0.1:5060 | 127.0.0.1:99999 | :2: service.address: '127.0.0.1:99999' is not an address HOST:PORT",
                "elements=d1 | elments=d1 | : elements: missing; nearest: elments in line 7",
                "commit=async | t1.millis=60 | :5: t1.millis: given twice, first in line 3",
                "elements=d1, e1 | elements=d1, e1, e1 | :7: elements: 'e1' expected to be a name, and listed once",
                "elements=d1, e1 | elements=d1, | :7: elements: '' expected to be a name, and listed once",
                "element.r1.partition=0 | element.r1.partition=1"
                        + " | :7: elements: partition 0 has 0 replicas, expected 1 to 3",
                "role=engine | role=replica | : element.e1.partition: missing",
                "commit=async | heartbeat.interval.millis=1000"
                        + " | :5: heartbeat.interval.millis: expected less than heartbeat.timeout.millis",
                "commit=async | service=prox | :5: service: 'prox' is not one of answer, b2bua, proxy; nearest: proxy",
                "commit=async | service=b2bua | : callee.address: missing",
                "commit=async | callee.address=127.0.0.9:5060 | :5: callee.address: unknown key; nearest: service.address",
                "commit=async | poison.guard=of | :5: poison.guard: 'of' is not one of on, off; nearest: off",
                "counter-frozen | double-bye | :6: mutant: expected service b2bua: only its calls can be broken so",
                "commit=async | distance.racks.micros=-1"
                        + " | :5: distance.racks.micros: '-1' is not a whole number from 0 to 10000000",
                "commit=async | distance.rack.micros=1"
                        + " | :5: distance.rack.micros: unknown key; nearest: distance.racks.micros",
                "commit=async | new-calls=least-loaded | :5: new-calls: expected even",
                "commit=async | arrangement=single" + " | :8: element.d1.role: expected engine in arrangement single",
            })
    void namesFileLineKeyAndWhatWasExpected(String from, String to, String message) {
        assertThat(VALID).contains(from);
        String file = folder.resolve("c.properties").toString();
        assertThatThrownBy(() -> read(VALID.replaceFirst(from.replace(".", "\\."), to)))
                .isInstanceOf(InvalidConfigurationException.class)
                .extracting(Throwable::getMessage)
                .asString()
                .startsWith(file + message)
                .doesNotContain("\n");
    }

    @Test
    void readsAServiceThatRelays() throws IOException {
        String relaying =
                VALID.replace("commit=async", "service=proxy\ncallee.address=127.0.0.9:5080\npoison.guard=on");
        assertThat(read(relaying).engine().serving())
                .isEqualTo(
                        new Serving(Serving.Kind.PROXY, new InetSocketAddress("127.0.0.9", 5080), null, false, true));
        assertThat(read(relaying + "cdr.folder=" + folder + "\n")
                        .engine()
                        .serving()
                        .records())
                .isEqualTo(folder);
        assertThatThrownBy(() -> read(relaying + "cdr.folder=/none/such\n"))
                .hasMessageEndingWith("cdr.folder: '/none/such' is not a folder that exists");
    }

    @Test
    void wantsAnEngineWithAnAddress() {
        assertThatThrownBy(() -> read(VALID.replace("element.e1.sip=127.0.0.3:5060\n", "")))
                .hasMessageEndingWith("element.e1.sip: missing");
        assertThatThrownBy(() -> read(VALID.replace("e1, r1", "r1").replaceAll("(?m)^element.e1.*\\n", "")))
                .hasMessageEndingWith(":7: elements: has no engine, expected one at least");
    }

    @Test
    void refusesAFourthReplica() {
        var more = new StringBuilder(VALID.replace("e1, r1", "e1, r1, r2, r3, r4"));
        for (int i = 2; i <= 4; i++) {
            more.append(VALID.lines()
                    .filter(line -> line.startsWith("element.r1"))
                    .reduce("", (a, b) -> a + b + "\n")
                    .replace("element.r1", "element.r" + i));
        }
        assertThatThrownBy(() -> read(more.toString())).hasMessageContaining("partition 0 has 4 replicas");
    }

    @Test
    void tellsAFileThatIsNotThere() {
        assertThatThrownBy(() -> ConfigReader.read(folder.resolve("none")))
                .hasMessage(folder.resolve("none") + ": there is no such file");
    }

    @Test
    void spreadsCallsOverPartitionsEvenly() throws IOException {
        ClusterConfig config = read(VALID.replace("e1, r1", "e1, r1, r2")
                + "element.r2.role=replica\nelement.r2.members=127.0.0.5:7060\n"
                + "element.r2.admin=127.0.0.5:8080\nelement.r2.partition=1\n");
        long second = java.util.stream.IntStream.range(0, 10_000)
                .filter(i -> config.partitionsOf("call-" + i + "@host").equals(List.of(1)))
                .count();
        assertThat(second).isBetween(4_800L, 5_200L);
    }

    private static final String WAS = """
            arrangement=was
            service.address=127.0.0.99:5060
            elements=s1,p1,c1
            element.s1.role=sprayer
            element.s1.members=127.0.0.2:7060
            element.s1.admin=127.0.0.2:8080
            element.p1.role=proxy
            element.p1.sip=127.0.0.3:5060
            element.p1.members=127.0.0.3:7060
            element.p1.admin=127.0.0.3:8080
            element.c1.role=container
            element.c1.sip=127.0.0.4:5060
            element.c1.members=127.0.0.4:7060
            element.c1.admin=127.0.0.4:8080
            element.c1.domain=0
            """;

    @Test
    void readsContainersAndTheirDomains() throws IOException {
        ClusterConfig config = read(WAS);
        assertThat(config.processors()).extracting(ElementConfig::name).containsExactly("c1");
        assertThat(config.element("c1").orElseThrow().domain()).isZero();
        assertThat(config.partitions()).isEqualTo(1);
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "role=sprayer | role=dispatcher | element.s1.role: expected container, proxy or sprayer in arrangement was",
                "arrangement=was | arrangement=occas | element.s1.role: expected engine, replica or dispatcher in arrangement occas",
                "c1.domain=0 | c1.domain=1 | elements: domain 0 has 0 containers, expected 1 to 3",
                "c1.domain=0 | c1.partition=0 | element.c1.domain",
                "role=proxy | role=sprayer | elements: has no proxy, expected one at least",
            })
    void refusesElementsOfAnotherArrangement(String right, String wrong, String complaint) {
        assertThatThrownBy(() -> read(WAS.replace(right, wrong)))
                .isInstanceOf(InvalidConfigurationException.class)
                .hasMessageContaining(complaint);
    }

    @Test
    void dispatchersMayHaveServiceAddressesOfTheirOwnIfAllDo() throws IOException {
        String two = VALID.replace("elements=d1, ", "elements=d1, d2, ")
                + "element.d2.role=dispatcher\nelement.d2.members=127.0.0.5:7060\nelement.d2.admin=127.0.0.5:8080\n";
        String own = two + "element.d1.service=127.0.0.1:5060\nelement.d2.service=127.0.0.9:5060\n";
        assertThat(read(two).services()).containsExactly(read(two).service());
        assertThat(read(own).services())
                .extracting(Object::toString)
                .containsExactly("/127.0.0.1:5060", "/127.0.0.9:5060");
        assertThatThrownBy(() -> read(two + "element.d1.service=127.0.0.1:5060\n"))
                .hasMessageContaining(
                        "element.d2.service: missing: another one of them has a service address of its own");
        assertThatThrownBy(() -> read(own.replace("127.0.0.9", "127.0.0.1")))
                .hasMessageContaining("element.d1.service: expected to be no other one's");
        assertThatThrownBy(() -> read(own.replace("d1.service=127.0.0.1", "d1.service=127.0.0.8")))
                .hasMessageContaining("service.address: expected to be the service address of one of the elements");
    }
}
