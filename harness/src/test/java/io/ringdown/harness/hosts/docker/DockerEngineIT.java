package io.ringdown.harness.hosts.docker;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import com.github.dockerjava.api.command.BuildImageResultCallback;
import io.ringdown.faults.SettableClock;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Reach.Outcome;
import io.ringdown.harness.hosts.Target;
import io.ringdown.record.Topology;
import io.ringdown.record.Topology.Machine;
import io.ringdown.record.Topology.Rack;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A real {@code dockerd} that is asked by TCP with TLS. */
class DockerEngineIT {
    private static final String ADDRESS = "127.39.3.2";

    private static final int LONG = 12;
    private static final Topology ONE = new Topology(
            "single",
            "127.8.0.1:5060",
            "",
            List.of(new Rack("r1", List.of(new Machine("r1m1", "127.8.0.1", List.of())))));

    @TempDir
    private static Path folder;

    private static Dockerd dockerd;

    @BeforeAll
    static void start() throws Exception {
        dockerd = Dockerd.listening(
                Files.createDirectory(folder.resolve("engine")), ADDRESS, Authority.in(folder.resolve("authority")));
    }

    @AfterAll
    static void end() {
        if (dockerd != null) {
            dockerd.close();
        }
    }

    /** Than the 10 s that a connection may take: for an answer, for a command that says nothing, and for the preparation of an image. */
    @Tag("long")
    @Test
    void anAnswerMayTakeLongerThanAConnection() throws Exception {
        DockerEngine engine = dockerd.asked();
        assertThat(version(engine)).isNotEmpty();
        dockerd.fallSilent(true);
        CompletableFuture.runAsync(DockerEngineIT::goOn, CompletableFuture.delayedExecutor(LONG, TimeUnit.SECONDS));

        assertThat(version(engine)).isNotEmpty();

        Target made = new Containers(List.of(engine), "", Path.of("/"), "java", 0, 0)
                .of(ONE, 8)
                .get("r1m1");
        String sleep = Integer.toString(LONG);
        try {
            made.make(
                    Map.of("/.ringdown/part", Files.writeString(folder.resolve("part"), "")), List.of("sleep", sleep));
            try (Reach reach = made.reach(Duration.ofSeconds(5))) {
                Outcome outcome = reach.run(List.of("sh", "-c", "sleep $0; echo done", sleep), Duration.ofSeconds(60));
                assertThat(outcome.output()).isEqualTo("done\n");
            }
        } finally {
            made.remove();
        }
        assertThat(dockerd.containers()).isEmpty();
        assertThat(dockerd.networks()).isEmpty();
    }

    @Test
    void whoIsNotTrustedIsToldWhichFileIsAboutIt() throws Exception {
        Path strangers = Authority.in(folder.resolve("stranger")).sign(folder.resolve("strange"), "");
        Path shown = copied("shown", certificates());
        copy(strangers, shown, "cert.pem", "key.pem");

        assertThatThrownBy(() -> version(dockerd.asked(strangers)))
                .isInstanceOf(IOException.class)
                .hasMessageMatching(
                        "version: Docker's engine tcp://\\S+ cannot be reached: .*; is its certificate for this"
                                + " address, and signed by " + strangers + "/ca.pem\\?");
        assertThatThrownBy(() -> version(dockerd.asked(shown)))
                .isInstanceOf(IOException.class)
                .hasMessageMatching("version: Docker's engine tcp://\\S+ cannot be reached: .*; does it accept " + shown
                        + "/cert.pem\\?");
        assertThatThrownBy(() -> version(dockerd.asked(null)))
                .hasMessageMatching("version: Docker's engine tcp://\\S+ says: .* HTTP request to an HTTPS server\\.");
    }

