package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;

/** Elements from the deployable jar as processes, called by SIPp's own caller, which shares no code with them. */
class RunningClusterIT extends RunningElements {
    private static final int CALLS = 40;

    private void call(String service, String from) throws Exception {
        Sipp.call(folder, service, from, CALLS, "-r", "40", "-d", "200");
    }

    @Tag("long")
    @Test
    void aClusterOfOneAnswersSipp() throws Exception {
        Sipp.need();
        element("e1", "engine", "127.20.1.1");
        startAll("single", "127.102.0.1:5060");
        awaitPage("e1", "/health", "\"synced\"");
        call("127.102.0.1:5060", "127.20.9.1");
        assertThat(page("e1", "/metrics"))
                .contains("ringdown_requests_total{method=\"INVITE\"} " + CALLS + "\n")
                .contains("ringdown_requests_total{method=\"BYE\"} " + CALLS + "\n");
        awaitPage("e1", "/metrics", "ringdown_owned 0\n");
    }

    @Tag("long")
    @Test
    void occasComesUpSyncedServesAndSyncsAReturningReplica() throws Exception {
        Sipp.need();
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

    @Tag("long")
    @Test
    void wasServesAcrossADeathAndSyncsAReturningContainer() throws Exception {
        Sipp.need();
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
}
