package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Elements from the deployable jar as processes, called by SIPp's own caller, which shares no code with them. */
class RunningClusterIT {
    private static final int CALLS = 40;
    private static final Duration PATIENCE = Duration.ofSeconds(30);

    @TempDir
    Path folder;

    private final Map<String, Process> elements = new LinkedHashMap<>();
    private final Map<String, String> admin = new LinkedHashMap<>();
    private final StringBuilder configuration = new StringBuilder();

    @AfterEach
    void end() {
        elements.values().forEach(Process::destroyForcibly);
        elements.values().forEach(process -> process.onExit().join());
    }

    private void element(String name, String role, String machine, String... more) {
        String prefix = "element." + name + ".";
        admin.put(name, machine + ":8080");
        configuration.append(prefix + "role=" + role + "\n" + prefix + "members=" + machine + ":7060\n" + prefix
                + "admin=" + machine + ":8080\n");
        for (String setting : more) {
            configuration.append(prefix + setting + "\n");
        }
    }

    private void startAll(String arrangement, String service) throws IOException {
        configuration.append("arrangement=" + arrangement + "\nservice.address=" + service + "\nt1.millis=50\nelements="
                + String.join(",", admin.keySet()) + "\n");
        Files.writeString(folder.resolve("cluster.properties"), configuration);
        for (String name : admin.keySet()) {
            start(name);
        }
    }

