package io.ringdown.harness.hosts.docker;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.abort;

import io.ringdown.harness.hosts.Doctor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/** Signs certificates for TLS with an engine: its own, and those of who may ask it. Made by {@code openssl}, as people make them. */
public final class Authority {
    private static final List<String> REQUEST = List.of(
            "openssl", "req", "-x509", "-days", "2", "-nodes", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256");

    private final Path folder;

    private Authority(Path folder) {
        this.folder = folder;
    }

    /** Skips the test where there is no {@code openssl}, unless real components are required. */
    public static Authority in(Path folder) throws IOException, InterruptedException {
        if (Doctor.program("openssl").isEmpty()) {
            skip("no openssl: apt-get install openssl");
        }
        make(Files.createDirectories(folder), "ca.pem", "ca-key.pem", "-subj", "/CN=authority");
        return new Authority(folder);
    }

    static void skip(String reason) {
        assertThat(System.getenv("RINGDOWN_REQUIRE_REAL")).as(reason).isNotEqualTo("1");
        abort(reason);
    }

    /**
     * Signs one.
     *
     * @param to the folder where {@code ca.pem}, {@code cert.pem} and {@code key.pem} are written
     * @param address of the engine whose it is; empty: it is one's who asks
     */
    public Path sign(Path to, String address) throws IOException, InterruptedException {
        String usage = address.isEmpty() ? "clientAuth" : "serverAuth";
        var how = new ArrayList<>(List.of(
                "-subj",
                "/CN=" + usage,
                "-CA",
                folder.resolve("ca.pem").toString(),
                "-CAkey",
                folder.resolve("ca-key.pem").toString(),
                "-addext",
                "extendedKeyUsage=" + usage));
        if (!address.isEmpty()) {
            how.addAll(List.of("-addext", "subjectAltName=IP:" + address));
        }
        make(Files.createDirectories(to), "cert.pem", "key.pem", how.toArray(String[]::new));
        Files.copy(folder.resolve("ca.pem"), to.resolve("ca.pem"));
        return to;
    }

    private static void make(Path to, String certificate, String key, String... how)
            throws IOException, InterruptedException {
        var command = new ArrayList<>(REQUEST);
        command.addAll(List.of(
                "-out",
                to.resolve(certificate).toString(),
                "-keyout",
                to.resolve(key).toString()));
        command.addAll(List.of(how));
        Path said = to.resolve("openssl.txt");
        Process openssl = new ProcessBuilder(command)
                .redirectErrorStream(true)
                .redirectOutput(said.toFile())
                .start();
        assertThat(openssl.waitFor()).as(() -> "openssl: see " + said).isZero();
    }
}
