package io.ringdown.harness.cluster;

import io.ringdown.harness.hosts.ClassDataArchive;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * Where the reference cluster's jar lies on this machine, and the command that starts an element from it. Elements share a class-data
 * archive, made once for each jar and JVM, which halves the time they take to start.
 *
 * @param java the JVM that runs elements
 * @param jar the deployable jar
 * @param archive class-data archive; null: start without
 */
public record Installation(Path java, Path jar, Path archive) {
    /** Options of the JVM that an element is started with. */
    // Ten elements share a machine in the default plan: small heaps, one compiler, no collector threads. Compiled
    // early: calls are many at once after the start, and so is what an element does at a failure and has hardly done
    // before. Few pages, and large ones: the others
    // see an element's death when its sockets close, and those close after its memory is given back.
    public static final List<String> OPTIONS = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=0.3",
            "-Xmx160m",
            "-Xmn12m",
            "-XX:+UseTransparentHugePages",
            "-XX:+ExitOnOutOfMemoryError");

    /**
     * Finds the installation below Ringdown's own directory, named by the system property {@code ringdown.home}; makes nothing.
     *
     * @throws IllegalStateException if the jar has not been built
     */
    public static Installation locate() {
        Path home = Path.of(System.getProperty("ringdown.home", "."));
        Path target = home.resolve("reference-cluster").resolve("target");
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        Path jar;
        try (var files = Files.list(target)) {
            jar = files.filter(file -> file.getFileName().toString().endsWith("-deploy.jar"))
                    .findFirst()
                    .orElseThrow(() -> new IllegalStateException(
                            target + ": no *-deploy.jar; build it with 'mvn -DskipTests package'"));
        } catch (IOException e) {
            throw new IllegalStateException(target + ": not built; run 'mvn -DskipTests package' in " + home, e);
        }
        Path absolute = jar.toAbsolutePath();
        return new Installation(
                java.toAbsolutePath(), absolute, ClassDataArchive.of(absolute).orElse(null));
    }

    /** This installation with a class-data archive, made now if there is none that fits; without, if none can be made. */
    public Installation withArchive() {
        if (archive != null) {
            return this;
        }
        return new Installation(
                java, jar, ClassDataArchive.made(java, OPTIONS, jar).orElse(null));
    }

    /** Where the calibration of the generator is kept. */
    public Path calibration() {
        return jar.resolveSibling("calibration.json");
    }

    /** The command that starts an element. */
    public List<String> command(Path configuration, String element, boolean detached) {
        var command = new ArrayList<String>();
        command.add(java.toString());
        command.addAll(OPTIONS);
        if (archive != null) {
            command.add("-XX:SharedArchiveFile=" + archive);
            command.add("-Xshare:auto");
        }
        command.addAll(List.of(
                "-jar",
                jar.toString(),
                "--config",
                configuration.toAbsolutePath().toString(),
                "--element",
                element));
        if (detached) {
            command.add("--detached");
        }
        return command;
    }
}
