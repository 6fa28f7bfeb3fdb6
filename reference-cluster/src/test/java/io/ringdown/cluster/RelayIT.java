package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.cluster.callee.Callee;
import io.ringdown.cluster.callee.Callee.Manner;
import io.ringdown.cluster.callee.Caller;
import io.ringdown.cluster.callee.Line;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.sip.SipMessage;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Clusters that relay, of real elements, between a real caller and a real callee; an app processor is killed in the middle of the calls. */
class RelayIT extends RunningElements {
    private static final String SERVICE = "127.143.5.1:5060";
    private static final String CALLEE = "127.43.9.1";
    private static final int CALLS = 20;

    private final Object lock = new Object();
    private Callee callee;
    private Line calleesLine;
    private Caller caller;

    @BeforeEach
    void open() throws Exception {
        calleesLine = new Line(
                CALLEE,
                5080,
                (text, from) -> atCallee(() -> callee.receive(text)),
                () -> atCallee(() -> callee.repeat()));
        callee = new Callee(calleesLine.address(), (text, to) -> calleesLine.send(text, to));
        caller = new Caller("127.43.9.2", new InetSocketAddress(InetAddress.getByName("127.143.5.1"), 5060));
    }

    @AfterEach
    void close() {
        caller.close();
        calleesLine.close();
    }

    private void atCallee(Runnable task) {
        synchronized (lock) {
            task.run();
        }
    }

    private <T> T ofCallee(Supplier<T> answer) {
        synchronized (lock) {
            return answer.get();
        }
    }

    private void start(String arrangement, String service) throws Exception {
        set("service", service);
        set("callee.address", CALLEE + ":5080");
        if (service.equals("proxy")) {
            set("cdr.folder", folder.toString());
        }
        switch (arrangement) {
            case "occas" -> {
                element("d1", "dispatcher", "127.43.3.1");
                element("r1", "replica", "127.43.1.1", "partition=0");
                element("e1", "engine", "127.43.2.1", "sip=127.43.2.1:5061");
                element("e2", "engine", "127.44.2.1", "sip=127.44.2.1:5061");
            }
            case "was" -> {
                element("d1", "sprayer", "127.43.3.1");
                element("p1", "proxy", "127.43.4.1", "sip=127.43.4.1:5061");
                element("p2", "proxy", "127.44.4.1", "sip=127.44.4.1:5061");
                element("e1", "container", "127.43.2.1", "sip=127.43.2.1:5061", "domain=0");
                element("e2", "container", "127.44.2.1", "sip=127.44.2.1:5061", "domain=0");
                element("e3", "container", "127.44.5.1", "sip=127.44.5.1:5061", "domain=1");
            }
            default -> {
                element("d1", "balancer", "127.43.3.1");
                element("e1", "server", "127.43.2.1", "sip=127.43.2.1:5061");
                element("e2", "server", "127.44.2.1", "sip=127.44.2.1:5061");
                element("e3", "server", "127.44.5.1", "sip=127.44.5.1:5061");
            }
        }
        startAll(arrangement, SERVICE);
        awaitAll();
        awaitPage("d1", "/events", "address-taken");
    }

    private void set(String key, String value) {
        configuration.append(key + "=" + value + "\n");
    }

    private static List<String> calls(String prefix) {
        return IntStream.range(0, CALLS).mapToObj(i -> prefix + i).toList();
    }

