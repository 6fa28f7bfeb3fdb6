package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What the paper's tables say of copies, owners, puts and gets, counted on running elements: the counters agree to the last one. */
class ClosedFormsIT extends RunningElements {
    private static final int CALLS = 40;

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

    private long copiesBeyondPuts(List<String> servers) throws IOException {
        return sum(servers, "ringdown_copies_sent_total") - sum(servers, "ringdown_puts_total{by=\"processor\"}");
    }

    @Test
    void mssTakesOverWhatIsTouchedAndCopiesAgainWhatIsNot() throws Exception {
        startServers(34);
        List<String> servers = List.of("s1", "s2", "s3", "s4");
        try (var caller = new PlainCaller("127.34.9.1", "127.134.0.1")) {
            long unlike = copiesBeyondPuts(servers);
            List<String> calls = caller.setUp(CALLS);
            assertThat(copiesBeyondPuts(servers))
                    .as("a copy less for each put than there are copies (paper section 6.2.3)")
                    .isEqualTo(unlike);
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
        RealParts.need("iptables", "iptables");
        RealParts.needRoot();
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
            // The last ACKs may be on their way yet.
            await().atMost(PATIENCE)
                    .untilAsserted(() -> assertThat(sum(List.of("e1"), "ringdown_copies_sent_total"))
                            .isEqualTo(2 * sum(List.of("e1"), "ringdown_puts_total{by=\"processor\"}")));
            // While another engine may have had them, a session is stored once more when it is fetched.
            await().atMost(PATIENCE).until(() -> putsByAnInfoEach(caller, calls) == CALLS);
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

    private long putsByAnInfoEach(PlainCaller caller, List<String> calls) throws IOException {
        long before = sum(List.of("e1"), "ringdown_puts_total{by=\"processor\"}");
        caller.info(calls);
        return sum(List.of("e1"), "ringdown_puts_total{by=\"processor\"}") - before;
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
