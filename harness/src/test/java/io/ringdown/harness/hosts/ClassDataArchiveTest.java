package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class ClassDataArchiveTest {
    private static final int THREADS = 4;

    @TempDir
    private Path folder;

    /** As in a JVM whose runs begin at the same time. */
    @Test
    void ofSeveralThreadsOneMakesIt() throws Exception {
        Path jar = Files.createFile(folder.resolve("elements.jar"));
        Path java = Files.writeString(folder.resolve("java"), """
                #!/bin/sh
                echo made >>%s
                sleep 0.3
                for word; do
                    case $word in -XX:ArchiveClassesAtExit=*) echo archive >"${word#*=}" ;; esac
                done
                """.formatted(folder.resolve("times")));
        Files.setPosixFilePermissions(java, PosixFilePermissions.fromString("rwx------"));

        List<CompletableFuture<Optional<Path>>> all = Stream.generate(
                        () -> CompletableFuture.supplyAsync(() -> ClassDataArchive.made(java, List.of(), jar)))
                .limit(THREADS)
                .toList();

        for (CompletableFuture<Optional<Path>> each : all) {
            assertThat(each.get()).isPresent();
        }
        assertThat(folder.resolve("times")).content().isEqualTo("made\n");
    }
}
