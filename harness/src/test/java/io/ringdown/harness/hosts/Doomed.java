package io.ringdown.harness.hosts;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CountDownLatch;

/** Harnesses that a test kills: programs of its own, each in a JVM of its own. */
public final class Doomed {
    private Doomed() {}

    /** Starts one. What it complains of is the test's. */
    public static Process start(Class<?> program, String... arguments) throws IOException {
        var command = new ArrayList<String>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), program.getName()));
        command.addAll(List.of(arguments));
        return new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
    }

    /** Is killed here. */
    public static void await() throws InterruptedException {
        new CountDownLatch(1).await();
    }
}
