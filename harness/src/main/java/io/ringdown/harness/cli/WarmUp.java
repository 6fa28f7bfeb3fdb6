package io.ringdown.harness.cli;

import static io.ringdown.record.Operation.NONE;

import io.ringdown.harness.run.Resolution;
import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.InjectedFault;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.OwnerSnapshot;
import io.ringdown.record.Phase;
import io.ringdown.record.RunClock;
import io.ringdown.record.RunEvent;
import io.ringdown.record.RunFolder;
import io.ringdown.record.RunRecorder;
import io.ringdown.record.Topology;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * A run that never was: planned, recorded and judged, so that a class-data archive made of it holds what commands need before they do
 * anything. The launcher makes one when it has built.
 */
final class WarmUp {
    private static final int CALLS = 400;
    private static final long SECOND = 1_000_000_000;
    private static final long STRIKE = 30 * SECOND;

    private final RunRecorder recorder;
    private final List<String> engines;

    private WarmUp(RunRecorder recorder, Topology topology) {
        this.recorder = recorder;
        engines = topology.elements().stream()
                .filter(Topology.Element::processes)
                .map(Topology.Element::name)
                .toList();
    }

    /** @param arguments a folder, empty or not there, for the run */
    public static void main(String[] arguments) throws IOException {
        Ringdown.run(List.of("plan", "machine-failure"));
        RunFolder folder = RunFolder.create(Path.of(arguments[0]));
        Resolution planned = PlanArguments.one("machine-failure", null);
        var clock = RunClock.startingNow();
        try (var recorder = new RunRecorder(
                folder, clock, RunCommand.provenance(clock, List.of("warm-up")), planned.plan(), planned.topology())) {
            new WarmUp(recorder, planned.topology()).record(planned);
        }
        RunRecorder.seal(folder);
        Ringdown.run(List.of("check", folder.path().toString()));
    }

    private void record(Resolution planned) {
        recorder.event(new RunEvent.Strike(STRIKE));
        var owned = new ArrayList<String>();
        for (int number = 0; number < CALLS; number++) {
            owned.add(call(number));
        }
        recorder.owners(new OwnerSnapshot(
                "before-fault",
                STRIKE - SECOND,
                STRIKE - SECOND / 2,
                Map.of(engines.get(0), owned),
                Map.of(),
                List.of()));
        planned.plan()
                .faults()
                .forEach(order -> recorder.event(new RunEvent.FaultInjected(
                        STRIKE + SECOND,
                        new InjectedFault(0, order, STRIKE, STRIKE + 5_000_000, NONE, true, List.of("it is frozen")))));
        recorder.event(new RunEvent.Healed(STRIKE + 20 * SECOND, true, ""));
        recorder.event(new RunEvent.Ended(STRIKE + 21 * SECOND, RunEvent.Ending.COMPLETED, ""));
    }

    /** Half of the calls are set up before the strike and half after it, and one in fifty is lost. */
    private String call(int number) {
        String callId = number + "@warm-up";
        long begins = STRIKE + (number - CALLS / 2) * 40_000_000L;
        boolean early = begins < STRIKE;
        recorder.call(new Call(
                number,
                callId,
                early ? CallRole.POPULATION : CallRole.SETUP_PROBE,
                early ? Phase.P4 : Phase.NONE,
                early,
                -1));
        operation(number, Intent.SETUP, 0, begins, 200);
        operation(number, Intent.INFO, 1, begins + SECOND, 200);
        operation(number, Intent.INFO, 2, begins + 9 * SECOND, number % 50 == 0 ? 481 : 200);
        operation(number, Intent.RELEASE, 3, begins + 10 * SECOND, 200);
        return callId;
    }

    private void operation(int call, Intent intent, int index, long at, int status) {
        boolean setUp = intent == Intent.SETUP;
        long end = at + 2_000_000 + call * 1_000L;
        recorder.operation(new Operation(
                call,
                intent,
                index,
                AttemptKind.FIRST,
                index + 1,
                at,
                at + 10_000,
                setUp ? at + 500_000 : NONE,
                NONE,
                end,
                setUp ? end + 10_000 : NONE,
                NONE,
                NONE,
                status == 200 ? Outcome.OK : Outcome.FAILED,
                status,
                0,
                engines.get(call % engines.size()),
                intent == Intent.INFO ? index : -1,
                setUp ? 1 : -1,
                0,
                NONE));
    }
}
