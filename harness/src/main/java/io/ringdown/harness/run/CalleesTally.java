package io.ringdown.harness.run;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRecorder;
import io.ringdown.record.CalleesView;
import io.ringdown.record.Incident;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import java.util.Arrays;

/**
 * Counts what reaches the callee of each session of a trial, in place of a record of it, so that the callee costs a search hardly anything: a byte a
 * session. What comes later than in its trial is passed over. Safe for several threads.
 */
final class CalleesTally implements CallRecorder {
    private static final byte INVITED = 1;
    private static final byte ACKNOWLEDGED = 2;
    private static final byte RELEASED = 4;
    private static final byte AGAIN = 8;
    private static final byte WHOLE = INVITED | ACKNOWLEDGED | RELEASED;
    private static final int NOBODYS = -1;
    private static final int TERMINATED = 487;

    private int firstCall;
    private byte[] sessions = {};
    /** Which session each of the trial's legs belongs to, by the legs' numbers from its first one on. */
    private int[] legs = {};

    private int firstLeg = NOBODYS;

    /**
     * Begins to count anew.
     *
     * @param endCall one more than the number of the trial's last call
     */
    synchronized void begin(int firstCall, int endCall) {
        this.firstCall = firstCall;
        sessions = new byte[endCall - firstCall];
        legs = new int[0];
        firstLeg = NOBODYS;
    }

    @Override
    public synchronized void call(Call call) {
        firstLeg = firstLeg == NOBODYS ? call.number() : firstLeg;
        int leg = call.number() - firstLeg;
        if (leg >= legs.length) {
            int known = legs.length;
            legs = Arrays.copyOf(legs, Math.max(leg + 1, Math.max(sessions.length, 2 * known)));
            Arrays.fill(legs, known, legs.length, NOBODYS);
        }
        legs[leg] = session(call.callId());
        mark(call.number(), INVITED);
    }

    /** The generator's Call-IDs begin with their calls' numbers. */
    private int session(String callId) {
        int number = 0;
        int at = 0;
        for (; at < callId.length() && at < 9 && Character.digit(callId.charAt(at), 10) >= 0; at++) {
            number = 10 * number + Character.digit(callId.charAt(at), 10);
        }
        boolean told = at > 0 && at < callId.length() && callId.charAt(at) == '-';
        int session = number - firstCall;
        return told && session >= 0 && session < sessions.length ? session : NOBODYS;
    }

    @Override
    public synchronized void operation(Operation op) {
        if (op.attempt() != AttemptKind.RECEIVED) {
            return;
        }
        boolean accepted = op.outcome() == Outcome.OK;
        switch (op.intent()) {
            case SETUP -> {
                if (accepted && op.acked() != Operation.NONE) {
                    mark(op.call(), ACKNOWLEDGED);
                } else if (!accepted && op.status() != TERMINATED) {
                    mark(op.call(), AGAIN);
                }
            }
            case RELEASE -> mark(op.call(), accepted ? RELEASED : AGAIN);
            case INFO, MODIFY -> mark(op.call(), AGAIN);
            default -> {
                // nothing that a session consists of
            }
        }
    }

    @Override
    public void incident(Incident incident) {
        // What was missing tells.
    }

    private void mark(int number, byte what) {
        int leg = number - firstLeg;
        int session = firstLeg == NOBODYS || leg < 0 || leg >= legs.length ? NOBODYS : legs[leg];
        if (session != NOBODYS) {
            sessions[session] |= (sessions[session] & what) == 0 ? what : AGAIN;
        }
    }

    /** Whether it can be told now, since nothing is missing, or something came that should not have. */
    synchronized boolean decided() {
        boolean whole = true;
        for (byte session : sessions) {
            if ((session & AGAIN) != 0) {
                return true;
            }
            whole &= session == WHOLE;
        }
        return whole;
    }

    /** What there is by now of sessions that all succeeded for their callers. */
    synchronized CalleesView view() {
        int unreached = 0;
        int again = 0;
        int unacknowledged = 0;
        int unreleased = 0;
        for (byte session : sessions) {
            if ((session & AGAIN) != 0) {
                again++;
            } else if ((session & INVITED) == 0) {
                unreached++;
            } else if ((session & ACKNOWLEDGED) == 0) {
                unacknowledged++;
            } else if ((session & RELEASED) == 0) {
                unreleased++;
            }
        }
        return new CalleesView(unreached, again, unacknowledged, unreleased);
    }
}
