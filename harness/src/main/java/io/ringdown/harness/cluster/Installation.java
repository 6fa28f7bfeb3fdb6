package io.ringdown.harness.cluster;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Where the reference cluster's jar lies on this machine, and the command that starts an element from it. Elements share a class-data
 * archive, made once for each jar and JVM, which halves the time they take to start.
 *
 * @param java the JVM that runs elements
 * @param jar the deployable jar
 * @param archive class-data archive; null: start without
 */
public record Installation(Path java, Path jar, Path archive) {
    private static final Logger LOG = LoggerFactory.getLogger(Installation.class);

    // Ten elements share a machine in the default plan: small heaps, one compiler, no collector threads. Compiled
    // early, since what an element does at a failure it has hardly done before. Few pages, and large ones: the others
    // see an element's death when its sockets close, and those close after its memory is given back.
    private static final List<String> SMALL = List.of(
            "-XX:+UseSerialGC",
            "-XX:TieredStopAtLevel=1",
            "-XX:CompileThresholdScaling=0.3",
            "-Xmx160m",
            "-Xmn12m",
            "-XX:+UseTransparentHugePages",
            "-XX:+ExitOnOutOfMemoryError");

    private static final long WARM_UP_SECONDS = 60;

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
        return new Installation(java.toAbsolutePath(), jar.toAbsolutePath(), null).withArchiveThatIsThere();
    }

    /** This installation with a class-data archive, made now if there is none that fits; without, if none can be made. */
    public Installation withArchive() {
        if (archive != null) {
            return this;
        }
        try {
            make();
        } catch (IOException e) {
            LOG.info("no class-data archive: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return withArchiveThatIsThere();
    }

    /** Where the calibration of the generator is kept. */
    public Path calibration() {
        return jar.resolveSibling("calibration.json");
    }

    /** The command that starts an element. */
    public List<String> command(Path configuration, String element, boolean detached) {
        var command = new ArrayList<String>();
        command.add(java.toString());
        command.addAll(SMALL);
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

    private Installation withArchiveThatIsThere() {
        Path place = place();
        try {
            boolean fits = Files.exists(place)
                    && Files.getLastModifiedTime(place).compareTo(Files.getLastModifiedTime(jar)) >= 0;
            return new Installation(java, jar, fits ? place : null);
        } catch (IOException e) {
            return new Installation(java, jar, null);
        }
    }

    private Path place() {
        return jar.resolveSibling("elements-" + Runtime.version() + ".jsa");
    }

    /** Made under another name: a run that starts meanwhile must not see half of it. */
    private void make() throws IOException, InterruptedException {
        Path unfinished = Files.createTempFile(jar.getParent(), "elements-", ".jsa");
        Files.delete(unfinished);
        var command = new ArrayList<String>(List.of(java.toString()));
        command.addAll(SMALL);
        command.addAll(List.of("-XX:ArchiveClassesAtExit=" + unfinished, "-jar", jar.toString(), "--warm-up"));
        Process process = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                .start();
        boolean ended = process.waitFor(WARM_UP_SECONDS, TimeUnit.SECONDS);
        if (!ended) {
            process.destroyForcibly().waitFor();
        }
        if (ended && Files.exists(unfinished)) {
            Files.move(unfinished, place(), StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(unfinished);
            LOG.info("no class-data archive: {} ended with {}", command, process.exitValue());
        }
    }
}
