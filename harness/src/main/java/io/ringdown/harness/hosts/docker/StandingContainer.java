package io.ringdown.harness.hosts.docker;

import com.github.dockerjava.api.DockerClient;
import com.github.dockerjava.api.async.ResultCallback;
import com.github.dockerjava.api.command.InspectContainerResponse;
import com.github.dockerjava.api.command.InspectContainerResponse.ContainerState;
import com.github.dockerjava.api.command.InspectExecResponse;
import com.github.dockerjava.api.exception.DockerException;
import com.github.dockerjava.api.model.Frame;
import com.github.dockerjava.api.model.HealthCheck;
import com.github.dockerjava.api.model.HostConfig;
import io.ringdown.faults.LinuxProcesses;
import io.ringdown.faults.Observation.State;
import io.ringdown.faults.ProcessIdentity;
import io.ringdown.faults.ProcessTree;
import io.ringdown.faults.Undo;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryIteratorException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.LockSupport;
import java.util.stream.Collectors;

/**
 * A container that is its owner's, and stood before the run. It is known by its id, so that none that was made anew under its name is touched.
 *
 * @param element which it is
 * @param name by which its owner knows it
 */
record StandingContainer(String element, DockerEngine engine, String name, String id) {
    private static final Duration DONE = Duration.ofSeconds(20);
    private static final Duration LOOK = Duration.ofSeconds(10);
    /** For it to have ended, or to run, once the engine has said that it has. */
    private static final Duration SEEN = Duration.ofSeconds(10);

    private static final Duration LASTING = Duration.ofSeconds(2);
    private static final Duration LOGS = Duration.ofSeconds(10);
    private static final long MOST_LOGS = 16 << 20;
    private static final int SHORT_ID = 12;
    /** Nobody bears it: who is of a container is told by parents and sessions. */
    static final String MARK = "RINGDOWN_CONTAINER=";

    private static final String USUAL_SIGNAL = "SIGTERM";

    /**
     * What the engine says of it.
     *
     * @param running whether its first process is there
     * @param pid of that process, on the engine's machine
     * @param startedAt tells this start of it from every other
     * @param exit its status, if it does not run
     * @param policy when the engine starts it again by itself, in Docker's words
     * @param kept whether it is still there once it has ended
     * @param onHost whether it has the engine's machine's own network stack
     * @param ownPids whether its first process adopts all orphans of its own, and nobody else's
     * @param stopSignal that its owner wants it stopped by
     */
    record Look(
            String id,
            boolean running,
            boolean paused,
            long pid,
            String startedAt,
            long exit,
            String policy,
            boolean kept,
            boolean onHost,
            boolean ownPids,
            String stopSignal) {
        private static Look of(InspectContainerResponse seen) {
            ContainerState state = seen.getState();
            HostConfig terms = seen.getHostConfig();
            String policy = terms.getRestartPolicy() == null
                    ? ""
                    : String.valueOf(terms.getRestartPolicy().getName());
            return new Look(
                    seen.getId(),
                    isTrue(state.getRunning()) && !isTrue(state.getRestarting()),
                    isTrue(state.getPaused()),
                    state.getPidLong() == null ? 0 : state.getPidLong(),
                    String.valueOf(state.getStartedAt()),
                    state.getExitCodeLong() == null ? -1 : state.getExitCodeLong(),
                    policy.isEmpty() ? "no" : policy,
                    !isTrue(terms.getAutoRemove()),
                    "host".equals(terms.getNetworkMode()),
                    terms.getPidMode() == null || terms.getPidMode().matches("|private"),
                    stopSignal(seen));
        }

        /** The client has no word for it. */
        private static String stopSignal(InspectContainerResponse seen) {
            Object named =
                    seen.getRawValues().get("Config") instanceof Map<?, ?> config ? config.get("StopSignal") : null;
            return named == null || named.toString().isEmpty() ? USUAL_SIGNAL : named.toString();
        }

        private static boolean isTrue(Boolean said) {
            return Boolean.TRUE.equals(said);
        }

        /** Its first process as this machine sees it; empty: it is another machine's, or hidden. */
        Optional<ProcessIdentity> seenHere() {
            return pid > 0 && ownPids && isIn(id, Path.of("/proc/" + pid))
                    ? LinuxProcesses.identify(pid)
                    : Optional.empty();
        }
    }

