package io.ringdown.harness.cli;

import io.ringdown.harness.hosts.Doctor;
import java.util.List;
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
        return new Options();
    }

    @Override
    public int run(CommandLine line, List<String> arguments) {
        List<Doctor.Finding> findings = Doctor.examine();
        for (Doctor.Finding finding : findings) {
            System.out.println(finding.line());
        }
        boolean able = findings.stream().noneMatch(finding -> finding.needed() && !finding.good());
        System.out.println(able ? "This host can run the local plans." : "This host cannot run the local plans yet.");
        return able ? Exit.PASS : Exit.FAIL;
    }
}
