package io.ringdown.harness.hosts.remote;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.faults.ProcessIdentity;
import io.ringdown.harness.hosts.Reach;
import io.ringdown.harness.hosts.Talk;
import io.ringdown.harness.hosts.Target;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.PipedReader;
import java.io.PipedWriter;
import java.io.StringReader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class RemoteMachineTest {
    @TempDir
    private Path folder;

    private final PipedWriter said = new PipedWriter();
    private RemoteMachine machine;
    private Path jar;
    private boolean starts = true;

    @BeforeEach
    void place() throws IOException {
        jar = Files.createFile(folder.resolve("agent.jar"));
        var inventory = new Inventory(folder.resolve("hosts.yaml"), "there", Duration.ofMillis(300), List.of(), null);
        machine = new RemoteMachine("r1m1", inventory, new Alpha(), "there/runs/1");
    }

    /** It says that it is there, and is then too busy to answer in time: its folder is still to be taken away. */
    @Test
    void anAgentThatWasStartedAndDoesNotAnswerIsNotTakenForNone() {
        assertThatThrownBy(() -> machine.begin(jar, null, List.of())).hasMessageContaining("no answer within");

        assertThat(machine.ending()).contains("no answer within");
        assertThatThrownBy(() -> machine.heal(folder))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("alpha: an agent was started and has not answered");
    }

    @Test
    void whereNoneCouldBeStartedNothingIsLeft() throws Exception {
        starts = false;
        assertThatThrownBy(() -> machine.begin(jar, null, List.of())).hasMessageContaining("no agent can be started");

        assertThat(machine.heal(folder)).isEqualTo("host alpha: no agent was started");
    }

    /** A host whose agents say hello and nothing more. */
    private final class Alpha implements Target, Reach {
        @Override
        public String name() {
            return "alpha";
        }

        @Override
        public String address() {
            return "192.0.2.1";
        }

        @Override
        public String java() {
            return "java";
        }

        @Override
        public Reach reach(Duration patience) {
            return this;
        }

        @Override
        public List<String> asRoot() {
            return List.of();
        }

        @Override
        public Outcome run(List<String> command, Duration deadline) {
            boolean there = !command.get(1).equals("-e") || starts;
            return new Outcome(there ? 0 : 1, "", "");
        }

        @Override
        public void put(Path file, String folder, String name, Duration deadline) {
            throw new IllegalStateException("it is there");
        }

        @Override
        public Talk talk(List<String> command) throws IOException {
            Runnable nothing = () -> {};
            if (!starts) {
                return new Talk(new BufferedReader(new StringReader("")), Writer.nullWriter(), nothing);
            }
            var answers = new BufferedReader(new PipedReader(said));
            said.write(Letters.line(new Hello(Hello.VERSION, "1", new ProcessIdentity(2, 3), "")) + "\n");
            said.flush();
            return new Talk(answers, Writer.nullWriter(), nothing);
        }

        @Override
        public void close() {
            // nothing is kept open
        }

        @Override
        public String toString() {
            return "alpha";
        }
    }
}
