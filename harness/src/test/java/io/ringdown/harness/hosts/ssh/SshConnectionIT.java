package io.ringdown.harness.hosts.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.harness.hosts.Doctor.Finding;
import io.ringdown.harness.hosts.Reach.Outcome;
import io.ringdown.harness.hosts.remote.HostsDoctor;
import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Commands on a real {@code sshd}, and hosts that are not what they should be. */
@Tag("beside")
class SshConnectionIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofMillis(300);

    @TempDir
    Path folder;

    private Sshd sshd;
    private SshConnection connection;

    @BeforeEach
    void start() throws Exception {
        sshd = Sshd.start(folder, "127.80.1.1");
        connection = new SshConnection(sshd.server(), PATIENCE);
    }

    @AfterEach
    void stop() {
        if (sshd != null) {
            connection.close();
            sshd.close();
        }
    }

    @Test
    void argumentsArriveAsTheyAre() throws IOException {
        var command = new ArrayList<>(List.of("printf", "%s\\n"));
        command.addAll(ShellWordsTest.HOSTILE);
        Outcome outcome = connection.run(command, PATIENCE);
        assertThat(outcome.output()).isEqualTo(String.join("\n", ShellWordsTest.HOSTILE) + "\n");
        assertThat(outcome.status()).isZero();
    }

    @Test
    void tellsHowACommandEnded() throws IOException {
        assertThat(connection.run(List.of("sh", "-c", "echo here; echo there >&2; exit 7"), PATIENCE))
                .isEqualTo(new Outcome(7, "here\n", "there\n"));
        assertThat(connection.run(List.of("sh", "-c", "kill -9 $$"), PATIENCE).status())
                .as("ended by a signal, on a connection that holds")
                .isEqualTo(-1);
    }

    @Test
    void manyCommandsAtOnceShareItsChannels() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(20);
        try {
            var outcomes = new ArrayList<Future<Outcome>>();
            for (int i = 0; i < 20; i++) {
                String word = "call " + i;
                outcomes.add(threads.submit(() -> connection.run(List.of("echo", word), PATIENCE)));
            }
            for (int i = 0; i < 20; i++) {
                assertThat(outcomes.get(i).get().output()).isEqualTo("call " + i + "\n");
            }
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void aCommandThatDoesNotEndIsLeftAtItsDeadline() throws IOException {
        assertThatThrownBy(() -> connection.run(List.of("sleep", "5"), SHORT))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("alpha (")
                .hasMessageContaining("no end of a command within 300 ms");
        assertThat(connection.run(List.of("echo", "still there"), PATIENCE).output())
                .isEqualTo("still there\n");
    }

    @Test
    void connectsAgainAfterTheConnectionBroke() throws IOException {
        assertThatThrownBy(() -> connection.run(List.of("sh", "-c", "kill -9 $PPID; sleep 5"), PATIENCE))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("the connection broke");
        assertThat(connection.run(List.of("echo", "back"), PATIENCE).output()).isEqualTo("back\n");
    }

    @Test
    void aChangedHostKeyIsRefused() throws Exception {
        Sshd.key(folder.resolve("other"));
        sshd.know(folder.resolve("other.pub"));
        refused("the host's key is not the one in");
    }

    @Test
    void anUnknownHostIsRefused() throws IOException {
        Files.writeString(folder.resolve("known_hosts"), "");
        refused("the host's key does not stand in");
    }

    @Test
    void aKeyThatTheHostDoesNotTakeIsTold() throws IOException {
        Files.writeString(folder.resolve("authorized"), "");
        refused("is refused: ssh-copy-id");
    }

    @Test
    void whatCannotBeTalkedToKeepsNoChannel() throws IOException {
        Files.delete(sshd.server().key());
        try (var closed = new SshConnection(sshd.server(), SHORT)) {
            for (int attempt = 0; attempt < 10; attempt++) {
                assertThatThrownBy(() -> closed.talk(List.of("cat")))
                        .isInstanceOf(IOException.class)
                        .hasMessageEndingWith("cannot be read");
            }
        }
    }

    @Test
    void aHostThatAnswersNothingIsNotWaitedForForEver() throws IOException {
        try (var silent = new ServerSocket(0, 10, InetAddress.getByName("127.80.1.2"))) {
            SshServer known = sshd.server();
            var target = new SshServer(
                    "mute",
                    "127.80.1.2",
                    silent.getLocalPort(),
                    known.user(),
                    known.key(),
                    null,
                    known.knownHosts(),
                    null);
            try (var mute = new SshConnection(target, SHORT)) {
                assertThatThrownBy(() -> mute.run(List.of("true"), PATIENCE))
                        .isInstanceOf(IOException.class)
                        .hasMessageStartingWith("mute (")
                        .hasMessageContaining("no answer within 300 ms");
            }
        }
    }

    @Test
    void theDoctorTellsOfEachHostByItself() throws IOException {
        List<Finding> good = HostsDoctor.examine(sshd.target(), PATIENCE);
        assertThat(good)
                .extracting(Finding::what)
                .containsExactly("connection", "Java", "setsid", "/proc", "clock", "wall clocks");
        assertThat(good).filteredOn(Finding::needed).allMatch(Finding::good);

        Files.writeString(folder.resolve("authorized"), "");
        assertThat(HostsDoctor.examine(sshd.target(), PATIENCE))
                .singleElement()
                .matches(finding -> !finding.good() && finding.needed())
                .matches(finding -> finding.remedy().contains("ssh-copy-id"));
    }

    private void refused(String why) {
        assertThatThrownBy(() -> connection.run(List.of("true"), PATIENCE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("alpha (")
                .hasMessageContaining(why)
                .message()
                .hasLineCount(1);
    }
}
