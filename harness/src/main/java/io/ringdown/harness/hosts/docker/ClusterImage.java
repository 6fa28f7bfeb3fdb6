package io.ringdown.harness.hosts.docker;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.command.BuildImageResultCallback;
import com.github.dockerjava.api.command.PullImageResultCallback;
import com.github.dockerjava.api.model.HostConfig;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.Comparator;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Stream;

/** The image of a cluster's containers: a base, the parts, and what is made of them. Made once an engine, and called by the digest of all that. */
final class ClusterImage {
    private static final String REPOSITORY = "ringdown";
    private static final String NO_BASE = "scratch";
    private static final Duration DONE = Duration.ofSeconds(60);
    /** For some megabytes, or a base of some hundred, and a slow line. */
    private static final Duration FETCHED = Duration.ofMinutes(5);

    private final Containers containers;
    private final DockerEngine engine;

    private final String maker;

    /** @param maker container that it is prepared in, if it has to be made; no other is called so */
    ClusterImage(Containers containers, DockerEngine engine, String maker) {
        this.containers = containers;
        this.engine = engine;
        this.maker = maker;
    }

    /**
     * Makes sure that it is there.
     *
     * @param parts files by their places, which tell what is in them
     * @param preparing a command that is run in it
     * @return its name
     */
    String with(Map<String, Path> parts, List<String> preparing) throws IOException {
        // Of several containers that want it one makes it.
        synchronized (engine) {
            String tag = digest(List.of(
                    base(),
                    recipe().toString(),
                    containers.root().toString(),
                    new TreeMap<>(parts).keySet().toString(),
                    preparing.toString()));
            String name = REPOSITORY + ":" + tag;
            if (!isThere(name)) {
                make(name, tag, parts, preparing);
            }
            return name;
        }
    }

    private void make(String name, String tag, Map<String, Path> parts, List<String> preparing) throws IOException {
        String bare = engine.ask("image " + name + ": building it", FETCHED, client -> build(client, parts));
        try {
            engine.ask("image " + name + ": preparing it", FETCHED, client -> {
                prepare(client, bare, preparing);
                return client.commitCmd(maker)
                        .withRepository(REPOSITORY)
                        .withTag(tag)
                        .exec();
            });
        } finally {
            clear();
        }
    }

    /** In a container as those of the cluster will be: what an image without a base has not got is seen only there. */
    private void prepare(DockerClient client, String image, List<String> command) {
        client.createContainerCmd(image)
                .withName(maker)
                .withLabels(Map.of(Containers.LABEL, ""))
                .withHostConfig(
                        HostConfig.newHostConfig().withNetworkMode("none").withBinds(containers.binds()))
                .withCmd(command)
                .exec();
        client.startContainerCmd(maker).exec();
        int status = client.waitContainerCmd(maker).start().awaitStatusCode();
        if (status != 0) {
            throw new IllegalStateException(command.get(0) + " ends there with status " + status);
        }
    }

    /** Nothing that was to make it is left; a second time does nothing. */
    void clear() throws IOException {
        engine.find(
                "container " + maker + ": removing it",
                DONE,
                client -> client.removeContainerCmd(maker).withForce(true).exec());
    }

    private boolean isThere(String image) throws IOException {
        return engine.find(
                        "image " + image,
                        DONE,
                        client -> client.inspectImageCmd(image).exec())
                .isPresent();
    }

    /** The base's own digest; fetched, if the engine has not got it. */
    private String base() throws IOException {
        String base = containers.base();
        if (base.isEmpty()) {
            return NO_BASE;
        }
        if (!isThere(base)) {
            engine.ask(
                    "image " + base + " is not there and cannot be fetched",
                    FETCHED,
                    client -> client.pullImageCmd(base)
                            .exec(new PullImageResultCallback())
                            .awaitCompletion());
        }
        return engine.ask(
                "image " + base,
                DONE,
                client -> client.inspectImageCmd(base).exec().getId());
    }

    private String build(DockerClient client, Map<String, Path> parts) throws IOException {
        Path context = Files.createTempDirectory("ringdown-image");
        try {
            for (var part : parts.entrySet()) {
                Path place = context.resolve("." + part.getKey());
                Files.createDirectories(place.getParent());
                Files.copy(part.getValue(), place);
            }
            Files.write(context.resolve("Dockerfile"), recipe());
            return client.buildImageCmd(context.toFile())
                    .exec(new BuildImageResultCallback())
                    .awaitImageId();
        } finally {
            delete(context);
        }
    }

    private List<String> recipe() {
        return List.of(
                "FROM " + (containers.base().isEmpty() ? NO_BASE : containers.base()),
                "LABEL " + Containers.LABEL + "=",
                "COPY ." + Containers.FOLDER + " " + Containers.FOLDER + "/",
                // Makes the folder, which Java writes to, where there is no base.
                "WORKDIR /tmp",
                "WORKDIR /");
    }

    private static void delete(Path folder) throws IOException {
        try (Stream<Path> all = Files.walk(folder)) {
            for (Path each : all.sorted(Comparator.reverseOrder()).toList()) {
                Files.delete(each);
            }
        }
    }

    private static String digest(List<String> ingredients) {
        try {
            byte[] digest = MessageDigest.getInstance("SHA-256")
                    .digest(String.join("\n", ingredients).getBytes(UTF_8));
            return HexFormat.of().formatHex(digest).substring(0, 16);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }
}
