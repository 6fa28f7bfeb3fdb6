package io.ringdown.record;

/** The availability level spectrum, lowest first (paper section 2.1). */
public enum AvailabilityLevel {
    /** Unavailable until the failure is repaired. */
    AL1,
    /** Available, but calls are lost and must be dialled again. */
    AL2,
    /** All calls stay up, but some operations must be repeated. */
    AL3,
    /** The failure is transparent to the users. */
    AL4
}