    /** In a container of an image, which is gone afterwards, and in the root that containers see. */
    @Test
    void theDoctorTellsWhetherWallClocksCanBeSetInContainers() throws Exception {
        assumeTrue(SettableClock.refusal().isEmpty(), SettableClock.refusal());
        String library = SettableClock.library().orElseThrow().replace("$LIB", "lib/x86_64-linux-gnu");
        assumeTrue(Files.exists(Path.of(library)), "libraries are elsewhere on this machine");
        List<String> programs = List.of("/usr/bin/env", "/usr/bin/date", "/usr/bin/sleep");
        String with = image(
                "with", Stream.concat(programs.stream(), Stream.of(library)).toList());
        String without = image("without", programs);
        Path empty = Files.createDirectory(folder.resolve("empty"));

        assertThat(clocks(with, "/")).matches("ok +wall clocks .*");
        assertThat(clocks(without, "/"))
                .matches("absent +wall clocks .* ->  RUN apt-get install faketime in a Dockerfile FROM " + without);
        assertThat(clocks("nowhere:1", "/"))
                .matches("absent +wall clocks .*image nowhere:1 is there +->  docker pull nowhere:1");
        assertThat(clocks("", "/")).matches("ok +wall clocks .*");
        assertThat(clocks("", empty.toString()))
                .matches("absent .* ->  chroot " + empty + " apt-get install faketime on the engine's machine");
        assertThat(dockerd.containers()).isEmpty();
    }

    private static String clocks(String image, String root) {
        var containers = new Containers(List.of(dockerd.asked()), image, Path.of(root), "java", 0, 0);
        return containers.examine().get(1).line();
    }

    /** Of some of this machine's files and the libraries that they want; its id. */
    private static String image(String name, List<String> files) throws Exception {
        Path context = Files.createDirectory(folder.resolve(name));
        var words = new ArrayList<>(List.of("ldd"));
        words.addAll(files);
        Process wanted = new ProcessBuilder(words).start();
        var all = new HashSet<>(files);
        new String(wanted.getInputStream().readAllBytes(), US_ASCII)
                .lines()
                .flatMap(line -> Stream.of(line.trim().split("\\s+")))
                .filter(word -> word.startsWith("/") && !word.endsWith(":"))
                .forEach(all::add);
        for (String file : all) {
            Path copy = context.resolve("." + file);
            Files.createDirectories(copy.getParent());
            Files.copy(Path.of(file), copy);
        }
        Files.write(context.resolve("Dockerfile"), List.of("FROM scratch", "COPY . /"));
        return dockerd.asked()
                .ask(
                        "image",
                        Duration.ofSeconds(60),
                        client -> client.buildImageCmd(context.toFile())
                                .exec(new BuildImageResultCallback())
                                .awaitImageId());
    }

    @Test
    void certificatesThatAreOfNoUseAreNamed() throws Exception {
        Path damaged = copied("damaged", certificates());
        String key = Files.readString(damaged.resolve("key.pem"));

        assertThat(refused(damaged, "key.pem", key.replace("PRIVATE", "RSA PRIVATE")))
                .contains("key.pem: no key in PKCS #8 in it: openssl pkcs8");
        assertThat(refused(damaged, "key.pem", key.substring(0, 60))).contains("key.pem: no key in PKCS #8 in it");
        assertThat(refused(damaged, "key.pem", key.replace("\nM", "\nX")))
                .contains("key.pem: neither a key of RSA nor");
        assertThat(refused(damaged, "cert.pem", key)).contains("cert.pem: no certificate in it");
        assertThat(refused(damaged, "ca.pem", "")).contains("ca.pem: no certificate in it");
        Files.delete(damaged.resolve("ca.pem"));
        assertThatThrownBy(() -> version(dockerd.asked(damaged)))
                .hasMessageEndingWith("ca.pem: no such file, or not readable");
    }

    /** What is said of a file with something in it. */
    private static String refused(Path certificates, String file, String content) throws Exception {
        String before = Files.readString(certificates.resolve(file));
        Files.writeString(certificates.resolve(file), content);
        try {
            version(dockerd.asked(certificates));
            return "nothing";
        } catch (IOException e) {
            return e.getMessage();
        } finally {
            Files.writeString(certificates.resolve(file), before);
        }
    }

    private static Path certificates() {
        return folder.resolve("engine/asking");
    }

    private static Path copied(String name, Path from) throws IOException {
        Path to = Files.createDirectory(folder.resolve(name));
        copy(from, to, "ca.pem", "cert.pem", "key.pem");
        return to;
    }

    private static void copy(Path from, Path to, String... files) throws IOException {
        for (String file : files) {
            Files.copy(from.resolve(file), to.resolve(file), StandardCopyOption.REPLACE_EXISTING);
        }
    }

    private static void goOn() {
        try {
            dockerd.fallSilent(false);
        } catch (Exception e) {
            throw new IllegalStateException(e);
        }
    }

    private static String version(DockerEngine engine) throws Exception {
        return engine.ask(
                "version",
                Duration.ofSeconds(30),
                client -> client.versionCmd().exec().getVersion());
    }
}