    private void awaitAnswers() {
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(caller.open()).isEmpty());
        assertThat(caller.responses().values())
                .allSatisfy(response -> assertThat(response.status()).isEqualTo(200));
    }

    private void awaitCallee(int responses) {
        await().atMost(PATIENCE)
                .untilAsserted(
                        () -> assertThat(ofCallee(() -> callee.responses())).hasSize(responses));
        assertThat(ofCallee(() -> callee.responses()))
                .allSatisfy(response -> assertThat(response).startsWith("200 "));
    }

    @Test
    void callsGoOnInBothDirectionsWhenTheirAppProcessorIsKilled() throws Exception {
        goOn("was", "proxy");
    }

    @Tag("long")
    @ParameterizedTest
    @ValueSource(strings = {"occas", "mss"})
    void soTheyDoWithTwoDialogsEach(String arrangement) throws Exception {
        goOn(arrangement, "b2bua");
    }

    private void goOn(String arrangement, String service) throws Exception {
        start(arrangement, service);
        List<String> talking = calls("talking-");
        List<String> ringing = calls("ringing-");
        talking.forEach(call -> caller.invite(call, "callee"));
        awaitAnswers();
        talking.forEach(call -> caller.request(call, "INFO"));
        awaitAnswers();
        atCallee(() -> callee.manner(Manner.RING));
        ringing.forEach(call -> caller.invite(call, "callee"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(caller.responses().values())
                        .filteredOn(response -> response.status() == 180)
                        .hasSize(CALLS));
        assertThat(page("e1", "/owned")).contains("talking-").contains("ringing-");
        // These the killed one may have recorded.
        talking.subList(0, CALLS / 4).forEach(call -> caller.request(call, "BYE"));
        await().atMost(PATIENCE)
                .untilAsserted(() -> assertThat(caller.open())
                        .isEqualTo(caller.open().stream()
                                .filter(open -> open.startsWith("ringing"))
                                .toList()));
        talking = talking.subList(CALLS / 4, CALLS);
        int left = talking.size();

        elements.get("e1").destroyForcibly();
        atCallee(() -> callee.manner(Manner.ANSWER));
        talking.forEach(call -> caller.request(call, "INFO"));
        boolean b2bua = service.equals("b2bua");
        for (String call : talking) {
            String there = b2bua ? CallKey.calleeSide(call) : call;
            atCallee(() -> callee.send(there, "INFO", ""));
        }
        for (String call : ringing) {
            String there = b2bua ? CallKey.calleeSide(call) : call;
            atCallee(() -> callee.answer(there));
        }
        awaitAnswers();
        awaitCallee(left);
        for (String call : talking) {
            String there = b2bua ? CallKey.calleeSide(call) : call;
            atCallee(() -> callee.send(there, "INVITE", "v=0"));
        }
        awaitCallee(2 * left);
        talking.subList(0, left / 2).forEach(call -> caller.request(call, "BYE"));
        talking.subList(left / 2, left).forEach(call -> {
            String there = b2bua ? CallKey.calleeSide(call) : call;
            atCallee(() -> callee.send(there, "BYE", ""));
        });
        ringing.forEach(call -> caller.request(call, "BYE"));
        awaitAnswers();
        awaitCallee(2 * left + left - left / 2);

        for (String call : ofCallee(() -> callee.calls())) {
            assertThat(ofCallee(() -> callee.invites(call))).as(call).isEqualTo(1);
        }
        assertThat(ofCallee(() -> callee.calls())).hasSize(2 * CALLS);
        for (String name : admin.keySet()) {
            if (name.equals("e2") || name.equals("e3")) {
                awaitPage(name, "/metrics", "ringdown_owned 0\n");
            }
        }
        if (!b2bua) {
            eachCallIsRecordedOnce();
        }
    }

    private void eachCallIsRecordedOnce() throws Exception {
        var recorded = new ArrayList<String>();
        for (String name : List.of("e1", "e2", "e3")) {
            Path file = folder.resolve(name + ".cdrs");
            if (Files.exists(file)) {
                assertThat(name.equals("e1") ? text(file) : page(name, "/cdrs")).isEqualTo(text(file));
                Files.readAllLines(file).forEach(line -> recorded.add(line.split("\"")[3]));
            }
        }
        var expected = new ArrayList<>(calls("talking-"));
        expected.addAll(calls("ringing-"));
        assertThat(recorded).containsExactlyInAnyOrderElementsOf(expected);
    }

    @Test
    void oneAloneRelays() throws Exception {
        set("service", "proxy");
        set("callee.address", CALLEE + ":5080");
        element("e1", "engine", "127.43.2.1");
        startAll("single", SERVICE);
        awaitPage("e1", "/health", "\"synced\"");
        caller.invite("one", "callee");
        awaitAnswers();
        caller.request("one", "INFO");
        awaitAnswers();
        atCallee(() -> callee.send("one", "BYE", ""));
        awaitCallee(1);
        awaitPage("e1", "/metrics", "ringdown_owned 0\n");
    }

    /** Two die of it, the third refuses it and lives. */
    @Test
    void aPoisonCallIsRefusedByTheThird() throws Exception {
        set("poison", "on");
        set("poison.guard", "on");
        element("d1", "dispatcher", "127.43.3.1");
        element("r1", "replica", "127.43.1.1", "partition=0");
        for (int i = 1; i <= 3; i++) {
            element("e" + i, "engine", "127.44." + i + ".1", "sip=127.44." + i + ".1:5061");
        }
        startAll("occas", SERVICE);
        awaitAll();
        awaitPage("d1", "/events", "address-taken");
        caller.invite("bad", "poison");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(caller.open()).isEmpty());
        assertThat(caller.responses().values()).extracting(SipMessage::status).containsExactly(500);
        List<String> alive = List.of("e1", "e2", "e3").stream()
                .filter(name -> elements.get(name).isAlive())
                .toList();
        assertThat(alive).hasSize(1);
        assertThat(page(alive.get(0), "/events")).contains("poison-refused");
        caller.invite("good", "answer");
        await().atMost(PATIENCE).untilAsserted(() -> assertThat(caller.open()).isEmpty());
        assertThat(caller.responses().values()).extracting(SipMessage::status).contains(200);
        assertThat(elements.get(alive.get(0)).isAlive()).isTrue();
    }
}
