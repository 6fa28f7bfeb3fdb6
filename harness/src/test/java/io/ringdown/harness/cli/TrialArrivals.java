package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Call;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.OperationLogReader;
import io.ringdown.record.RecordedRun;
import io.ringdown.record.Trial;
import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;

/** When the sessions, or registrations, of a search's trials were to begin, whoever made them. */
final class TrialArrivals {
    /** What is known of the clocks of processes of one machine. */
    private static final long CLOSE = 1_000_000;

    private TrialArrivals() {}

    /** That each trial's come at the distances at which one generator would make them. */
    static void areThoseOfOne(RecordedRun run) throws IOException {
        Map<Integer, Long> intended = intended(run);
        for (Trial trial : run.trials()) {
            if (trial.shares().stream().anyMatch(share -> !share.missing().isEmpty())) {
                continue;
            }
            long first = intended.get(trial.firstCall());
            for (int call = trial.firstCall(); call < trial.endCall(); call++) {
                long due = first + Math.round((call - trial.firstCall()) * 1e9 / trial.rate());
                assertThat(intended.get(call)).as("call " + call).isBetween(due - CLOSE, due + CLOSE);
            }
        }
    }

    private static Map<Integer, Long> intended(RecordedRun run) throws IOException {
        var intended = new TreeMap<Integer, Long>();
        run.readOperations(new OperationLogReader.Visitor() {
            @Override
            public void call(Call call) {
                // its operations tell
            }

            @Override
            public void operation(Operation op) {
                if (op.intent() == Intent.SETUP || op.intent() == Intent.REGISTER) {
                    intended.putIfAbsent(op.call(), op.intended());
                }
            }

            @Override
            public void incident(Incident incident) {
                // there are none
            }
        });
        return intended;
    }
}
