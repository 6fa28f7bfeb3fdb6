package io.ringdown.workloads.calls;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.workloads.sip.Message;
import java.util.function.LongUnaryOperator;

/**
 * What a caller asks of its callee in a header, at absolute instants: {@code NAME=MILLIS;NAME=MILLIS}, milliseconds since 1970.
 *
 * @param ring when to send the 18x, or {@link Operation#NONE}: at once; run nanos, like the others
 * @param answer when to send the final response, or NONE: at once
 * @param info when to send an INFO, or NONE: never
 * @param modify when to send a re-INVITE, or NONE: never
 * @param bye when to hang up, or NONE: never
 */
public record Asked(long ring, long answer, long info, long modify, long bye) {
    /** Nothing. */
    public static final Asked NOTHING =
            new Asked(Operation.NONE, Operation.NONE, Operation.NONE, Operation.NONE, Operation.NONE);

    /**
     * Reads the two headers' values, each of which may be empty. What makes no sense is passed over.
     *
     * @param toRunNanos of milliseconds since 1970
     */
    public static Asked of(String hold, String operate, LongUnaryOperator toRunNanos) {
        if (hold.isEmpty() && operate.isEmpty()) {
            return NOTHING;
        }
        long ring = instant(hold, "18x=", toRunNanos);
        long answer = instant(hold, "final=", toRunNanos);
        return new Asked(
                ring,
                ring == Operation.NONE ? answer : Math.max(ring, answer),
                instant(operate, "info=", toRunNanos),
                instant(operate, "modify=", toRunNanos),
                instant(operate, "bye=", toRunNanos));
    }

    /** What a request to a callee is for; null: its method is none that a callee takes. */
    public static Intent intent(Message request) {
        return switch (request.method()) {
            case "INVITE" -> request.toTag().isEmpty() ? Intent.SETUP : Intent.MODIFY;
            case "INFO" -> Intent.INFO;
            case "OPTIONS" -> Intent.OPTIONS;
            case "BYE" -> Intent.RELEASE;
            case "CANCEL" -> Intent.CANCEL;
            case "UPDATE" -> Intent.UPDATE;
            default -> null;
        };
    }

    private static long instant(String value, String name, LongUnaryOperator toRunNanos) {
        int at = value.indexOf(name);
        long millis = 0;
        int digits = 0;
        for (int i = at + name.length(); at >= 0 && i < value.length() && digits < 15; i++, digits++) {
            int digit = value.charAt(i) - '0';
            if (digit < 0 || digit > 9) {
                break;
            }
            millis = 10 * millis + digit;
        }
        return digits == 0 ? Operation.NONE : toRunNanos.applyAsLong(millis);
    }

    boolean operates() {
        return info != Operation.NONE || modify != Operation.NONE || bye != Operation.NONE;
    }
}
