package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Elements from the deployable jar, each a process of its own. */
abstract class RunningElements {
    static final Duration PATIENCE = Duration.ofSeconds(60);
    /** What is so already costs a test no wait. */
    private static final Duration BETWEEN_LOOKS = Duration.ofMillis(20);

    /** What elements said in a test that fails is kept, to find out why. */
    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    Path folder;

    private static final int A_MOMENT = 500;

    final Map<String, Process> elements = new LinkedHashMap<>();
    final Map<String, String> admin = new LinkedHashMap<>();
    private final List<String> later = new ArrayList<>();
    final StringBuilder configuration = new StringBuilder();
    /** Milliseconds; short where a test waits for timers, longer where a busy machine must not make one expire. */
    int t1 = 50;

    @AfterEach
    void end() {
        elements.keySet().forEach(this::keepEvents);
        elements.values().forEach(Process::destroyForcibly);
        elements.values().forEach(process -> process.onExit().join());
    }

    /** Beside its log, in case the test failed. */
    private void keepEvents(String name) {
        try {
            if (elements.get(name).isAlive()) {
                Files.writeString(folder.resolve(name + ".events"), page(name, "/events", A_MOMENT));
                Files.writeString(folder.resolve(name + ".metrics"), page(name, "/metrics", A_MOMENT));
            }
        } catch (IOException e) {
            // Frozen or going: it tells no more.
        }
    }

    void element(String name, String role, String machine, String... more) {
        String prefix = "element." + name + ".";
        admin.put(name, machine + ":8080");
        configuration.append(prefix + "role=" + role + "\n" + prefix + "members=" + machine + ":7060\n" + prefix
                + "admin=" + machine + ":8080\n");
        for (String setting : more) {
            configuration.append(prefix + setting + "\n");
        }
    }

    /** One that is not started with the others. */
    void later(String name) {
        later.add(name);
    }

    void startAll(String arrangement, String service) throws IOException {
        configuration.append("arrangement=" + arrangement + "\nservice.address=" + service + "\nt1.millis=" + t1
                + "\nelements=" + String.join(",", admin.keySet()) + "\n");
        Files.writeString(folder.resolve("cluster.properties"), configuration);
        for (String name : admin.keySet()) {
            if (!later.contains(name)) {
                start(name);
            }
        }
    }

    void start(String name) throws IOException {
        Path jar = jar();
        var command = new ArrayList<String>(List.of(java(), "-Xmx64m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
        command.addAll(List.of("-XX:SharedArchiveFile=" + archive(jar), "-Xshare:auto", "-jar", jar.toString()));
        command.addAll(List.of("--config", folder.resolve("cluster.properties").toString(), "--element", name));
        elements.put(
                name,
                new ProcessBuilder(command)
                        .redirectErrorStream(true)
                        .redirectOutput(ProcessBuilder.Redirect.appendTo(log(name)))
                        .start());
    }

    /** For tests in which nobody dies: a busy machine may keep one element waiting for seconds, and it must not be taken for dead. */
    final void nobodyDies() {
        configuration.append("heartbeat.timeout.millis=30000\n");
    }

    static String java() {
        return Path.of(System.getProperty("java.home"), "bin", "java").toString();
    }

    static Path jar() throws IOException {
        try (var built = Files.newDirectoryStream(Path.of("target"), "reference-cluster-*-deploy.jar")) {
            return built.iterator().next();
        }
    }

    /** A class-data archive, made once: these tests start more than a hundred elements. Without it they only take longer to start. */
    private static synchronized Path archive(Path jar) throws IOException {
        Path archive = Path.of("target", "elements-of-tests.jsa");
        if (!Files.exists(archive)
                || Files.getLastModifiedTime(archive).compareTo(Files.getLastModifiedTime(jar)) < 0) {
            Files.deleteIfExists(archive);
            var command = new ArrayList<String>(List.of(java(), "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1"));
            command.addAll(List.of("-XX:ArchiveClassesAtExit=" + archive, "-jar", jar.toString(), "--warm-up"));
            new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start()
                    .onExit()
                    .join();
        }
        return archive;
    }

    java.io.File log(String name) {
        return folder.resolve(name + ".log").toFile();
    }

    String page(String name, String path) throws IOException {
        return page(name, path, 0);
    }

    private String page(String name, String path, int timeoutMillis) throws IOException {
        var connection = URI.create("http://" + admin.get(name) + path).toURL().openConnection();
        connection.setConnectTimeout(timeoutMillis);
        connection.setReadTimeout(timeoutMillis);
        try (var body = connection.getInputStream()) {
            return new String(body.readAllBytes(), StandardCharsets.UTF_8);
        }
    }

    void awaitPage(String name, String path, String... content) {
        await().pollDelay(Duration.ZERO)
                .pollInterval(BETWEEN_LOOKS)
                .atMost(PATIENCE)
                .ignoreException(java.net.ConnectException.class)
                .untilAsserted(() -> {
                    assertThat(elements.get(name).isAlive())
                            .as(() -> text(log(name).toPath()))
                            .isTrue();
                    assertThat(page(name, path)).contains(content);
                });
    }

    /** Each has everything that it needs, and knows all the others at the same moment. */
    void awaitAll() {
        List<String> wanted = new ArrayList<>(List.of("\"synced\""));
        elements.keySet().forEach(name -> wanted.add("\"" + name + "\""));
        elements.keySet().forEach(name -> awaitPage(name, "/health", wanted.toArray(String[]::new)));
    }

    static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
