package io.ringdown.workloads.sipp;

import io.ringdown.record.CallRole;
import io.ringdown.record.Operation;
import io.ringdown.record.Phase;
import io.ringdown.workloads.calls.Script;

/**
 * What the calls of one SIPp process are for, and what they are to do when.
 *
 * @param name of the process
 * @param service which of the service addresses they go to
 * @param calls how many it makes; {@link Integer#MAX_VALUE}: until it is told to stop
 * @param scenario text of its scenario; null: the user's own, whose calls do what they like
 */
record Part(String name, CallRole role, Phase phase, int service, int calls, String scenario, Plot plot) {
    /** When a call, by SIPp's number for it (from 1 on), is to be set up, and what it does later. */
    interface Plot {
        /** When it is to begin, in run nanos, or {@link Operation#NONE}. */
        long begin(int number);

        /** The rest of its script, or null. */
        Script script(int number);
    }

    /**
     * Whether a request that nobody answers is repeated to another address, before its timer F expires. What is held open may well be unanswered for
     * long.
     */
    static boolean retargets(SippSettings settings, Phase phase) {
        return settings.services().size() > 1 && phase != Phase.P5 && phase != Phase.P6;
    }

    boolean custom() {
        return scenario == null;
    }

    boolean endless() {
        return calls == Integer.MAX_VALUE;
    }

    /** When the script wants a request sent; {@link Operation#NONE}: it does not say. */
    long due(int number, int cseq) {
        if (cseq == Steps.SETUP) {
            return plot.begin(number);
        }
        Script script = plot.script(number);
        if (script == null || cseq >= Steps.REDIALS || Steps.attempt(cseq) > 0) {
            return Operation.NONE;
        }
        int step = Steps.step(cseq);
        if (step == Steps.OPERATION || step == Steps.HELD_RELEASE) {
            return script.operate();
        }
        if (step == Steps.RELEASE) {
            return script.bye();
        }
        int info = (step - Steps.FIRST_INFO) / Steps.BETWEEN;
        return step >= Steps.FIRST_INFO && info < script.infos().size()
                ? script.infos().get(info)
                : Operation.NONE;
    }

    /** Until when the request asked to hold the final response, or {@link Operation#NONE}. */
    long holdFinal(int number, int cseq) {
        Script script = plot.script(number);
        if (script == null) {
            return Operation.NONE;
        }
        boolean asks = cseq == Steps.SETUP && (phase == Phase.P1 || phase == Phase.P2)
                || Steps.step(cseq) == Steps.OPERATION
                || Steps.step(cseq) == Steps.HELD_RELEASE;
        return asks && cseq < Steps.REDIALS ? script.release() : Operation.NONE;
    }

    /** Until when it asked to hold the 18x, or {@link Operation#NONE}. */
    long hold18x(int number, int cseq) {
        return phase == Phase.P1 && cseq == Steps.SETUP && plot.script(number) != null
                ? plot.script(number).release()
                : Operation.NONE;
    }
}
