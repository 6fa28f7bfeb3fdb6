package io.ringdown.cluster;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ConfigReader;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.BooleanSupplier;

/**
 * The short life of a small cluster of each arrangement in one process, so that a class-data archive made of it holds what serving and a
 * failure need, not only what a start does: classes that each survivor has to load first would be a part of the time that a takeover takes.
 */
final class WarmUp implements Callable<Void> {
    private static final int CALLS = 40;
    private static final long PATIENCE_NANOS = 20_000_000_000L;

    private final String arrangement;
    /** Roles of the elements in this process; the first one founds the group. */
    private final List<String> here;
    /** Roles of those that are to be killed, and so are processes of their own. */
    private final List<String> elsewhere;

    private final InetSocketAddress service = new InetSocketAddress(InetAddress.getLoopbackAddress(), freeUdpPort());
    private final List<Process> processes = new ArrayList<>();

    private WarmUp(String arrangement, List<String> here, List<String> elsewhere) throws IOException {
        this.arrangement = arrangement;
        this.here = here.stream().map(role -> role + "-1").toList();
        this.elsewhere = elsewhere.stream().map(role -> role + "-2").toList();
    }

    /** Lives it and returns; elements in this process go on until it exits. */
    static void live() throws Exception {
        var lives = List.of(
                new WarmUp("occas", List.of("replica", "engine", "dispatcher"), List.of("replica", "engine")),
                new WarmUp("was", List.of("container", "proxy", "sprayer"), List.of("container")),
                new WarmUp("mss", List.of("server", "balancer"), List.of("server")));
        var threads = Executors.newFixedThreadPool(lives.size());
        try {
            for (Future<Void> life : threads.invokeAll(lives)) {
                life.get();
            }
        } finally {
            threads.shutdown();
        }
    }

    @Override
    public Void call() throws Exception {
        Path file = Files.createTempFile("warm-up", ".properties");
        try (var caller = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            Files.write(file, configuration());
            ClusterConfig cluster = ConfigReader.read(file);
            Element founder = start(cluster, here.get(0));
            for (String name : elsewhere) {
                processes.add(startElsewhere(file, name));
            }
            for (String name : here.subList(1, here.size())) {
                start(cluster, name);
            }
            await(() -> founder.members().alive().size() == here.size() + elsewhere.size());
            for (int call = 0; call < CALLS; call++) {
                ring(caller, call);
            }
            processes.forEach(Process::destroyForcibly);
            await(() -> founder.members().alive().size() == here.size());
            for (int call = 0; call < CALLS; call++) {
                request(caller, "BYE", call, 3, "");
            }
        } finally {
            processes.forEach(Process::destroyForcibly);
            Files.delete(file);
        }
        return null;
    }

    private static Element start(ClusterConfig cluster, String name) throws Exception {
        var element = new Element(cluster, cluster.element(name).orElseThrow());
        element.start();
        return element;
    }

    private static Process startElsewhere(Path file, String name) throws IOException {
        // Its standard input is its lifeline, as everywhere.
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Main.class.getName(),
                        "--config",
                        file.toString(),
                        "--element",
                        name)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private List<String> configuration() throws IOException {
        var lines = new ArrayList<String>();
        lines.add("arrangement=" + arrangement);
        lines.add("service.address=127.0.0.1:" + service.getPort());
        lines.add("t1.millis=50");
        var names = new ArrayList<>(here.subList(0, 1));
        names.addAll(elsewhere);
        names.addAll(here.subList(1, here.size()));
        lines.add("elements=" + String.join(",", names));
        for (String name : names) {
            String role = name.substring(0, name.indexOf('-'));
            lines.add("element." + name + ".role=" + role);
            lines.add("element." + name + ".members=127.0.0.1:" + freePort());
            lines.add("element." + name + ".admin=127.0.0.1:" + freePort());
            lines.add("element." + name + ".sip=127.0.0.1:" + freeUdpPort());
            if (role.equals("replica")) {
                lines.add("element." + name + ".partition=0");
            } else if (role.equals("container")) {
                lines.add("element." + name + ".domain=0");
            }
        }
        return lines;
    }

    /** One call in two stays open in the middle, for a survivor to take over at once. */
    private void ring(DatagramSocket caller, int call) throws IOException {
        boolean held = call % 2 == 0;
        long until = System.currentTimeMillis() + 2_500;
        request(caller, "INVITE", call, 1, held ? "X-Ringdown-Hold: final=" + until + "\r\n" : "");
        if (!held) {
            request(caller, "ACK", call, 1, "");
            request(caller, "INFO", call, 2, "");
        }
    }

    private void request(DatagramSocket caller, String method, int call, int cseq, String more) throws IOException {
        String text = method + " sip:answer@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:" + caller.getLocalPort()
                + ";branch=z9hG4bK-" + call + "-" + cseq + method + "\r\nMax-Forwards: 70\r\n"
                + "From: <sip:warm@127.0.0.1>;tag=w\r\nTo: <sip:answer@127.0.0.1>\r\nCall-ID: warm-" + call
                + "\r\nCSeq: " + cseq + " " + method + "\r\n" + more + "Content-Length: 0\r\n\r\n";
        byte[] bytes = text.getBytes(ISO_8859_1);
        caller.send(new DatagramPacket(bytes, bytes.length, service));
        if (method.equals("ACK")) {
            return;
        }
        caller.setSoTimeout(200);
        try {
            caller.receive(new DatagramPacket(new byte[2_000], 2_000));
        } catch (SocketTimeoutException e) {
            // What the answer says, and whether it comes, is of no interest here.
        }
    }

    private static void await(BooleanSupplier condition) throws InterruptedException {
        long end = System.nanoTime() + PATIENCE_NANOS;
        while (!condition.getAsBoolean() && System.nanoTime() < end) {
            Thread.sleep(20);
        }
    }

    private static int freePort() throws IOException {
        try (var socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }

    private static int freeUdpPort() throws IOException {
        try (var socket = new DatagramSocket(0, InetAddress.getLoopbackAddress())) {
            return socket.getLocalPort();
        }
    }
}
