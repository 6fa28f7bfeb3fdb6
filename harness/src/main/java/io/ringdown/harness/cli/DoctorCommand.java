package io.ringdown.harness.cli;

import io.ringdown.harness.calibration.Calibrating;
import io.ringdown.harness.calibration.KeptCalibration;
import io.ringdown.harness.cluster.Installation;
import io.ringdown.harness.hosts.Doctor;
import io.ringdown.harness.hosts.Target;
import io.ringdown.harness.hosts.remote.HostsDoctor;
import io.ringdown.harness.hosts.remote.Inventory;
import io.ringdown.harness.plan.DescribedCluster;
import io.ringdown.harness.plan.DescriptionReader;
import io.ringdown.harness.plan.InventoryReader;
import io.ringdown.record.Calibration;
import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.apache.commons.cli.CommandLine;
import org.apache.commons.cli.Options;

/** {@code ringdown doctor}: what this host can and cannot do. */
final class DoctorCommand implements Command {
    @Override
    public String name() {
        return "doctor";
    }

    @Override
    public String arguments() {
        return "";
    }

    @Override
    public String summary() {
        return "tell what this host can and cannot do, and what to install";
    }

    @Override
    public Options options() {
        return new Options()
                .addOption(Flag.of("calibrate", "measure now what the generator can do by itself, and keep it"))
                .addOption(Flag.of("hosts", "FILE", "examine the hosts of an inventory by SSH instead"))
                .addOption(Flag.of("topology", "FILE", "examine the containers of a cluster of yours instead"));
    }

    @Override
    public int run(CommandLine line, List<String> arguments) throws IOException, InterruptedException {
        UsageException.refuse(arguments);
        if (Stream.of("hosts", "calibrate", "topology").filter(line::hasOption).count() > 1) {
            throw new UsageException(
                    "expected --calibrate, which is about this machine, or --hosts, or --topology, and no two of them");
        }
        if (line.hasOption("hosts")) {
            return inventory(Path.of(line.getOptionValue("hosts")));
        }
        if (line.hasOption("topology")) {
            return containers(Path.of(line.getOptionValue("topology")));
        }
        List<Doctor.Finding> findings = Doctor.examine();
        for (Doctor.Finding finding : findings) {
            System.out.println(finding.line());
        }
        ceiling(line.hasOption("calibrate"));
        boolean able = findings.stream().noneMatch(finding -> finding.needed() && !finding.good());
        System.out.println(able ? "This host can run the local plans." : "This host cannot run the local plans yet.");
        return able ? Exit.PASS : Exit.FAIL;
    }

    private static int inventory(Path file) throws IOException {
        Inventory inventory = InventoryReader.read(file);
        if (inventory.docker() != null) {
            List<Doctor.Finding> engines = inventory.docker().examine();
            engines.forEach(engine -> System.out.println(engine.line()));
            return engines.stream().allMatch(found -> found.good() || !found.needed()) ? Exit.PASS : Exit.FAIL;
        }
        List<Target> targets = inventory.targets();
        List<List<Doctor.Finding>> examined = HostsDoctor.examine(targets);
        boolean able = true;
        for (int host = 0; host < targets.size(); host++) {
            for (Doctor.Finding finding : examined.get(host)) {
                System.out.println(targets.get(host).name() + ": " + finding.line());
                able &= finding.good() || !finding.needed();
            }
        }
        System.out.println(able ? "All hosts can be reached and have what is needed." : "Some hosts lack something.");
        return able ? Exit.PASS : Exit.FAIL;
    }

    private static int containers(Path file) {
        DescribedCluster described = DescriptionReader.read(file);
        if (described.contained().isEmpty()) {
            throw new UsageException(file + ": no machine is a container: 'container' of a machine");
        }
        List<Doctor.Finding> findings = described.standing().examine();
        findings.forEach(finding -> System.out.println(finding.line()));
        boolean able = findings.stream().allMatch(Doctor.Finding::good);
        System.out.println(able ? "All containers stand." : "Some containers cannot be used.");
        return able ? Exit.PASS : Exit.FAIL;
    }

    /** RFC 7502 section 6.1: what the generator does without a cluster. */
    private static void ceiling(boolean now) throws IOException, InterruptedException {
        Optional<KeptCalibration> kept = kept();
        Optional<Calibration> calibration = kept.flatMap(KeptCalibration::stillGood);
        if (now) {
            calibration =
                    Optional.of(kept.isPresent() ? kept.get().renewed(Calibrating::measure) : Calibrating.measure());
        }
        System.out.println(calibration
                .map(DoctorCommand::words)
                .orElse("absent   generator's ceiling    not measured yet  ->  ringdown doctor --calibrate, or"
                        + " the next run"));
    }

    /** Empty before the first build: there is no place for it yet. */
    private static Optional<KeptCalibration> kept() {
        try {
            return Optional.of(new KeptCalibration(Installation.locate().calibration()));
        } catch (IllegalStateException e) {
            return Optional.empty();
        }
    }

    private static String words(Calibration calibration) {
        return String.format(
                Locale.ROOT,
                "ok       generator's ceiling    %,d sessions/s, lateness p99 %.1f ms (at half of it %.1f ms),"
                        + " measured %s",
                calibration.ceiling(),
                calibration.latenessP99Nanos() / 1e6,
                calibration.halfLatenessP99Nanos() / 1e6,
                Instant.ofEpochSecond(calibration.measuredEpochMicros() / 1_000_000));
    }
}
