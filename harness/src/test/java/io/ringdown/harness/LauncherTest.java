package io.ringdown.harness;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.FileTime;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The script {@code ringdown}, with programs in Maven's and Java's place that only tell how they were called. */
class LauncherTest {
    @TempDir
    Path folder;

    private Path home;
    private Path source;
    private Path builds;
    private Path calls;

    @BeforeEach
    void install() throws IOException {
        folder = folder.toRealPath();
        home = folder.resolve("home");
        source = Files.createDirectories(home.resolve("harness/src/main")).resolve("A.java");
        builds = folder.resolve("builds");
        calls = folder.resolve("calls");
        Files.createFile(source);
        Files.createDirectories(home.resolve("harness/target/lib"));
        Files.createDirectories(home.resolve("reference-cluster/target"));
        Files.copy(
                Path.of(System.getProperty("ringdown.home"), "ringdown"),
                home.resolve("ringdown"),
                StandardCopyOption.COPY_ATTRIBUTES);
        program("java", "echo \"$*\" >> " + calls);
        program("mvn", "echo built >> " + builds);
    }

    @Test
    void buildsOnceAndWheneverASourceIsNewer() throws Exception {
        launch("plans");
        launch("plans");
        assertThat(builds).content().hasLineCount(1);

        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
        launch("plans");
        assertThat(builds).content().hasLineCount(2);
        assertThat(commands()).hasSize(3);
    }

    @Test
    void commandsStartFromAnArchiveThatIsMadeOfEachBuild() throws Exception {
        Path archive = home.resolve("harness/target/commands.jsa");
        program("java", "echo \"$*\" >> " + calls + "; case \"$*\" in *WarmUp*) touch " + archive + " ;; esac");
        launch("plans");
        launch("plans");
        assertThat(calls).content().containsOnlyOnce("-XX:ArchiveClassesAtExit=" + archive);
        assertThat(commands()).hasSize(2).allMatch(line -> line.contains("-XX:SharedArchiveFile=" + archive + " "));

        program("java", "echo \"$*\" >> " + calls + "; case \"$*\" in *WarmUp*) exit 1 ;; esac");
        Files.setLastModifiedTime(source, FileTime.from(Instant.now().plus(Duration.ofMinutes(1))));
        launch("plans");
        assertThat(commands()).hasSize(3).last().asString().doesNotContain("SharedArchiveFile");
    }

    @Test
    void aSourceThatChangesDuringTheBuildIsBuiltAgain() throws Exception {
        // Until the file system's clock has moved on.
        program(
                "mvn",
                "echo built >> %s; touch %s; until [ %s -nt %s ]; do echo >> %s; done"
                        .formatted(builds, folder.resolve("now"), source, folder.resolve("now"), source));
        launch("plans");
        launch("plans");
        assertThat(builds).content().hasLineCount(2);
    }

    @Test
    void whatAnotherVersionLeftIsGoneBeforeTheBuild() throws Exception {
        Path jar = Files.createFile(home.resolve("harness/target/lib/old.jar"));
        Path harness = Files.createFile(home.resolve("harness/target/harness-0.0.jar"));
        Path deploy = Files.createFile(home.resolve("reference-cluster/target/reference-cluster-0.0-deploy.jar"));
        program("mvn", "ls " + jar + " " + harness + " " + deploy + " >> " + builds + " || true");
        launch("plans");
        assertThat(builds).isEmptyFile();
    }

    @Test
    void isBuiltOnceForAllWhoAsk() throws Exception {
        Process one = start(home.resolve("ringdown"), "plans");
        Process other = start(home.resolve("ringdown"), "plans");
        assertThat(one.waitFor()).isZero();
        assertThat(other.waitFor()).isZero();
        assertThat(builds).content().hasLineCount(1);
    }

    @Test
    void findsItsHomeThroughALink() throws Exception {
        Path link = Files.createSymbolicLink(folder.resolve("linked"), home.resolve("ringdown"));
        assertThat(start(link, "plans").waitFor()).isZero();
        assertThat(calls).content().contains("-Dringdown.home=" + home + " ");
    }

    @Test
    void takesItsMemoryBeforehandOnlyToRun() throws Exception {
        launch("check", "run");
        launch("run", "no-fault");
        assertThat(commands().get(0)).doesNotContain("AlwaysPreTouch").endsWith("Ringdown check run");
        assertThat(commands().get(1)).contains("AlwaysPreTouch").endsWith("Ringdown run no-fault");
    }

    @Test
    void aJavaHomeWithoutJavaIsNamed() throws Exception {
        var builder = new ProcessBuilder(home.resolve("ringdown").toString(), "plans").redirectErrorStream(true);
        builder.environment().put("JAVA_HOME", "/nowhere");
        Process refused = builder.start();
        assertThat(new String(refused.getInputStream().readAllBytes(), UTF_8))
                .isEqualTo("ringdown: JAVA_HOME is /nowhere, which has no bin/java\n");
        assertThat(refused.waitFor()).isEqualTo(70);
    }

    /** What was run but for the warm-up that each build ends with. */
    private List<String> commands() throws IOException {
        return Files.readAllLines(calls).stream()
                .filter(line -> !line.contains("WarmUp"))
                .toList();
    }

    private void launch(String... arguments) throws Exception {
        assertThat(start(home.resolve("ringdown"), arguments).waitFor()).isZero();
    }

    private Process start(Path launcher, String... arguments) throws IOException {
        var builder = new ProcessBuilder(launcher.toString());
        builder.command().addAll(List.of(arguments));
        builder.environment().remove("JAVA_HOME");
        builder.environment().put("PATH", folder.resolve("bin") + ":" + System.getenv("PATH"));
        return builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
    }

    private void program(String name, String does) throws IOException {
        Path program = Files.createDirectories(folder.resolve("bin")).resolve(name);
        Files.writeString(program, "#!/bin/sh\n" + does + "\n");
        Files.setPosixFilePermissions(program, PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
