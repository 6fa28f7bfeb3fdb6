package io.ringdown.record;

/** Why the generator made a call. */
public enum CallRole {
    /** One of the calls held in a phase at the fault. */
    POPULATION,
    /** A short call, made steadily: shows when set-ups succeed again. */
    SETUP_PROBE,
    /** The stream of OPTIONS sent once each at 1 kHz: shows when rerouting is done. One record stands for the stream. */
    DETECTION_PROBE,
    /** A session of a capacity search, or a user who is registered in its stead. */
    SESSION,
    /** A binding that is registered and refreshed (RFC 3261 section 10); one record stands for all its REGISTERs. */
    REGISTRATION,
    /** OPTIONS outside of any dialog that are sent at an interval; one record stands for those of one source to one service address. */
    KEEP_ALIVE,
    /** A dialog of the callee's, in the far side's log: its Call-ID is the caller's, as the set-up named it. */
    FAR_SIDE,
    /** A short call of a burst: more than the cluster may be able to carry. */
    BURST;

    /** Whether its record is one call, rather than that it stands for a stream of requests outside of any. */
    public boolean call() {
        return this == POPULATION || this == SETUP_PROBE || this == SESSION || this == BURST;
    }
}
