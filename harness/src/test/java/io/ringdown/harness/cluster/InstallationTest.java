package io.ringdown.harness.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InstallationTest {
    private static final String HOME = "ringdown.home";

    @TempDir
    Path home;

    private final String realHome = System.getProperty(HOME);
    private Path target;

    @BeforeEach
    void install() throws IOException {
        target = Files.createDirectories(home.resolve("reference-cluster/target"));
        Files.createFile(target.resolve("reference-cluster-0-deploy.jar"));
        System.setProperty(HOME, home.toString());
    }

    @AfterEach
    void restore() {
        if (realHome == null) {
            System.clearProperty(HOME);
        } else {
            System.setProperty(HOME, realHome);
        }
    }

    @Test
    void beingLocatedMakesNoArchive() {
        assertThat(Installation.locate().archive()).isNull();
        assertThat(target).isDirectoryNotContaining(file -> file.toString().endsWith(".jsa"));
    }

    @Test
    void anArchiveThatIsThereIsUsed() throws IOException {
        Path archive = Files.createFile(target.resolve("elements-" + Runtime.version() + ".jsa"));

        assertThat(Installation.locate().archive()).isEqualTo(archive);
    }

    @Test
    void aJarThatCannotWarmUpStartsWithoutAnArchiveAndLeavesNothing() {
        Installation installation = Installation.locate().withArchive();

        assertThat(installation.archive()).isNull();
        assertThat(target).isDirectoryNotContaining(file -> file.toString().endsWith(".jsa"));
    }
}
