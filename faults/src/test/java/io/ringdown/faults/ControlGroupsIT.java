package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.ringdown.faults.ControlGroups.Quota;
import java.io.IOException;
import java.nio.file.Path;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The kernel's own control groups, and a process that wants more than it gets. */
class ControlGroupsIT {
    private ControlGroups groups;
    private Path group;
    private Process busy;

    @BeforeEach
    void make() throws IOException {
        Optional<ControlGroups> found = ControlGroups.find();
        String refusal = found.map(ControlGroups::refusal).orElse("no control groups that know processors");
        if (!refusal.isEmpty()) {
            assertThat(System.getenv("RINGDOWN_REQUIRE_REAL")).as(refusal).isNotEqualTo("1");
            abort(refusal);
        }
        groups = found.orElseThrow();
        group = groups.place("test-" + ProcessHandle.current().pid());
        groups.create(group, Quota.of(0.1));
    }

    @AfterEach
    void end() throws Exception {
        if (busy != null) {
            busy.destroyForcibly().waitFor();
        }
        if (group != null) {
            ControlGroups.remove("m", group);
        }
    }

    @Test
    void whoIsInItIsHeldToTheQuota() throws IOException {
        assertThat(groups.quota(group)).isEqualTo(Quota.of(0.1));
        start();
        await().until(() -> ControlGroups.members(group).equals(java.util.List.of(busy.pid())));
        // A loop that is never throttled has a processor of its own.
        await().until(() -> !ControlGroups.throttled(group).startsWith("throttled in 0 of"));
    }

    @Test
    void isRemovedWhenItsLastProcessIsGone() throws Exception {
        start();
        await().until(() -> !ControlGroups.members(group).isEmpty());
        assertThatThrownBy(() -> ControlGroups.remove("m", group))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("[" + busy.pid() + "] are in it");
        busy.destroyForcibly().waitFor();

        assertThat(ControlGroups.remove("m", group)).isEqualTo("m: control group " + group + " removed");
        assertThat(group).doesNotExist();
        assertThat(ControlGroups.remove("m", group)).startsWith("m: no control group");
    }

    private void start() throws IOException {
        busy = new ProcessBuilder(
                        "/bin/sh",
                        "-c",
                        "echo $$ >\"$0\" && while :; do :; done",
                        ControlGroups.entrance(group).toString())
                .start();
    }
}
