package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.faults.ControlGroups.Quota;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** What is read from and written to the kernel's files, in folders that look like them. {@link ControlGroupsIT} has the kernel's own. */
class ControlGroupsTest {
    @TempDir
    Path folder;

    @Test
    void aQuotaIsAsFineAsTheKernelAllows() {
        assertThat(Quota.of(0.25)).isEqualTo(new Quota(2_500, 10_000));
        assertThat(Quota.of(1.5)).isEqualTo(new Quota(15_000, 10_000));
        assertThat(Quota.of(0.02)).as("1 ms is the least").isEqualTo(new Quota(1_000, 50_000));
    }

    @Test
    void findsTheHierarchyThatHasTheProcessors() throws IOException {
        assertThat(ControlGroups.find("proc /proc proc rw 0 0\n")).isEmpty();
        Files.writeString(folder.resolve("cgroup.controllers"), "cpuset io memory\n");
        assertThat(ControlGroups.find(unified()))
                .as("version 2 without processors")
                .isEmpty();
        Files.writeString(folder.resolve("cgroup.controllers"), "cpuset cpu io memory\n");
        assertThat(ControlGroups.find(unified())).isPresent();

        var first = ControlGroups.find(unified() + "cgroup /sys/fs/cgroup/cpuset cgroup rw,cpuset 0 0\n"
                + "cgroup /sys/fs/cgroup/cpu,cpuacct cgroup rw,relatime,cpu,cpuacct 0 0\n");
        assertThat(first.orElseThrow().place("x")).isEqualTo(Path.of("/sys/fs/cgroup/cpu,cpuacct/ringdown-x"));
    }

    /** A group's own quota and those above it, in the words of either version; there is no file at the root. */
    @Test
    void addsUpWhatQuotasWithheld() throws IOException {
        Path own = Files.createDirectories(folder.resolve("outer/inner"));
        Files.writeString(own.resolve("cpu.stat"), "nr_periods 9\nnr_throttled 4\nthrottled_time 5000\n");
        Files.writeString(own.resolveSibling("cpu.stat"), "usage_usec 7\nthrottled_usec 3\n");

        assertThat(new ControlGroup(folder, own, false).withheld()).isEqualTo(8_000);
        assertThat(new ControlGroup(folder, folder, false).withheld()).isZero();
    }

    @Test
    void saysWhatIsMissingInVersionTwo() throws IOException {
        Files.writeString(folder.resolve("cgroup.controllers"), "cpu\n");
        Files.writeString(folder.resolve("cgroup.subtree_control"), "memory\n");
        ControlGroups groups = ControlGroups.find(unified()).orElseThrow();
        assertThat(groups.refusal()).contains("echo +cpu > " + folder.resolve("cgroup.subtree_control"));

        Files.writeString(folder.resolve("cgroup.subtree_control"), "cpu memory\n");
        assertThat(groups.refusal()).isEmpty();
    }

    @Test
    void writesAndReadsTheFileOfVersionTwo() throws IOException {
        Files.writeString(folder.resolve("cgroup.controllers"), "cpu\n");
        ControlGroups groups = ControlGroups.find(unified()).orElseThrow();
        Path group = Files.createDirectory(groups.place("m"));
        Files.writeString(group.resolve("cpu.max"), "max 100000\n");
        assertThat(groups.quota(group)).hasToString("no limit");

        groups.create(group, Quota.of(0.25));

        assertThat(group.resolve("cpu.max")).content().startsWith("2500 10000");
        assertThat(groups.quota(group)).isEqualTo(Quota.of(0.25));
    }

    @Test
    void writesAndReadsTheFilesOfVersionOne() throws IOException {
        ControlGroups groups =
                ControlGroups.find("cgroup " + folder + " cgroup rw,cpu 0 0\n").orElseThrow();
        Path group = Files.createDirectory(groups.place("m"));
        Files.writeString(group.resolve("cpu.cfs_period_us"), "");
        Files.writeString(group.resolve("cpu.cfs_quota_us"), "");

        groups.create(group, Quota.of(0.5));

        assertThat(groups.quota(group)).isEqualTo(new Quota(5_000, 10_000));
    }

    @Test
    void aKernelWithoutQuotasIsRefusedInOneLine() throws IOException {
        ControlGroups groups =
                ControlGroups.find("cgroup " + folder + " cgroup rw,cpu 0 0\n").orElseThrow();
        assertThatThrownBy(() -> groups.create(groups.place("m"), Quota.of(0.5)))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("no quota of 5000 us of every 10000 us for ")
                .hasMessageNotContaining("\n");
    }

    @Test
    void touchesNoGroupOfAnybodyElse() throws IOException {
        Path foreign = Files.createDirectory(folder.resolve("docker"));
        ControlGroups groups =
                ControlGroups.find("cgroup " + folder + " cgroup rw,cpu 0 0\n").orElseThrow();
        assertThatThrownBy(() -> groups.create(foreign, Quota.of(0.5))).hasMessageContaining("not a control group of");
        assertThatThrownBy(() -> Undoing.onThisMachine().undo(new Undo.RemoveGroup("m", foreign.toString())))
                .hasMessageContaining("not a control group of");
        assertThat(foreign).exists();
    }

    @Test
    void removingWhatIsGoneIsNoError() throws IOException {
        var undo = new Undo.RemoveGroup("m", folder.resolve("ringdown-m").toString());
        assertThat(Undoing.onThisMachine().undo(undo)).startsWith("m: no control group");
    }

    private String unified() {
        return String.join(" ", List.of("cgroup2", folder.toString(), "cgroup2", "rw,nosuid", "0", "0")) + "\n";
    }
}
