package io.ringdown.harness.hosts.ssh;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.ringdown.harness.hosts.Talk;
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

/** Hosts that are reached through a real {@code sshd}, and jumps that are not what they should be. */
@Tag("beside")
class SshJumpIT {
    private static final Duration PATIENCE = Duration.ofSeconds(30);
    private static final Duration SHORT = Duration.ofSeconds(1);

    @TempDir
    Path folder;

    private Sshd sshd;
    private Sshd gate;
    private Jump jump;
    private SshConnection connection;

    @BeforeEach
    void start() throws Exception {
        gate = Sshd.start(Files.createDirectories(folder.resolve("gate")), "127.80.3.9");
        sshd = Sshd.start(Files.createDirectories(folder.resolve("host")), "127.80.3.1");
        jump = new Jump(gate.server("gate", null));
        connection = new SshConnection(sshd.server("alpha", jump), PATIENCE);
    }

    @AfterEach
    void stop() {
        if (connection != null) {
            connection.close();
        }
        for (Sshd each : new Sshd[] {sshd, gate}) {
            if (each != null) {
                each.close();
            }
        }
    }

    @Test
    void manyAtOnceShareOneConnectionThatEndsWithTheLast() throws Exception {
        ExecutorService threads = Executors.newFixedThreadPool(8);
        try {
            var outcomes = new ArrayList<Future<Integer>>();
            var connections = new ArrayList<SshConnection>();
            for (int i = 0; i < 8; i++) {
                var one = new SshConnection(sshd.server("host " + i, jump), PATIENCE);
                connections.add(one);
                outcomes.add(threads.submit(() -> one.run(List.of("head", "-c", "300000", "/dev/zero"), PATIENCE)
                        .output()
                        .length()));
            }
            for (Future<Integer> outcome : outcomes) {
                assertThat(outcome.get()).isPositive().isEqualTo(outcomes.get(0).get());
            }
            assertThat(gate.logins()).isEqualTo(1);
            assertThat(sshd.logins()).isEqualTo(8);
            connections.subList(1, 8).forEach(SshConnection::close);
            assertThat(connections
                            .get(0)
                            .run(List.of("echo", "still"), PATIENCE)
                            .output())
                    .isEqualTo("still\n");
            connections.get(0).close();
            await().until(() -> !gate.serves());
        } finally {
            threads.shutdownNow();
        }
    }

    @Test
    void goesThroughTheJumpAnewAfterThatBroke() throws Exception {
        Path begun = folder.resolve("begun");
        connection.run(List.of("true"), PATIENCE);
        var cutting = new Thread(() -> {
            await().atMost(PATIENCE).until(() -> Files.exists(begun));
            gate.cut();
        });
        cutting.start();
        assertThatThrownBy(() -> connection.run(List.of("sh", "-c", ">'" + begun + "'; exec sleep 20"), PATIENCE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("alpha (")
                .hasMessageContaining("the connection broke");
        cutting.join();
        assertThat(connection.run(List.of("echo", "back"), PATIENCE).output()).isEqualTo("back\n");
        assertThat(gate.logins()).isEqualTo(2);

        connection.close();
        gate.close();
        refused("its jump gate (", ": Connection refused");
    }

    @Test
    void bothKeysAreCheckedEachUnderItsOwnName() throws Exception {
        Path known = folder.resolve("gate/known_hosts");
        String right = Files.readString(known);
        Files.writeString(known, "");
        refused("its jump gate (", "does not stand in " + known + ": ssh-keyscan -p ");
        Files.writeString(known, right);
        sshd.know(folder.resolve("gate/host.pub"));
        refused("the host's key is not the one in " + folder.resolve("host/known_hosts"));
        Files.writeString(folder.resolve("host/known_hosts"), right);
        refused("the host's key does not stand in", ": ssh -p ", "@127.80.3.9 ssh-keyscan -p ");
        sshd.know(folder.resolve("host/host.pub"));
        assertThat(connection.run(List.of("echo", "in"), PATIENCE).output()).isEqualTo("in\n");
        connection.close();

        gate.changeKey();
        refused("its jump gate (", "the host's key is not the one in " + known);
        assertThat(HostsDoctor.examine(new SshTarget(sshd.server("alpha", jump), false, "java"), PATIENCE))
                .singleElement()
                .matches(finding -> !finding.good() && finding.seen().contains("), through gate ("))
                .matches(finding -> finding.remedy().startsWith("its jump gate ("));
    }

    @Test
    void aJumpThatForbidsTheWayOrFindsNoneIsTold() throws Exception {
        Files.writeString(folder.resolve("host/authorized"), "");
        refused("the key " + folder.resolve("host/user") + " is refused: ssh-copy-id -i ", " -o ProxyJump=");
        sshd.close();
        refused("its jump gate (", "gets no connection to 127.80.3.1:", "@127.80.3.9 ssh-keyscan -p ");
        gate.configure("AllowTcpForwarding no");
        refused("its jump gate (", "forbids the way to 127.80.3.1:", "'AllowTcpForwarding yes'");
        Files.writeString(folder.resolve("gate/authorized"), "");
        refused("its jump gate (", "is refused: ssh-copy-id -i ");
    }

    @Test
    void whoeverSaysNothingIsNotWaitedForForEver() throws Exception {
        try (var silent = new ServerSocket(0, 10, InetAddress.getByName("127.80.3.2"))) {
            assertThat(connection.run(List.of("echo", "in"), PATIENCE).output()).isEqualTo("in\n");
            try (var mute = new SshConnection(mute(silent, jump), SHORT)) {
                assertThatThrownBy(() -> mute.run(List.of("true"), PATIENCE))
                        .hasMessageStartingWith("mute (")
                        .hasMessageEndingWith(": no answer within 1000 ms");
            }
            var behind = new SshConnection(sshd.server("alpha", new Jump(mute(silent, null))), SHORT);
            assertThatThrownBy(() -> behind.run(List.of("true"), PATIENCE))
                    .hasMessageStartingWith("alpha (")
                    .hasMessageContaining("its jump mute (")
                    .hasMessageEndingWith("no answer within 1000 ms");
        }
        Talk talk = connection.talk(List.of("cat"));
        gate.fallSilent(true);
        assertThat(talk.answers().readLine()).as("ended").isNull();
        talk.abandon().run();
        gate.fallSilent(false);
        assertThat(connection.run(List.of("echo", "back"), PATIENCE).output()).isEqualTo("back\n");
    }

    private SshServer mute(ServerSocket silent, Jump through) {
        SshServer known = sshd.server();
        return new SshServer(
                "mute",
                "127.80.3.2",
                silent.getLocalPort(),
                known.user(),
                known.key(),
                null,
                known.knownHosts(),
                through);
    }

    @Test
    void aJumpMayNeedAnother() throws Exception {
        SshServer inner = gate.server("inner", jump);
        try (var far = new SshConnection(sshd.server("far", new Jump(inner)), PATIENCE)) {
            assertThat(far.run(List.of("echo", "in"), PATIENCE).output()).isEqualTo("in\n");
            assertThat(gate.logins()).isEqualTo(2);
        }
        await().until(() -> !gate.serves());
    }

    private void refused(String... why) {
        assertThatThrownBy(() -> connection.run(List.of("true"), PATIENCE))
                .isInstanceOf(IOException.class)
                .hasMessageStartingWith("alpha (")
                .hasMessageContainingAll(why)
                .message()
                .hasLineCount(1);
    }
}
