package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.plan.BuiltInPlans;
import io.ringdown.harness.plan.Plan;
import io.ringdown.harness.run.Resolution;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class InitCommandTest {
    @TempDir
    private Path folder;

    @Test
    void writesAPlanThatCanBeResolvedAndOverwritesNothing() throws IOException {
        Path topology = folder.resolve("it's mine.yaml");
        Path plan = folder.resolve("it's mine-plan.yaml");

        assertThat(init(topology)).isEqualTo(Exit.PASS);

        Plan written = BuiltInPlans.find(plan.toString());
        Resolution resolution = Resolution.of(written, written.scenarios().get(0), 1);
        assertThat(resolution.plan().name()).isEqualTo("it-s-mine");
        assertThat(resolution.topology().elements()).hasSize(4);
        assertThat(resolution.plan().faults().get(0).elements())
                .hasSize(1)
                .first()
                .asString()
                .startsWith("proxy");
        Files.writeString(plan, "changed");
        Files.delete(topology);
        assertThat(init(topology)).isEqualTo(Exit.USAGE);
        assertThat(plan).hasContent("changed");
        assertThat(topology).doesNotExist();
    }

    @Test
    void whatIsNoNameOfAFileIsRefused() {
        assertThat(init(Path.of("/"))).isEqualTo(Exit.USAGE);
        assertThat(init(folder.resolve("none/mine.yaml"))).isEqualTo(Exit.USAGE);
        assertThat(folder).isEmptyDirectory();
    }

    private static int init(Path file) {
        return Ringdown.run(List.of("init", file.toString()));
    }
}
