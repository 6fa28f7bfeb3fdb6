package io.ringdown.harness.hosts;

import java.io.File;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/**
 * The start of an element's process: in a session of its own, marked in its environment, with what it prints in a log of its own. One that
 * is leashed sees its standard input end when the harness dies.
 */
final class Launch {
    /** Environment variable that a process and all that it makes are found by. */
    static final String MARK = "RINGDOWN_PROCESS";

    /** What a started process is to become. */
    enum Shape {
        PROCESS,
        /** One that is talked to by its standard input and output. */
        TALKING,
        /** One that makes others. */
        TREE
    }

    private final Path logs;
    private final LocalQuotas quotas;
    private final boolean leashed;

    /** {@code logs}: folder for what elements print. */
    Launch(Path logs, LocalQuotas quotas, boolean leashed) {
        this.logs = logs;
        this.quotas = quotas;
        this.leashed = leashed;
    }

    /** Where an element's output goes. */
    Path log(String element) {
        return logs.resolve(element + ".log");
    }

    /**
     * Starts it; does not wait for anything.
     *
     * @param mark value of {@link #MARK}
     * @throws IOException if it cannot be started; the message is one line
     */
    Process start(String element, TreeStart how, Shape shape, String mark) throws IOException {
        try {
            return builder(element, how, mark, shape).start();
        } catch (IOException e) {
            throw new IOException("cannot start " + element + ": " + e.getMessage(), e);
        }
    }

    /** setsid would find out too, but only after its start has counted as the element's. */
    void require(String element, TreeStart how) throws IOException {
        if (how.folder() != null && !Files.isDirectory(how.folder())) {
            throw new IOException("cannot start " + element + ": no folder " + how.folder());
        }
        String program = how.command().get(0);
        Path file = how.folder() == null ? Path.of(program) : how.folder().resolve(program);
        boolean there = program.contains("/")
                ? Files.isRegularFile(file) && Files.isExecutable(file)
                : Doctor.program(program).isPresent();
        if (!there) {
            throw new IOException("cannot start " + element + ": no program " + program);
        }
    }

    private ProcessBuilder builder(String element, TreeStart how, String mark, Shape shape) {
        var whole = new ArrayList<String>(List.of("setsid"));
        whole.addAll(quotas.entering(element));
        whole.addAll(how.command());
        var builder = new ProcessBuilder(whole);
        builder.environment().put(MARK, mark);
        builder.directory(how.folder() == null ? null : how.folder().toFile());
        builder.redirectErrorStream(true)
                .redirectOutput(ProcessBuilder.Redirect.appendTo(log(element).toFile()));
        if (!leashed) {
            builder.redirectInput(ProcessBuilder.Redirect.from(new File("/dev/null")));
        }
        if (shape == Shape.TALKING) {
            builder.redirectErrorStream(false)
                    .redirectError(builder.redirectOutput())
                    .redirectOutput(ProcessBuilder.Redirect.PIPE);
        }
        return builder;
    }
}
