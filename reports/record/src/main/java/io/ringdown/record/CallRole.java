package io.ringdown.record;

/** Why the generator made a call. */
public enum CallRole {
    /** One of the calls held in a phase at the fault. */
    POPULATION,
    /** A short call, made steadily: shows when set-ups succeed again. */
    SETUP_PROBE,
    /** The stream of OPTIONS sent once each at 1 kHz: shows when rerouting is done. One record stands for the stream. */
    DETECTION_PROBE,
    /** A session of a capacity search. */
    SESSION
}
