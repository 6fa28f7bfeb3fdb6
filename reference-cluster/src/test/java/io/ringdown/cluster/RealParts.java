package io.ringdown.cluster;

import static org.junit.jupiter.api.Assertions.fail;
import static org.junit.jupiter.api.Assumptions.abort;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;

/** Programs that tests need beside Java. */
final class RealParts {
    private RealParts() {}

    /** Skips the test where a program is missing, or fails it where it is required. */
    static void need(String program, String debianPackage) {
        boolean found = Arrays.stream(System.getenv("PATH").split(":"))
                .anyMatch(path -> Files.isExecutable(Path.of(path, program)));
        need(found, program + " is not installed (apt-get install " + debianPackage + ")");
    }

    /** Skips the test of what only root may do, or fails it where it is required. */
    static void needRoot() {
        need("root".equals(System.getProperty("user.name")), "only root may do this");
    }

    private static void need(boolean there, String otherwise) {
        if (!there && "1".equals(System.getenv("RINGDOWN_REQUIRE_REAL"))) {
            fail(otherwise);
        } else if (!there) {
            abort(otherwise);
        }
    }
}
