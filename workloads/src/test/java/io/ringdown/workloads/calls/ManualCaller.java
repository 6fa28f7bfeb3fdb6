package io.ringdown.workloads.calls;

import static io.ringdown.workloads.calls.ManualWire.response;
import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Phase;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.workloads.calls.ManualWire.Sent;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;

/** A caller whose wire, clock and far side a test plays. */
abstract class ManualCaller {
    static final long T1 = 500_000_000L;
    static final Workload WORKLOAD =
            new Workload(Duration.ofMillis(500), List.of(Phase.P4), 1, 100, 0, 0, Duration.ZERO, Duration.ZERO);

    @TempDir
    Path folder;

    final ManualWire wire = new ManualWire();
    RecordedCalls recorded;
    UserAgent agent;
    Dialog dialog;
    final List<Attempt> ended = new ArrayList<>();
    int done;

    @BeforeEach
    void make() throws IOException {
        var clock = new RunClock(0, 0);
        recorded = new RecordedCalls(folder.resolve("run"), clock, WORKLOAD);
        agent = new UserAgent(settings(), wire, recorded.recorder(), clock, "run");
        dialog = agent.newDialog();
        agent.record(new Call(dialog.call, dialog.callId, CallRole.POPULATION, Phase.P4, false, -1));
    }

    GeneratorSettings settings() {
        return new GeneratorSettings(
                new InetSocketAddress("127.0.0.1", 5060),
                new InetSocketAddress("127.0.0.1", 0),
                WORKLOAD,
                "X-Ringdown-Node");
    }

    Attempt send(Intent intent) {
        Attempt attempt = Attempt.first(dialog, intent, wire.nanos());
        attempt.ended = ended::add;
        agent.send(attempt);
        return attempt;
    }

    void receive(String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        agent.received(bytes, bytes.length, new InetSocketAddress("127.0.0.1", 5060));
    }

    void receive(Sent request, int status, String tag, String... headers) {
        receive(response(request, status, tag, headers));
    }

    Sent last(String method) {
        List<Sent> all = wire.sent(method);
        return all.get(all.size() - 1);
    }

    Attempt establish() {
        Attempt invite = send(Intent.SETUP);
        receive(last("INVITE"), 200, "theirs", "Contact: <sip:far@127.0.0.1:5090>");
        return invite;
    }

    List<Operation> operations() throws IOException {
        recorded.recorder().flush();
        return recorded.read().operations;
    }
}
