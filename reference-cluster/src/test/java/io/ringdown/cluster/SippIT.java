package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.util.List;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What others call with: SIPp's own caller, against every arrangement, by each of its transports. */
class SippIT extends RunningElements {
    private static final String SERVICE = "127.116.0.1:5060";
    private static final String CALLER = "127.60.9.1";
    private static final int CALLS = 20;

    private void startAs(String arrangement) throws IOException {
        switch (arrangement) {
            case "occas" -> {
                element("r1", "replica", "127.60.1.1", "partition=0");
                element("e1", "engine", "127.60.2.1", "sip=127.60.2.1:5061");
                element("e2", "engine", "127.61.2.1", "sip=127.61.2.1:5061");
                element("d1", "dispatcher", "127.60.3.1");
            }
            case "was" -> {
                element("c1", "container", "127.60.1.1", "domain=0", "sip=127.60.1.1:5061");
                element("c2", "container", "127.61.1.1", "domain=0", "sip=127.61.1.1:5061");
                element("p1", "proxy", "127.60.2.1", "sip=127.60.2.1:5061");
                element("s1", "sprayer", "127.60.3.1");
            }
            case "mss" -> {
                element("e1", "server", "127.60.1.1", "sip=127.60.1.1:5061");
                element("e2", "server", "127.61.1.1", "sip=127.61.1.1:5061");
                element("b1", "balancer", "127.60.3.1");
            }
            default -> element("e1", "engine", "127.60.1.1");
        }
        startAll(arrangement, SERVICE);
        if (arrangement.equals("single")) {
            awaitPage("e1", "/health", "\"synced\"");
        } else {
            awaitAll();
            awaitPage(List.copyOf(admin.keySet()).get(admin.size() - 1), "/events", "address-taken");
        }
    }

    @ParameterizedTest
    @CsvSource({"occas, u1 t1 tn", "single, u1 un t1 tn"})
    void itsCallsSucceed(String arrangement, String transports) throws Exception {
        succeed(arrangement, transports);
    }

    @Tag("long")
    @ParameterizedTest
    @CsvSource({"was, u1 t1 tn", "mss, u1 t1"})
    void soTheyDoInOtherArrangements(String arrangement, String transports) throws Exception {
        succeed(arrangement, transports);
    }

    private void succeed(String arrangement, String transports) throws Exception {
        Sipp.need();
        startAs(arrangement);
        int calls = 0;
        for (String transport : transports.split(" ")) {
            Sipp.call(folder, SERVICE, CALLER, CALLS, "-r", "20", "-t", transport, "-max_socket", "100");
            calls += CALLS;
        }
        int expected = calls;
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(answered()).isGreaterThanOrEqualTo(expected));
    }

    /** BYEs that arrived, repeats among them, whoever owned their calls. */
    private int answered() throws IOException {
        int byes = 0;
        for (String name : admin.keySet()) {
            byes += page(name, "/metrics")
                    .lines()
                    .filter(line -> line.startsWith("ringdown_requests_total{method=\"BYE\"}"))
                    .mapToInt(line -> Integer.parseInt(line.substring(line.indexOf(' ') + 1)))
                    .sum();
        }
        return byes;
    }
}
