package io.ringdown.record;

/** What the caller knows of an attempt's end. */
public enum Outcome {
    /** A 2xx arrived. */
    OK,
    /** Another final response, or none within Timer B or F. */
    FAILED,
    /** The harness cannot tell: it was late, saturated, lost datagrams itself, or was stopped with the attempt open. */
    INDETERMINATE
}
