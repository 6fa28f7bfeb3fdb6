package io.ringdown.harness.cli;

import io.ringdown.harness.calibration.Calibrating;
import io.ringdown.harness.calibration.KeptCalibration;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.Host;
import io.ringdown.harness.hosts.LocalHost;
import io.ringdown.harness.hosts.remote.RemoteHost;
import io.ringdown.harness.plan.InvalidPlanException;
import io.ringdown.harness.run.Interruption;
import io.ringdown.harness.run.Progress;
import io.ringdown.harness.run.Readiness;
import io.ringdown.harness.run.Resolution;
import io.ringdown.harness.run.Run;
import io.ringdown.judge.verdict.Verdict;
import io.ringdown.record.Calibration;
import io.ringdown.record.Complaint;
import io.ringdown.record.Provenance;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent.Ending;
import io.ringdown.record.RunFolder;
import io.ringdown.workloads.calls.Credentials;
import java.io.IOException;
import java.io.PrintStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.LocalDateTime;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code ringdown run}: the main job. */
final class RunCommand implements Command {
    private static final DateTimeFormatter STAMP = DateTimeFormatter.ofPattern("yyyyMMdd-HHmmss.SSS");

    @Override
    public String name() {
        return "run";
    }

    @Override
    public String arguments() {
        return "PLAN";
    }

    @Override
    public String summary() {
        return "strike a cluster as a plan says, and judge it";
    }

    @Override
    public Options options() {
        return PlanArguments.options()
                .addOption(Flag.of("runs", "DIR", "where run folders are made (default: runs)"))
                .addOption(Flag.of("json", "print the verdict as JSON, and progress to standard error"));
    }

    @Override
    public int run(CommandLine line, List<String> arguments) throws IOException {
        List<Resolution> resolutions = PlanArguments.resolve(line, arguments);
        for (Resolution resolution : resolutions) {
            try {
                Credentials.of(resolution.plan().workload().caller().credentials());
            } catch (IllegalArgumentException e) {
                throw new InvalidPlanException(resolution.plan().name() + ": " + e.getMessage());
            }
        }
        Readiness.check(resolutions);
        Path runs = Path.of(line.getOptionValue("runs", "runs"));
        if (Files.exists(runs) && !Files.isDirectory(runs)) {
            throw new UsageException("--runs: " + runs + ": not a directory");
        }
        Files.createDirectories(runs);
        boolean json = line.hasOption("json");
        var installation = Installation.locate().withArchive();
        Optional<Calibration> calibration = calibration(installation, json ? System.err : System.out);
        int status = Exit.PASS;
        for (Resolution resolution : resolutions) {
            var command = new ArrayList<>(List.of("run"));
            command.addAll(List.of("--seed", Long.toString(resolution.plan().seed())));
            command.addAll(arguments);
            status = Exit.worst(status, one(resolution, installation, calibration, runs, command, json));
        }
        return status;
    }

    private static Optional<Calibration> calibration(Installation installation, PrintStream out) {
        return new KeptCalibration(installation.calibration()).orMeasured(() -> {
            out.println("calibrating the generator, which takes some seconds and is done once a week");
            return Calibrating.measure();
        });
    }

    /** A run that cannot even be made or judged must not hide what an earlier one of the plan has witnessed. */
    private static int one(
            Resolution resolution,
            Installation installation,
            Optional<Calibration> calibration,
            Path runs,
            List<String> command,
            boolean json) {
        try {
            return lived(resolution, installation, calibration, runs, command, json);
        } catch (IOException | UncheckedIOException e) {
            System.err.println("ringdown: " + Complaint.of(e));
            return Exit.HARNESS_FAILED;
        }
    }

    private static int lived(
            Resolution resolution,
            Installation installation,
            Optional<Calibration> calibration,
            Path runs,
            List<String> command,
            boolean json)
            throws IOException {
        String name = resolution.plan().name();
        RunFolder folder = RunFolder.create(runs.resolve(name).resolve(STAMP.format(LocalDateTime.now())));
        RunClock clock = RunClock.startingNow();
        PrintStream out = json ? System.err : System.out;
        out.println(name + ", seed " + resolution.plan().seed() + ", in " + folder.path());
        var run = new Run(
                folder,
                resolution,
                provenance(clock, command),
                clock,
                installation,
                hosting(resolution, installation),
                calibration,
                new Progress(out, System.console() != null));
        var interruption = new Interruption(run::endEarly);
        try {
            Ending ending = live(run, folder);
            Verdict verdict = Judgement.pass(folder);
            Judgement.print(verdict, folder, json);
            return Exit.of(ending, verdict.conclusion());
        } finally {
            interruption.close();
        }
    }

    private static Host.Opening hosting(Resolution resolution, Installation installation) {
        if (resolution.placement() == null) {
            return resolution.described() != null
                            && !resolution.described().contained().isEmpty()
                    ? resolution.described().standing().opening()
                    : LocalHost::leashed;
        }
        return resolution.described() != null
                ? RemoteHost.opening(resolution.placement(), resolution.topology())
                : RemoteHost.opening(
                        resolution.placement(), resolution.topology(), installation.jar(), Installation.OPTIONS);
    }

    /** A folder that could not be written to the end is judged as far as it goes. */
    private static Ending live(Run run, RunFolder folder) throws IOException {
        try {
            return run.live();
        } catch (IOException | UncheckedIOException e) {
            if (!Files.exists(folder.provenance())) {
                throw e;
            }
            System.err.println("ringdown: " + Complaint.of(e));
            return Ending.HARNESS_FAILED;
        }
    }

    static Provenance provenance(RunClock clock, List<String> command) {
        String version = RunCommand.class.getPackage().getImplementationVersion();
        return new Provenance(
                Provenance.FORMAT,
                version == null ? "unreleased" : version,
                clock.toEpochMicros(0),
                Runtime.version().toString(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                Runtime.getRuntime().availableProcessors(),
                command);
    }
}
