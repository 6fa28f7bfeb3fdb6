package io.ringdown.judge;

/**
 * What of a call was hit.
 *
 * @param kind whether it was exposed at all
 */
record Exposure(Kind kind, boolean owner, boolean copy, boolean dispatcher) {
    static final Exposure UNKNOWN = new Exposure(Kind.UNKNOWN, false, false, false);
    static final Exposure BOUNDARY = new Exposure(Kind.BOUNDARY, false, false, false);
    static final Exposure LATER = new Exposure(Kind.LATER, false, false, false);
    static final Exposure CONTROL = new Exposure(Kind.CONTROL, false, false, false);

    enum Kind {
        EXPOSED,
        /** Its owner changed about the fault, or cannot be told. */
        BOUNDARY,
        /** Not at t_f, but a later fault hit its owner, a copy or its dispatcher: no control. */
        LATER,
        CONTROL,
        /** Black box: every call counts. */
        UNKNOWN
    }

    static Exposure of(boolean owner, boolean copy, boolean dispatcher) {
        return owner || copy || dispatcher ? new Exposure(Kind.EXPOSED, owner, copy, dispatcher) : CONTROL;
    }

    /** {@code owner+copy}, {@code control}, {@code boundary}, {@code later} or {@code unknown}. */
    String text() {
        if (kind != Kind.EXPOSED) {
            return kind.name().toLowerCase(java.util.Locale.ROOT);
        }
        var parts = new java.util.ArrayList<String>();
        if (owner) {
            parts.add("owner");
        }
        if (copy) {
            parts.add("copy");
        }
        if (dispatcher) {
            parts.add("dispatcher");
        }
        return String.join("+", parts);
    }
}
