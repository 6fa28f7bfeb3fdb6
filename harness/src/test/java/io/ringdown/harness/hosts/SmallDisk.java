package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A folder that is a small file system of its own, in memory. */
public record SmallDisk(Path folder) implements AutoCloseable {
    /** Skips the test where nobody may mount one, unless real components are required. */
    public static SmallDisk mount(Path folder, int mebibytes) throws IOException {
        boolean root = System.getProperty("user.name").equals("root");
        assumeTrue(root || "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL")), "wants root");
        Files.createDirectories(folder);
        run("mount", "-t", "tmpfs", "-o", "size=" + mebibytes + "m", "none", folder.toString());
        return new SmallDisk(folder);
    }

    @Override
    public void close() throws IOException {
        run("umount", "-l", folder.toString());
    }

    private static void run(String... command) throws IOException {
        Process process = new ProcessBuilder(command).inheritIO().start();
        assertThat(process.onExit().join().exitValue()).isZero();
    }
}
