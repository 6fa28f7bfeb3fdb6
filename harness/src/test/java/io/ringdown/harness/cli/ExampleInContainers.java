package io.ringdown.harness.cli;

import static java.util.concurrent.TimeUnit.SECONDS;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.docker.Dockerd;
import io.ringdown.harness.hosts.docker.Dockerd.Terms;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** The example of a cluster of other makers, in containers that somebody has started: a network of their own, and a machine with an address in it each. */
final class ExampleInContainers {
    static final List<String> CONTAINERS = List.of("shop-front", "shop-p1", "shop-p2", "shop-redis");
    static final String NET = "198.19.7.";

    private static final Path EXAMPLE =
            Path.of(System.getProperty("ringdown.home", "..")).resolve("docs/examples/kamailio-redis");
    private static final String CALLEE = NET + "1:5060";
    private static final String FRONT = NET + "5";
    private static final String P1 = NET + "11";
    private static final String P2 = NET + "12";
    private static final String REDIS = NET + "13";

    private ExampleInContainers() {}

    /**
     * Has them run, and writes a topology that names them.
     *
     * @param folder that containers see
     * @param shared whether the proxies have the state of their dialogs in Redis; else each has its own
     * @param policy when the engine starts proxies again, in Docker's words
     * @return the topology
     */
    static Path stand(Dockerd engine, Path folder, boolean shared, String policy) throws IOException {
        for (String name : List.of("proxy.cfg", "dispatcher.cfg")) {
            Files.copy(EXAMPLE.resolve(name), folder.resolve(name));
        }
        Files.writeString(folder.resolve("proxies.list"), "1 sip:" + P1 + ":5060\n1 sip:" + P2 + ":5060\n");
        engine.network("shop", NET + "0/24");
        engine.stand(
                "shop-redis",
                terms(folder, REDIS),
                "redis-server",
                "--bind",
                REDIS,
                "--port",
                "6379",
                "--protected-mode",
                "no",
                "--save",
                "");
        // Kamailio ends where its store does not answer yet.
        await().atMost(60, SECONDS).until(() -> isListening(REDIS, 6379));
        engine.stand("shop-p1", terms(folder, P1).with(policy), proxy(folder, "p1", P1, shared));
        engine.stand("shop-p2", terms(folder, P2).with(policy), proxy(folder, "p2", P2, shared));
        List<String> front = kamailio(folder, "dispatcher.cfg", FRONT);
        front.addAll(List.of("-A", "LIST=\"" + folder.resolve("proxies.list") + "\""));
        engine.stand("shop-front", terms(folder, FRONT), front.toArray(String[]::new));
        return Files.writeString(folder.resolve("cluster.yaml"), topology(engine));
    }

    private static boolean isListening(String address, int port) {
        try (var socket = new Socket()) {
            socket.connect(new InetSocketAddress(address, port), 500);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static Terms terms(Path folder, String address) {
        return new Terms("shop", address, "no", true, "SIGTERM", folder);
    }

    /** Without a pid file: what a container's end has left there names its first process, which lives as soon as it is started again. */
    private static List<String> kamailio(Path folder, String configuration, String address) {
        return new ArrayList<>(List.of(
                "kamailio",
                "-DD",
                "-E",
                "-m",
                "128",
                "-Y",
                "/tmp",
                "-f",
                folder.resolve(configuration).toString(),
                "-A",
                "SELF=udp:" + address + ":5060"));
    }

    private static String[] proxy(Path folder, String name, String address, boolean shared) {
        List<String> words = kamailio(folder, "proxy.cfg", address);
        words.addAll(List.of("-A", "NODE=" + name));
        words.addAll(List.of("-A", "SERVICE=\"" + FRONT + ":5060\"", "-A", "CALLEE=\"sip:" + CALLEE + "\""));
        if (shared) {
            words.addAll(List.of("-A", "SHARED", "-A", "REDIS=\"name=state;addr=" + REDIS + ";port=6379\""));
        }
        return words.toArray(String[]::new);
    }

    private static String topology(Dockerd engine) {
        return """
                name: shop
                service: %s:5060
                node-header: X-Served-By
                callee: {address: %s}
                docker: {%s}
                may: [crash, silent, hang, stop, restart]
                ready-within: 20s
                racks:
                  - name: r1
                    machines:
                """.formatted(FRONT, CALLEE, engine.way())
                + machine("d", FRONT, "shop-front", "dispatcher", "dispatcher", "options", "")
                + machine("m1", P1, "shop-p1", "p1", "engine", "options", "")
                + machine("m2", P2, "shop-p2", "p2", "engine", "options", "")
                + machine(
                        "m3",
                        REDIS,
                        "shop-redis",
                        "redis",
                        "replica",
                        "[redis-cli, -h, \"{address}\", PING]",
                        ", may: []");
    }

    private static String machine(
            String name, String address, String container, String element, String role, String health, String more) {
        return """
                      - name: %s
                        address: %s
                        container: %s
                        elements:
                          - {name: %s, role: %s, sip: %s:5060, health: %s%s}
                """.formatted(name, address, container, element, role, address, health, more);
    }
}
