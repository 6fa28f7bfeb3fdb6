package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.hosts.Doctor;
import io.ringdown.harness.hosts.ssh.Sshd;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;
import org.junit.jupiter.api.io.CleanupMode;
import org.junit.jupiter.api.io.TempDir;

/** Inventories that say {@code sudo: true} of hosts where it is granted, denied or absent: each host behind a real {@code sshd} with programs of its own. */
class RefusedSudoIT {
    private static final String GRANTS = "#!/bin/sh\nshift\nexec \"$@\"\n";
    private static final String DENIES = "#!/bin/sh\necho 'sudo: a password is required' >&2\nexit 1\n";

    @TempDir(cleanup = CleanupMode.ON_SUCCESS)
    private Path folder;

    @RegisterExtension
    final Said said = new Said();

    private Sshd sshd;
    private Path there;
    private Path inventory;

    @BeforeEach
    void hosts() throws Exception {
        sshd = Sshd.start(folder, "127.39.1.1", "127.39.1.2", "127.39.2.1", "127.39.2.2");
        there = Sshd.kept(Sshd.OF_RUNS);
        inventory = sshd.inventory(there, "4s");
        Files.writeString(inventory, Files.readString(inventory).replace("known_hosts}", "known_hosts, sudo: true}"));
    }

    @AfterEach
    void end() {
        if (sshd != null) {
            sshd.close();
        }
    }

    @Test
    void theDoctorTellsWhereItIsDeniedAndWhereItIsNot() throws Exception {
        sshd.configure(
                "Match LocalAddress 127.39.1.2",
                Sshd.environment("PATH=" + with("denying", DENIES)),
                "Match LocalAddress 127.39.2.1",
                Sshd.environment("PATH=" + without()),
                "Match all",
                Sshd.environment("PATH=" + with("granting", GRANTS)));

        assertThat(Ringdown.run(List.of("doctor", "--hosts", inventory.toString())))
                .isEqualTo(Exit.FAIL);

        assertThat(said())
                .anyMatch(line -> line.matches("127.39.1.1: ok +sudo +works"))
                .anyMatch(line -> line.matches("127.39.1.2: MISSING +sudo +sudo: a password is required +->  "
                        + "as root there, allow it without a password, or take sudo: true away"))
                .anyMatch(line -> line.matches("127.39.2.1: MISSING +sudo +.*not found +->  "
                        + "apt-get install sudo there and allow it without a password, or take sudo: true away"))
                .filteredOn(line -> line.contains("MISSING"))
                .hasSize(2);
    }

    @Test
    void aRunEndsBeforeAnythingIsStartedAndLeavesNothing() throws Exception {
        sshd.configure(
                "Match LocalAddress 127.39.2.1",
                Sshd.environment("PATH=" + with("denying", DENIES)),
                "Match all",
                Sshd.environment("PATH=" + with("granting", GRANTS)));
        Path plan = ShortPlan.onTwoMachines("denied", "depth: transactions", "250ms", "4s", "expect: AL4")
                .write(folder);

        int status = Ringdown.run(
                List.of("run", plan.toString(), "--runs", folder.toString(), "--hosts", inventory.toString()));

        assertThat(status).isEqualTo(Exit.HARNESS_FAILED);
        assertThat(said())
                .anyMatch(line ->
                        line.matches("ringdown: 127.39.2.1 \\(.*\\): sudo: a password is required; as root there,"
                                + " allow it without a password, or take sudo: true away"))
                .anyMatch(line -> line.contains("INCONCLUSIVE"))
                .noneMatch(line -> line.contains("\tat "));
        assertThat(there.resolve("runs")).isEmptyDirectory();
        String run = RunFolders.below(folder).get(0).path().toString();
        said.reset();
        assertThat(Ringdown.run(List.of("heal", run))).isEqualTo(Exit.PASS);
        assertThat(said()).anyMatch(line -> line.endsWith("nothing to undo"));
        assertThat(Ringdown.run(List.of("check", run))).isEqualTo(Exit.INCONCLUSIVE);
    }

    private List<String> said() {
        return said.text().lines().toList();
    }

    /** What hosts are to find on their paths: all of this machine's, after a sudo of their own. */
    private String with(String name, String sudo) throws IOException {
        script(name, "sudo", sudo);
        return folder.resolve(name) + ":/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin";
    }

    /** What the doctor asks for, and no sudo. */
    private String without() throws IOException {
        for (String program : List.of("bash", "java", "setsid", "date")) {
            Path place = Doctor.program(program).orElseThrow();
            script("without", program, "#!/bin/sh\nexec " + place + " \"$@\"\n");
        }
        return folder.resolve("without").toString();
    }

    private void script(String name, String program, String text) throws IOException {
        Path programs = Files.createDirectories(folder.resolve(name));
        Files.setPosixFilePermissions(
                Files.writeString(programs.resolve(program), text), PosixFilePermissions.fromString("rwxr-xr-x"));
    }
}