    private void start(String name) throws IOException {
        Path jar;
        try (var built = Files.newDirectoryStream(Path.of("target"), "reference-cluster-*-deploy.jar")) {
            jar = built.iterator().next();
        }
        elements.put(
                name,
                new ProcessBuilder(
                                Path.of(System.getProperty("java.home"), "bin", "java")
                                        .toString(),
                                "-Xmx64m",
                                "-XX:+UseSerialGC",
                                "-XX:TieredStopAtLevel=1",
                                "-jar",
                                jar.toString(),
                                "--config",
                                folder.resolve("cluster.properties").toString(),
                                "--element",
                                name)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name)))
                        .start());
    }

    private java.io.File log(String name) {
        return folder.resolve(name + ".log").toFile();
    }

    private String page(String name, String path) throws IOException {
        try (var body = URI.create("http://" + admin.get(name) + path).toURL().openStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    private void awaitPage(String name, String path, String content) {
        await().atMost(PATIENCE)
                .ignoreException(java.net.ConnectException.class)
                .untilAsserted(() -> {
                    assertThat(elements.get(name).isAlive())
                            .as(() -> text(log(name).toPath()))
                            .isTrue();
                    assertThat(page(name, path)).contains(content);
                });
    }

    private void awaitAll() {
        for (String name : admin.keySet()) {
            awaitPage(name, "/health", "\"synced\"");
            admin.keySet().forEach(other -> awaitPage(name, "/health", "\"" + other + "\""));
        }
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }

    /** SIPp's standard caller: INVITE, ACK, a pause, BYE. Its figures count, not its exit status. */
    private void call(String service, String from) throws Exception {
        Path figures = folder.resolve("figures.csv");
        var command = List.of(
                "sipp",
                service,
                "-sn",
                "uac",
                "-i",
                from,
                "-m",
                String.valueOf(CALLS),
                "-r",
                "40",
                "-d",
                "200",
                "-nostdin",
                "-timeout",
                "20s",
                "-trace_stat",
                "-stf",
                figures.toString());
        Process sipp = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(folder.resolve("sipp.log").toFile())
                .start();
        try {
            assertThat(sipp.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            sipp.destroyForcibly();
        }
        assertThat(figures).as(() -> text(folder.resolve("sipp.log"))).exists();
        List<String> lines = Files.readAllLines(figures);
        assertThat(figure(lines, "SuccessfulCall(C)")).isEqualTo(CALLS);
        assertThat(figure(lines, "FailedCall(C)")).isZero();
    }

    private static int figure(List<String> lines, String name) {
        int column = Arrays.asList(lines.get(0).split(";")).indexOf(name);
        return Integer.parseInt(lines.get(lines.size() - 1).split(";")[column]);
    }

    private static void needSipp() {
        need(installed("sipp"), "sipp is not installed (apt-get install sip-tester)");
    }

    private static boolean installed(String program) {
        return Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
    }

    private static void need(boolean there, String otherwise) {
        if (!there && "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL"))) {
            fail(otherwise);
        } else if (!there) {
            abort(otherwise);
        }
    }

    @Test
    void aClusterOfOneAnswersSipp() throws Exception {
        needSipp();
        element("e1", "engine", "127.20.1.1");
        startAll("single", "127.102.0.1:5060");
        awaitPage("e1", "/health", "\"synced\"");
        call("127.102.0.1:5060", "127.20.9.1");
        assertThat(page("e1", "/metrics"))
                .contains("ringdown_requests_total{method=\"INVITE\"} " + CALLS + "\n")
                .contains("ringdown_requests_total{method=\"BYE\"} " + CALLS + "\n");
        awaitPage("e1", "/metrics", "ringdown_owned 0\n");
    }

    @Test
    void occasComesUpSyncedServesAndSyncsAReturningReplica() throws Exception {
        needSipp();
        element("r1", "replica", "127.30.1.1", "partition=0");
        element("r2", "replica", "127.31.1.1", "partition=0");
        element("e1", "engine", "127.30.2.1", "sip=127.30.2.1:5060");
        element("e2", "engine", "127.31.2.1", "sip=127.31.2.1:5060");
        element("d1", "dispatcher", "127.30.3.1");
        startAll("occas", "127.103.0.1:5060");
        awaitAll();
        awaitPage("d1", "/events", "address-taken");
        call("127.103.0.1:5060", "127.30.9.1");
        var served = new ArrayList<String>();
        for (String engine : List.of("e1", "e2")) {
            served.add(page(engine, "/metrics"));
        }
        assertThat(served).allSatisfy(figures -> assertThat(figures).contains("method=\"INVITE\""));

        elements.get("r2").destroyForcibly().onExit().join();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(page("r1", "/health")).doesNotContain("\"r2\""));
        start("r2");
        awaitPage("r2", "/health", "\"synced\"");
        for (String replica : List.of("r1", "r2")) {
            awaitPage(replica, "/metrics", "ringdown_copies 0\n");
        }
    }

    @Test
    void wasServesAcrossADeathAndSyncsAReturningContainer() throws Exception {
        needSipp();
        element("c1", "container", "127.32.1.1", "domain=0", "sip=127.32.1.1:5061");
        element("c2", "container", "127.33.1.1", "domain=0", "sip=127.33.1.1:5061");
        element("c3", "container", "127.33.2.1", "domain=1", "sip=127.33.2.1:5061");
        element("p1", "proxy", "127.32.3.1", "sip=127.32.3.1:5061");
        element("p2", "proxy", "127.33.3.1", "sip=127.33.3.1:5061");
        element("s1", "sprayer", "127.32.4.1");
        startAll("was", "127.104.0.1:5060");
        awaitAll();
        awaitPage("s1", "/events", "address-taken");
        call("127.104.0.1:5060", "127.32.9.1");
        for (String container : List.of("c1", "c2", "c3")) {
            assertThat(page(container, "/metrics")).contains("method=\"INVITE\"");
        }
        for (String proxy : List.of("p1", "p2")) {
            assertThat(page(proxy, "/metrics")).contains("ringdown_dispatched_total{engine=\"c3\"}");
        }

        elements.get("c2").destroyForcibly().onExit().join();
        elements.get("p2").destroyForcibly().onExit().join();
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(page("s1", "/health"))
                        .doesNotContain("\"c2\"")
                        .doesNotContain("\"p2\""));
        call("127.104.0.1:5060", "127.32.9.1");
        start("c2");
        awaitPage("c2", "/health", "\"synced\"");
        call("127.104.0.1:5060", "127.32.9.1");
        for (String container : List.of("c1", "c2", "c3")) {
            awaitPage(container, "/metrics", "ringdown_copies 0\n");
        }
    }

    /** Two racks of two servers, those of a pool in different ones, and a balancer. */
    private void startServers(int network) throws IOException {
        String one = "127." + network;
        String other = "127." + (network + 1);
        element("s1", "server", one + ".1.1", "machine=m1", "pool=a", "sip=" + one + ".1.1:5061");
        element("s2", "server", one + ".2.1", "machine=m2", "pool=b", "sip=" + one + ".2.1:5061");
        element("s3", "server", other + ".1.1", "machine=m3", "pool=a", "sip=" + other + ".1.1:5061");
        element("s4", "server", other + ".2.1", "machine=m4", "pool=b", "sip=" + other + ".2.1:5061");
        element("b1", "balancer", one + ".3.1");
        startAll("mss", "127.1" + network + ".0.1:5060");
        awaitAll();
        awaitPage("b1", "/events", "address-taken");
    }

    @Test
    void mssTakesOverWhatIsTouchedAndCopiesAgainWhatIsNot() throws Exception {
        startServers(34);
        List<String> servers = List.of("s1", "s2", "s3", "s4");
        try (var caller = new PlainCaller("127.34.9.1", "127.134.0.1")) {
            List<String> calls = caller.setUp(CALLS);
            assertThat(sum(servers, "ringdown_copies_sent_total"))
                    .as("a copy less for each put than there are copies (paper section 6.2.3)")
                    .isEqualTo(sum(servers, "ringdown_puts_total{by=\"processor\"}"));
            assertThat(sum(servers, "ringdown_copies")).isEqualTo(2 * CALLS);
            List<String> dead = List.of(page("s1", "/owned").split("\n"));
            List<String> living = List.of("s2", "s3", "s4");

            elements.get("s1").destroyForcibly().onExit().join();

            int left = dead.size();
            await().atMost(PATIENCE).untilAsserted(() -> {
                assertThat(sum(living, "ringdown_copies_left_behind")).isEqualTo(left);
                assertThat(sum(living, "ringdown_copies"))
                        .as("sessions backed on the dead one have a buddy again (H13)")
                        .isEqualTo(2 * CALLS - left);
            });
            List<String> touched = dead.subList(0, left / 2);
            caller.info(touched);
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sum(living, "ringdown_copies_left_behind"))
                            .isEqualTo(left - touched.size()));
            assertThat(sum(living, "ringdown_taken_over_total{way=\"at-hand\"}")
                            + sum(living, "ringdown_taken_over_total{way=\"searched\"}"))
                    .as("no session moves that nobody touches (H12)")
                    .isEqualTo(touched.size());
            assertThat(sum(living, "ringdown_copies")).isEqualTo(2 * CALLS - left + touched.size());
            caller.bye(calls);
        }
        for (String server : List.of("s2", "s3", "s4")) {
            awaitPage(server, "/metrics", "ringdown_copies 0\n");
        }
    }

    @Test
    void mssHasOneOwnerOnTheSideThatClientsReachAndOneOverallSoonAfterASeparation() throws Exception {
        need(
                installed("iptables") && "root".equals(System.getProperty("user.name")),
                "iptables needs to be installed, and root");
        startServers(38);
        List<String> servers = List.of("s1", "s2", "s3", "s4");
        try (var caller = new PlainCaller("127.38.9.1", "127.138.0.1")) {
            List<String> calls = caller.setUp(CALLS);
            caller.info(calls);
            try (var wall = new Wall("127.38.1.1", 8080)) {
                assertThat(wall.stands()).isTrue();
                await().atMost(PATIENCE)
                        .untilAsserted(() -> assertThat(page("b1", "/health")).doesNotContain("\"s1\""));
                caller.info(calls);
                assertThat(owned(List.of("s2", "s3", "s4"))).containsExactlyInAnyOrderElementsOf(calls);
            }
            await().atMost(Duration.ofSeconds(5)).untilAsserted(() -> {
                assertThat(owned(servers)).doesNotHaveDuplicates();
                assertThat(page("b1", "/health")).contains("\"s1\"");
            });
            caller.info(calls);
            assertThat(owned(servers)).containsExactlyInAnyOrderElementsOf(calls);
            caller.bye(calls);
        }
        for (String server : servers) {
            awaitPage(server, "/metrics", "ringdown_copies 0\n");
        }
    }

    private List<String> owned(List<String> some) throws IOException {
        var all = new ArrayList<String>();
        for (String name : some) {
            page(name, "/owned").lines().filter(line -> !line.isEmpty()).forEach(all::add);
        }
        return all;
    }

    /** Table 1 of the paper, third row: a surviving replica has as much to store as before, and twice as much to tell. */
    @Test
    void aSurvivingReplicaStoresAsMuchAndTellsTwiceAsMuch() throws Exception {
        element("r1", "replica", "127.36.1.1", "partition=0");
        element("r2", "replica", "127.37.1.1", "partition=0");
        element("e1", "engine", "127.36.2.1", "sip=127.36.2.1:5060");
        element("d1", "dispatcher", "127.36.3.1");
        configuration.append("cache=off\n");
        startAll("occas", "127.106.0.1:5060");
        awaitAll();
        awaitPage("d1", "/events", "address-taken");
        try (var caller = new PlainCaller("127.36.9.1", "127.106.0.1")) {
            List<String> calls = caller.setUp(CALLS);
            long puts = sum(List.of("e1"), "ringdown_puts_total{by=\"processor\"}");
            assertThat(sum(List.of("e1"), "ringdown_copies_sent_total")).isEqualTo(2 * puts);
            long before = sum(List.of("r1"), "ringdown_gets_total");
            caller.info(calls);
            long one = sum(List.of("r1"), "ringdown_gets_total") - before;
            long putsOfOne = sum(List.of("r1"), "ringdown_puts_total{by=\"store\"}");
            assertThat(one).isEqualTo(CALLS / 2);

            elements.get("r2").destroyForcibly().onExit().join();
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(page("e1", "/health")).doesNotContain("\"r2\""));
            before = sum(List.of("r1"), "ringdown_gets_total");
            long putsBefore = sum(List.of("r1"), "ringdown_puts_total{by=\"store\"}");
            caller.info(calls);

            assertThat(sum(List.of("r1"), "ringdown_gets_total") - before).isEqualTo(2 * one);
            assertThat(sum(List.of("r1"), "ringdown_puts_total{by=\"store\"}") - putsBefore)
                    .isEqualTo(CALLS);
            assertThat(putsOfOne).isEqualTo(sum(List.of("e1"), "ringdown_puts_total{by=\"processor\"}") - CALLS);
            caller.bye(calls);
        }
    }

    private long sum(List<String> some, String figure) throws IOException {
        long sum = 0;
        for (String name : some) {
            sum += page(name, "/metrics")
                    .lines()
                    .filter(line -> line.startsWith(figure + " "))
                    .mapToLong(line -> Long.parseLong(line.substring(figure.length() + 1)))
                    .sum();
        }
        return sum;
    }
}
