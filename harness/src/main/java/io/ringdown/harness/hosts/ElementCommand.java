package io.ringdown.harness.hosts;

import java.io.File;
import java.io.IOException;
import java.lang.ProcessBuilder.Redirect;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;

/** A command of a topology file that asks an element something: it has a deadline, and is killed at it. */
final class ElementCommand implements AutoCloseable {
    private static final File NOTHING = new File("/dev/null");
    private static final Set<String> NO_SECRETS = Set.of("PATH", "HOME", "LANG", "LC_ALL", "TZ");

    private final Process process;

    private ElementCommand(Process process) {
        this.process = process;
    }

    /**
     * Asks an element, and waits for what it says.
     *
     * @param output has a folder for each element
     * @throws IOException if the command cannot be started; one line
     */
    static Optional<String> answer(ElementQuestion question, Path output) throws IOException, InterruptedException {
        Path told = question.what().isEmpty()
                ? null
                : Files.createDirectories(output.resolve(question.element())).resolve(question.what());
        var builder = new ProcessBuilder(question.command()).redirectError(Redirect.DISCARD);
        try (ElementCommand command = start(builder, question.folder(), told)) {
            if (!command.succeeds(question.patience())) {
                return Optional.empty();
            }
            return Optional.of(told == null ? "" : Files.readString(told, StandardCharsets.ISO_8859_1));
        }
    }

    /**
     * Starts one whose output is kept, errors included: it knows nothing of the harness's environment that could be secret.
     *
     * @param folder where it works
     * @param output where it prints to
     * @throws IOException if it cannot be started; one line
     */
    static ElementCommand startWithoutSecrets(List<String> command, Path folder, Path output) throws IOException {
        var builder = new ProcessBuilder(command).redirectErrorStream(true);
        builder.environment().keySet().retainAll(NO_SECRETS);
        return start(builder, folder, output);
    }

    private static ElementCommand start(ProcessBuilder builder, Path folder, Path output) throws IOException {
        Process process = builder.directory(folder.toFile())
                .redirectInput(Redirect.from(NOTHING))
                .redirectOutput(output == null ? Redirect.DISCARD : Redirect.to(output.toFile()))
                .start();
        return new ElementCommand(process);
    }

    boolean hasEnded() {
        return !process.isAlive();
    }

    /** Whether it ends in time, with status 0. */
    boolean succeeds(Duration deadline) throws InterruptedException {
        return process.waitFor(deadline.toMillis(), TimeUnit.MILLISECONDS) && process.exitValue() == 0;
    }

    /** With what it has made, as far as that is still its own. */
    @Override
    public void close() {
        process.descendants().forEach(ProcessHandle::destroyForcibly);
        process.destroyForcibly();
    }
}
