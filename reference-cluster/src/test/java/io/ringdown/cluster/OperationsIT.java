package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Planned maintenance of a running cluster, with calls going on all the while. */
@Execution(ExecutionMode.CONCURRENT)
class OperationsIT extends RunningElements {
    /** Enough to have calls in every stage at any moment. */
    private static final int MANY = 40;

    private static final int FOR_A_SHARE = 600;
    private static final int FOR_A_LOAD = 360;

    OperationsIT() {
        t1 = SteadyCalls.T1_MILLIS;
    }

    /** Tests run beside each other: each has addresses of its own. */
    private static String service(int number) {
        return "127.172.0." + number + ":5060";
    }

    private static String caller(int number) {
        return "127.72.9." + number;
    }

    private void occas(int number) throws IOException {
        element("d1", "dispatcher", "127.72.3." + number);
        element("r1", "replica", "127.72.1." + number, "partition=0");
        element("r2", "replica", "127.73.1." + number, "partition=0");
        element("e1", "engine", "127.72.2." + number, "sip=127.72.2." + number + ":5060");
        element("e2", "engine", "127.73.2." + number, "sip=127.73.2." + number + ":5060");
        element("e3", "engine", "127.72.5." + number, "sip=127.72.5." + number + ":5060");
        element("r3", "replica", "127.72.6." + number, "partition=1");
        element("r4", "replica", "127.73.6." + number, "partition=1");
        later("e3");
        later("r3");
        later("r4");
        configuration.append("partitions=1\n");
        startAll("occas", service(number));
        awaitAll();
        awaitPage("d1", "/events", "address-taken");
    }

    private int post(String name, String path) throws IOException {
        var connection = (HttpURLConnection)
                URI.create("http://" + admin.get(name) + path).toURL().openConnection();
        connection.setRequestMethod("POST");
        return connection.getResponseCode();
    }

    private void awaitCalls(SteadyCalls calls, int more) {
        int wanted = calls.completed() + more;
        await().atMost(PATIENCE)
                .until(() -> calls.completed() >= wanted || !calls.failures().isEmpty());
        assertThat(calls.failures()).isEmpty();
    }

    /** Drains one, stops it, starts it again; nothing may happen to a call. */
    private void maintain(String service, String from, String name) throws Exception {
        try (var calls = new SteadyCalls(service, from)) {
            awaitCalls(calls, MANY);
            assertThat(post(name, "/drain")).isEqualTo(200);
            awaitPage(name, "/health", "\"drained\"");
            assertThat(page(name, "/owned")).isBlank();
            int first = calls.begun();
            awaitCalls(calls, MANY);
            assertThat(calls.servedBy(first)).isNotEmpty().doesNotContain(name);
            int before = calls.servedBy().size();

            elements.get(name).destroy();
            elements.get(name).onExit().join();
            awaitCalls(calls, MANY);
            start(name);
            awaitPage(name, "/health", "\"synced\"");
            await().atMost(PATIENCE).until(() -> calls.servedBy().lastIndexOf(name) >= before);

            assertThat(post(name, "/drain")).isEqualTo(200);
            awaitPage(name, "/health", "\"drained\"");
            assertThat(post(name, "/undrain")).isEqualTo(200);
            int out = calls.servedBy().size();
            await().atMost(PATIENCE).until(() -> calls.servedBy().lastIndexOf(name) > out);
            calls.finish();
            assertThat(calls.failures()).isEmpty();
        }
    }

    /** With nothing replicated, a call survives only what is given away before. */
    @Test
    void anEngineIsMaintainedWithoutHarmToACall() throws Exception {
        maintainAnEngine("none");
    }

    @Tag("long")
    @Test
    void norDoesItHarmWhatHasCopies() throws Exception {
        maintainAnEngine("transactions");
    }

    private void maintainAnEngine(String depth) throws Exception {
        configuration.append("depth=" + depth + "\n");
        nobodyDies();
        // Whoever is sent a call before the call itself has come is silent for T2, which a busy machine may need.
        t1 = 250;
        int number = depth.equals("none") ? 1 : 2;
        occas(number);
        maintain(service(number), caller(number), "e1");
        assertThat(post("r1", "/drain")).as("stores serve no calls").isEqualTo(404);
    }

    @Tag("long")
    @Test
    void aContainerIsMaintainedWithoutHarmToACall() throws Exception {
        nobodyDies();
        element("s1", "sprayer", "127.74.4.1");
        element("p1", "proxy", "127.74.3.1", "sip=127.74.3.1:5061");
        element("c1", "container", "127.74.1.1", "domain=0", "sip=127.74.1.1:5061");
        element("c2", "container", "127.75.1.1", "domain=0", "sip=127.75.1.1:5061");
        element("c3", "container", "127.75.2.1", "domain=1", "sip=127.75.2.1:5061");
        startAll("was", "127.174.0.1:5060");
        awaitAll();
        awaitPage("s1", "/events", "address-taken");
        assertThat(post("c3", "/drain")).as("the only one of its domain").isEqualTo(409);
        maintain("127.174.0.1:5060", "127.74.9.1", "c1");
    }

