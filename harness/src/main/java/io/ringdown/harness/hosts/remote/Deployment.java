package io.ringdown.harness.hosts.remote;

import com.fasterxml.jackson.annotation.JsonTypeInfo;
import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import io.ringdown.faults.Ledger;
import io.ringdown.harness.hosts.ClassDataArchive;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Target;
import io.ringdown.record.Topology;
import io.ringdown.workloads.sip.HostDrops;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.net.URISyntaxException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.List;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Stream;
import java.util.zip.Deflater;
import java.util.zip.ZipEntry;
import java.util.zip.ZipFile;
import java.util.zip.ZipOutputStream;
import org.HdrHistogram.Histogram;
import org.slf4j.Logger;

/** What a host needs to have: the agent's jar, which load hosts are started from as well, and the cluster's, each put there once, in a folder that is named by its content. */
final class Deployment {
    static final String AGENT = "agent.jar";
    static final String CLUSTER = "cluster.jar";

    /** For some megabytes, and a slow line. */
    private static final Duration UPLOAD = Duration.ofMinutes(5);

    private static final Duration LOOK = Duration.ofSeconds(20);

    /** One class of everything that an agent, or a load host, is made of. */
    private static final List<Class<?>> PARTS = List.of(
            Agent.class,
            Ledger.class,
            Topology.class,
            HostDrops.class,
            ObjectMapper.class,
            JsonFactory.class,
            JsonTypeInfo.class,
            JavaTimeModule.class,
            Histogram.class,
            Logger.class);

    private Deployment() {}

    /** Makes sure that a host has a file; its name there. */
    static String deploy(Reach reach, Path file, String folder, String name) throws IOException {
        String place = place(file, folder, name);
        if (reach.run(List.of("test", "-f", place), LOOK).status() != 0) {
            reach.put(file, place.substring(0, place.lastIndexOf('/')), name, UPLOAD);
        }
        return place;
    }

    /** Where a file belongs on a host. */
    static String place(Path file, String folder, String name) {
        return folder + "/lib/" + digest(file).substring(0, 16) + "/" + name;
    }

    /** The command of a link to the agent of a folder. */
    static Function<AgentLink.Mode, List<String>> link(Target target, String jar, String folder, Duration lease) {
        return mode -> List.of(
                target.java(),
                "-Xshare:auto",
                "-XX:TieredStopAtLevel=1",
                "-XX:+UseSerialGC",
                "-Xmx32m",
                "-cp",
                jar,
                AgentLink.class.getName(),
                folder,
                Long.toString(lease.toMillis()),
                mode.name());
    }

    /** The command that makes the cluster's class-data archive beside its jar. */
    static List<String> archive(Target target, String agentJar, String cluster, List<String> options) {
        var command =
                new ArrayList<>(List.of(target.java(), "-cp", agentJar, ClassDataArchive.class.getName(), cluster));
        command.addAll(options);
        return command;
    }

    /** All that an agent is made of, in one jar; the same bytes from the same build. Whoever asks deletes it. */
    static Path agentJar() throws IOException {
        Path jar = Files.createTempFile("ringdown-agent", ".jar");
        Set<String> taken = new HashSet<>();
        try (var out = new ZipOutputStream(Files.newOutputStream(jar))) {
            out.setLevel(Deflater.BEST_SPEED);
            for (Class<?> part : PARTS) {
                Path source = source(part);
                if (Files.isDirectory(source)) {
                    addFolder(out, source, taken);
                } else {
                    addJar(out, source, taken);
                }
            }
        }
        return jar;
    }

    private static void addFolder(ZipOutputStream out, Path folder, Set<String> taken) throws IOException {
        List<Path> files;
        try (Stream<Path> all = Files.walk(folder)) {
            files = all.filter(Files::isRegularFile).sorted().toList();
        }
        for (Path file : files) {
            try (InputStream content = Files.newInputStream(file)) {
                add(out, folder.relativize(file).toString(), content, taken);
            }
        }
    }

    private static void addJar(ZipOutputStream out, Path jar, Set<String> taken) throws IOException {
        try (var zip = new ZipFile(jar.toFile())) {
            var entries = new ArrayList<ZipEntry>();
            zip.stream().filter(entry -> !entry.isDirectory()).forEach(entries::add);
            for (ZipEntry entry : entries) {
                try (InputStream content = zip.getInputStream(entry)) {
                    add(out, entry.getName(), content, taken);
                }
            }
        }
    }

    private static void add(ZipOutputStream out, String name, InputStream content, Set<String> taken)
            throws IOException {
        if (name.endsWith("module-info.class") || !taken.add(name)) {
            return;
        }
        var entry = new ZipEntry(name);
        entry.setTime(0);
        out.putNextEntry(entry);
        content.transferTo(out);
        out.closeEntry();
    }

    private static Path source(Class<?> part) {
        try {
            return Path.of(
                    part.getProtectionDomain().getCodeSource().getLocation().toURI());
        } catch (URISyntaxException e) {
            throw new IllegalStateException("cannot tell where Ringdown is installed", e);
        }
    }

    private static String digest(Path file) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file));
            return HexFormat.of().formatHex(digest);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
