package io.ringdown.workloads.sipp;

import io.ringdown.record.Incident;
import io.ringdown.record.RunRecorder;
import java.util.HashMap;
import java.util.Map;

/** SIPp's calls that are over, by its Call-ID, and the last words of their far sides. */
final class EndedCalls {
    private final RunRecorder recorder;
    private final Map<String, Ended> calls = new HashMap<>();

    /**
     * One of them.
     *
     * @param first number of its first record
     * @param unwanted of the one whose far side may hang up yet
     * @param hungUp whether it did
     * @param refusal the final response that refused its set-up; 0: none did, or it was accepted all the same
     */
    private record Ended(int first, int unwanted, boolean hungUp, int refusal) {}

    EndedCalls(RunRecorder recorder) {
        this.recorder = recorder;
    }

    void add(String callId, Booked call) {
        Exchange setUp = call.first().exchange("INVITE", Steps.SETUP);
        int refusal = setUp == null ? 0 : setUp.refusal();
        calls.put(callId, new Ended(call.first().call, call.unwanted().call, call.unwanted().endedRemotely, refusal));
    }

    boolean has(String callId) {
        return calls.containsKey(callId);
    }

    int count() {
        return calls.size();
    }

    /** A message came. Whether it is of one of them. */
    boolean received(WireLine line, long at) {
        Ended call = calls.get(line.callId());
        if (call == null) {
            return false;
        }
        if (line.request().equals("BYE") && !call.hungUp()) {
            recorder.incident(new Incident(call.unwanted(), at, Incident.Kind.UNSCRIPTED_BYE, "BYE from the far side"));
            calls.put(line.callId(), new Ended(call.first(), call.unwanted(), true, call.refusal()));
        } else if (line.method().equals("INVITE") && line.cseq() == Steps.SETUP && line.status() / 100 == 2) {
            if (call.refusal() > 0) {
                acceptedAfter(call.refusal(), call.first(), at);
            }
            calls.put(line.callId(), new Ended(call.first(), call.first(), call.hungUp(), 0));
        }
        return true;
    }

    /** A call's user has been told that there is none, and goes by that: who accepts it then has it live twice. */
    void acceptedAfter(int refusal, int call, long at) {
        recorder.incident(new Incident(call, at, Incident.Kind.FORKED_ANSWER, "2xx after a " + refusal));
    }
}