    /** Whether a process, by its folder, is in the control group of a container. */
    private static boolean isIn(String container, Path process) {
        try {
            return Files.readString(process.resolve("cgroup"), StandardCharsets.ISO_8859_1)
                    .contains(container);
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * Those in its control group, as this machine sees it, who are neither of these nor sent by the engine to see how it is (HEALTHCHECK): whoever was begun by
     * {@code docker exec}.
     */
    Set<ProcessIdentity> strangers(Collection<ProcessIdentity> those) throws IOException {
        Set<String> others = othersThan(those);
        if (others.isEmpty()) {
            return Set.of();
        }
        checks().forEach(check ->
                new ProcessTree(check, MARK + id).members().forEach(each -> others.remove(Long.toString(each.pid()))));
        return others.stream()
                .map(Long::parseLong)
                .map(LinuxProcesses::identify)
                .flatMap(Optional::stream)
                .collect(Collectors.toSet());
    }

    /** Whom the engine has sent to see how it is, as far as they are seen here. */
    private Set<ProcessIdentity> checks() throws IOException {
        return engine.ask(this + ": who sees how it is", LOOK, client -> {
            InspectContainerResponse seen = client.inspectContainerCmd(id).exec();
            HealthCheck check = seen.getConfig().getHealthcheck();
            if (check == null || check.getTest() == null || seen.getExecIds() == null) {
                return Set.of();
            }
            var checks = new HashSet<ProcessIdentity>();
            for (String exec : seen.getExecIds()) {
                InspectExecResponse begun = client.inspectExecCmd(exec).exec();
                if (begun.getPidLong() != null && isCheck(begun.getProcessConfig(), check.getTest())) {
                    LinuxProcesses.identify(begun.getPidLong()).ifPresent(checks::add);
                }
            }
            return checks;
        });
    }

    /** @param check {@code CMD} and a command, or {@code CMD-SHELL} and the last argument of a shell's */
    private static boolean isCheck(InspectExecResponse.ProcessConfig begun, List<String> check) {
        var command = new ArrayList<>(List.of(begun.getEntryPoint()));
        command.addAll(begun.getArguments());
        List<String> wanted = check.subList(Math.min(1, check.size()), check.size());
        return !wanted.isEmpty()
                && (check.get(0).equals("CMD-SHELL")
                        ? command.get(command.size() - 1).equals(wanted.get(0))
                        : command.equals(wanted));
    }

    /** Pids of those in its control group, as this machine sees it, beside these: whoever was begun by the engine is no child of its first process. */
    private Set<String> othersThan(Collection<ProcessIdentity> those) throws IOException {
        Set<String> known =
                those.stream().map(each -> Long.toString(each.pid())).collect(Collectors.toSet());
        var others = new HashSet<String>();
        try (DirectoryStream<Path> all = Files.newDirectoryStream(Path.of("/proc"), "[0-9]*")) {
            for (Path process : all) {
                String pid = process.getFileName().toString();
                if (!known.contains(pid) && isIn(id, process)) {
                    others.add(pid);
                }
            }
            return others;
        } catch (DirectoryIteratorException e) {
            throw e.getCause();
        }
    }

    /**
     * Looks a container up.
     *
     * @throws IOException if there is none of this name, or the engine cannot be asked; one line
     */
    static StandingContainer find(String element, DockerEngine engine, String name) throws IOException {
        String who = element + ": container " + name;
        Look seen = look(engine, name, who, DONE).orElseThrow(() -> new IOException(who + ": " + engine + " has none"));
        return new StandingContainer(element, engine, name, seen.id());
    }

    /** The one that an undo is about. */
    static StandingContainer of(Undo.RestoreContainer undo) {
        var engine = new DockerEngine("", undo.engine(), undo.tls() == null ? null : Path.of(undo.tls()));
        String shown = undo.container()
                .substring(0, Math.min(SHORT_ID, undo.container().length()));
        return new StandingContainer(undo.element(), engine, shown, undo.container());
    }

    /** Empty: it was removed. */
    Optional<Look> look() throws IOException {
        return look(engine, id, toString(), LOOK);
    }

    private static Optional<Look> look(DockerEngine engine, String container, String who, Duration deadline)
            throws IOException {
        return engine.find(
                        who,
                        deadline,
                        client -> client.inspectContainerCmd(container).exec())
                .map(Look::of);
    }

    void pause() throws IOException {
        engine.ask(
                this + ": pausing it",
                DONE,
                client -> client.pauseContainerCmd(id).exec());
    }

    void unpause() throws IOException {
        tell("letting it run on", client -> client.unpauseContainerCmd(id).exec(), look -> !look.paused());
    }

    /** By the engine: after that its restart policy does nothing. */
    void kill(String signal) throws IOException {
        tell(
                "sending it " + signal,
                client -> client.killContainerCmd(id).withSignal(signal).exec(),
                look -> !look.running());
    }

    /** Asks it to stop, as its owner wants it asked; nothing else follows, as it would after {@code docker stop}. */
    void terminate() throws IOException {
        kill(look().map(Look::stopSignal).orElse(USUAL_SIGNAL));
    }

    void start() throws IOException {
        tell("starting it", client -> client.startContainerCmd(id).exec(), Look::running);
    }

    private interface Wanted {
        boolean is(Look look);
    }

    /** An engine refuses what is so already. */
    private void tell(String what, DockerEngine.Question<?> question, Wanted wanted) throws IOException {
        try {
            engine.ask(this + ": " + what, DONE, question);
        } catch (IOException e) {
            if (!(e.getCause() instanceof DockerException)
                    || !look().filter(wanted::is).isPresent()) {
                throw e;
            }
        }
    }

    /** What puts it back after a fault. */
    Undo.RestoreContainer restoring(ProcessIdentity first, boolean afresh) {
        Path tls = engine.certificates();
        return new Undo.RestoreContainer(
                element, engine.address(), tls == null ? null : tls.toString(), id, first, afresh);
    }

    /**
     * Gives it back running. One that runs is left alone, and one that was removed is nobody's any more.
     *
     * @return what was done or found, one line
     * @throws IOException if it does not run; one line
     */
    String restore(Undo.RestoreContainer undo) throws IOException {
        Optional<Look> found = look();
        if (found.isEmpty()) {
            return told("removed by somebody else, so that there is none to give back");
        }
        Look seen = found.get();
        boolean frozen = seen.paused()
                || undo.process() != null
                        && LinuxProcesses.observe(element, undo.process()).state() == State.FROZEN;
        if (frozen && !seen.paused() && !undo.afresh()) {
            LinuxProcesses.resume(new ProcessTree(undo.process(), MARK + id).members());
        }
        if (seen.running() && frozen && undo.afresh()) {
            kill("SIGKILL");
            seen = await(look -> !look.running(), "killed, and still there");
        } else if (seen.running() && seen.paused()) {
            unpause();
            seen = await(look -> !look.paused(), "told to run on, and still paused");
        }
        if (!seen.running()) {
            start();
            await(Look::running, "started, and does not run");
            requireLasting();
            return told("started again");
        }
        return told("runs");
    }

    /** What was done or seen, in a line that begins with the element. */
    String told(String what) {
        return element + ": " + this + ": " + what;
    }

    /** One that cannot live, such as with a pid file that its end has left, is gone in a moment. */
    private void requireLasting() throws IOException {
        long until = System.nanoTime() + LASTING.toNanos();
        while (System.nanoTime() < until) {
            Optional<Look> seen = look();
            if (seen.isPresent() && !seen.get().running()) {
                throw new IOException(this + ": started again, and has ended with status "
                        + seen.get().exit() + "; 'docker logs' tells why");
            }
            LockSupport.parkNanos(50_000_000);
        }
    }

    private Look await(Wanted wanted, String otherwise) throws IOException {
        long deadline = System.nanoTime() + SEEN.toNanos();
        while (true) {
            Look seen = look().orElseThrow(() -> new IOException(this + ": removed by somebody else meanwhile"));
            if (wanted.is(seen)) {
                return seen;
            }
            if (System.nanoTime() > deadline) {
                throw new IOException(this + ": " + otherwise);
            }
            LockSupport.parkNanos(5_000_000);
        }
    }

    /** What the engine counts of it. */
    EngineAccount account() {
        return new EngineAccount(engine, id, toString());
    }

    /**
     * Writes what it has printed since an instant, up to 16 MiB in up to 10 s.
     *
     * @return why there may be more; empty: that is all
     */
    String logs(Path file, Instant since) {
        try (OutputStream out = Files.newOutputStream(file)) {
            var heard = new Copying(out);
            engine.ask(this + ": its logs", LOGS, client -> copy(client, heard, since));
            if (heard.left < 0) {
                out.write(("\n[ringdown: cut after " + MOST_LOGS + " bytes]\n").getBytes(StandardCharsets.US_ASCII));
                return this + ": its logs are cut after " + MOST_LOGS + " bytes";
            }
            return "";
        } catch (IOException e) {
            return e.getMessage();
        }
    }

    private Void copy(DockerClient client, Copying heard, Instant since) throws InterruptedException {
        try (heard) {
            client.logContainerCmd(id)
                    .withStdOut(true)
                    .withStdErr(true)
                    .withSince((int) since.getEpochSecond())
                    .exec(heard)
                    .awaitCompletion();
        } catch (IOException e) {
            // what was heard is kept
        }
        return null;
    }

    private static final class Copying extends ResultCallback.Adapter<Frame> {
        private final OutputStream out;
        private long left = MOST_LOGS;

        Copying(OutputStream out) {
            this.out = out;
        }

        @Override
        public void onNext(Frame frame) {
            byte[] said = frame.getPayload();
            if (left < 0) {
                return;
            }
            try {
                out.write(said, 0, (int) Math.min(said.length, left));
            } catch (IOException e) {
                onError(e);
            }
            left -= said.length;
            if (left < 0) {
                onComplete();
            }
        }
    }

    @Override
    public String toString() {
        return "container " + name;
    }
}
