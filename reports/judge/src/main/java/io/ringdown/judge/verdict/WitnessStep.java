package io.ringdown.judge.verdict;

/**
 * An operation or an incident of a witness. Instants are nanoseconds from t_f (negative: before), or null if they never came.
 *
 * @param what the intent, or the kind of incident
 * @param attempt FIRST, REPEAT, REDIAL or FOLLOW_UP; empty for an incident
 * @param status SIP status of the final response; 0: none came
 * @param counter the service's counter, or -1
 * @param setups set-ups that the service says it accepted, or -1
 * @param decisive whether it is what condemns the call
 */
public record WitnessStep(
        String what,
        String attempt,
        int cseq,
        Long intended,
        Long sent,
        Long trying,
        Long ringing,
        Long end,
        Long acked,
        Long due,
        String outcome,
        int status,
        int retransmissions,
        String node,
        long counter,
        int setups,
        String detail,
        boolean decisive) {}