    @Tag("long")
    @Test
    void aServerIsMaintainedWithoutHarmToACall() throws Exception {
        nobodyDies();
        element("b1", "balancer", "127.76.3.1");
        element("m1", "server", "127.76.1.1", "sip=127.76.1.1:5061");
        element("m2", "server", "127.77.1.1", "sip=127.77.1.1:5061");
        element("m3", "server", "127.77.2.1", "sip=127.77.2.1:5061");
        startAll("mss", "127.176.0.1:5060");
        awaitAll();
        awaitPage("b1", "/events", "address-taken");
        maintain("127.176.0.1:5060", "127.76.9.1", "m1");
    }

    /** A third engine, configured from the beginning, is started while calls go on. */
    @Test
    void anEngineThatIsAddedTakesItsShareAtOnceAndNoCallIsLost() throws Exception {
        nobodyDies();
        occas(3);
        try (var calls = new SteadyCalls(service(3), caller(3))) {
            awaitCalls(calls, MANY);
            start("e3");
            awaitPage("e3", "/health", "\"synced\"");
            int before = calls.servedBy().size();
            awaitCalls(calls, FOR_A_SHARE);
            calls.finish();
            assertThat(calls.failures()).isEmpty();
            List<String> since =
                    calls.servedBy().subList(before, calls.servedBy().size());
            double share = (double) since.stream().filter("e3"::equals).count() / since.size();
            // Four standard deviations of a third of so many.
            assertThat(share).isBetween(1 / 3.0 - 0.08, 1 / 3.0 + 0.08);
        }
    }

    /** A second partition is started, replica by replica, while calls go on; then one of its replicas dies. */
    @Tag("long")
    @Test
    void aPartitionThatIsAddedTakesItsShareOfNewCallsAndNoCallIsLost() throws Exception {
        occas(4);
        String used = "ringdown_partition_in_use{partition=\"1\"} 1\n";
        try (var calls = new SteadyCalls(service(4), caller(4))) {
            awaitCalls(calls, MANY);
            start("r3");
            awaitPage("r3", "/health", "\"synced\"");
            awaitCalls(calls, MANY);
            assertThat(page("r3", "/copies")).as("one replica alone").isEmpty();
            assertThat(page("e1", "/metrics")).doesNotContain(used);
            start("r4");
            awaitPage("r3", "/events", "partition-entered");
            awaitPage("e1", "/metrics", used);
            awaitPage("e2", "/metrics", used);
            int first = calls.begun();
            awaitCalls(calls, FOR_A_LOAD);
            double added = copiesSince("r3", first);
            double all = added + copiesSince("r1", first);
            assertThat(all).isGreaterThan(MANY);
            // Four standard deviations of a half of so many.
            assertThat(added / all).isBetween(0.5 - 2 / Math.sqrt(all), 0.5 + 2 / Math.sqrt(all));
            elements.get("r4").destroyForcibly().onExit().join();
            awaitCalls(calls, MANY);
            start("r4");
            awaitPage("r4", "/health", "\"synced\"");
            calls.finish();
            assertThat(calls.failures()).isEmpty();
        }
        for (String replica : List.of("r1", "r2", "r3", "r4")) {
            awaitPage(replica, "/metrics", "ringdown_copies 0\n");
        }
    }

    /** Of calls from that number on. */
    private long copiesSince(String replica, int first) throws IOException {
        return page(replica, "/copies")
                .lines()
                .filter(line -> Integer.parseInt(line.substring(line.indexOf('-') + 1, line.indexOf('@'))) >= first)
                .count();
    }

    /** A domain of one container gets half of the new calls where they are spread evenly over domains, and a third by load. */
    @Tag("long")
    @Test
    void newCallsGoToTheDomainWithTheLeastLoad() throws Exception {
        nobodyDies();
        configuration.append("new-calls=least-loaded\n");
        element("s1", "sprayer", "127.78.4.1");
        element("p1", "proxy", "127.78.3.1", "sip=127.78.3.1:5061");
        element("p2", "proxy", "127.79.3.1", "sip=127.79.3.1:5061");
        element("c1", "container", "127.78.1.1", "domain=0", "sip=127.78.1.1:5061");
        element("c2", "container", "127.79.1.1", "domain=0", "sip=127.79.1.1:5061");
        element("c3", "container", "127.79.2.1", "domain=1", "sip=127.79.2.1:5061");
        startAll("was", "127.178.0.1:5060");
        awaitAll();
        awaitPage("s1", "/events", "address-taken");
        try (var calls = new SteadyCalls("127.178.0.1:5060", "127.78.9.1")) {
            awaitCalls(calls, FOR_A_LOAD);
            calls.finish();
            assertThat(calls.failures()).isEmpty();
            List<String> served = calls.servedBy();
            double share = (double) served.stream().filter("c3"::equals).count() / served.size();
            assertThat(share).isBetween(0.25, 0.42);
        }
    }
}
