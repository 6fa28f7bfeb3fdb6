package io.ringdown.workloads.calls;

import io.ringdown.record.Caller;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** A user and a password, which is fetched from where the plan says and told nobody but load hosts, on their standard input. */
public final class Credentials {
    private final String user;
    private final String password;

    private Credentials(String user, String password) {
        this.user = user;
        this.password = password;
    }

    /**
     * Fetches what a plan refers to.
     *
     * @param reference may be null, and so is the result then
     * @throws IllegalArgumentException with one line for the plan's author, if there is no password
     */
    public static Credentials of(Caller.Credentials reference) {
        if (reference == null) {
            return null;
        }
        String password = reference.passwordVariable() != null
                ? System.getenv(reference.passwordVariable())
                : firstLine(reference.passwordFile());
        if (password == null || password.isEmpty()) {
            throw new IllegalArgumentException(
                    reference.passwordVariable() != null
                            ? "workload.credentials.password-variable: the environment has no variable "
                                    + reference.passwordVariable()
                            : "workload.credentials.password-file: no password in " + reference.passwordFile());
        }
        return new Credentials(reference.user(), password);
    }

    /** What {@link #told} gave, of the same user; nothing: there is no password. */
    public static Credentials told(Caller.Credentials reference, Optional<String> password) {
        return password.map(its -> new Credentials(reference.user(), its)).orElse(null);
    }

    /** The password that a plan refers to, for a load host, which may be where it is not. */
    public static Optional<String> told(Caller.Credentials reference) {
        return Optional.ofNullable(of(reference)).map(Credentials::password);
    }

    private static String firstLine(String file) {
        try (var lines = Files.lines(Path.of(file))) {
            return lines.findFirst().orElse("");
        } catch (IOException | java.io.UncheckedIOException e) {
            throw new IllegalArgumentException("workload.credentials.password-file: cannot be read: " + file);
        }
    }

    String user() {
        return user;
    }

    String password() {
        return password;
    }

    /** Tells no password. */
    @Override
    public String toString() {
        return "credentials of " + user;
    }
}
