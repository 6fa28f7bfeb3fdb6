package io.ringdown.harness.hosts;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The class-data archive of a jar, which halves the time that its processes take to start. It lies beside the jar, one for each JVM. */
public final class ClassDataArchive {
    private static final Logger LOG = LoggerFactory.getLogger(ClassDataArchive.class);
    private static final long WARM_UP_SECONDS = 60;

    private ClassDataArchive() {}

    /** Makes one beforehand; arguments are a jar, and the options with which its processes are started. */
    public static void main(String[] arguments) {
        Path java = Path.of(System.getProperty("java.home"), "bin", "java");
        made(java, List.of(arguments).subList(1, arguments.length), Path.of(arguments[0]));
    }

    /** The archive that fits this JVM, if it is there and no older than the jar. */
    public static Optional<Path> of(Path jar) {
        Path place = place(jar);
        try {
            boolean fits = Files.exists(place)
                    && Files.getLastModifiedTime(place).compareTo(Files.getLastModifiedTime(jar)) >= 0;
            return fits ? Optional.of(place) : Optional.empty();
        } catch (IOException e) {
            return Optional.empty();
        }
    }

    /**
     * The archive, made now if there is none that fits; empty if none can be made. Of several processes and threads that want it one makes it.
     *
     * @param java the JVM
     * @param options with which its processes are started
     */
    public static synchronized Optional<Path> made(Path java, List<String> options, Path jar) {
        if (of(jar).isPresent()) {
            return of(jar);
        }
        Path turn = jar.resolveSibling("archive.lock");
        try (FileChannel lock = FileChannel.open(turn, StandardOpenOption.CREATE, StandardOpenOption.WRITE)) {
            lock.lock();
            if (of(jar).isEmpty()) {
                make(java, options, jar);
            }
        } catch (IOException e) {
            LOG.info("no class-data archive: {}", e.toString());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        return of(jar);
    }

    private static Path place(Path jar) {
        return jar.resolveSibling("elements-" + Runtime.version() + ".jsa");
    }

    /** Made under another name: a run that starts meanwhile must not see half of it. */
    private static void make(Path java, List<String> options, Path jar) throws IOException, InterruptedException {
        Path unfinished = Files.createTempFile(jar.getParent(), "elements-", ".jsa");
        Files.delete(unfinished);
        var command = new ArrayList<String>(List.of(java.toString()));
        command.addAll(options);
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
            Files.move(unfinished, place(jar), StandardCopyOption.REPLACE_EXISTING);
        } else {
            Files.deleteIfExists(unfinished);
            LOG.info("no class-data archive: {} ended with {}", command, process.exitValue());
        }
    }
}
