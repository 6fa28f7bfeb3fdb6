package io.ringdown.faults;

import java.util.List;

/** A fault's target that the cluster does not have. The message is one line and lists what there is. */
public final class UnknownTargetException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    private final String name;
    private final transient List<String> valid;

    UnknownTargetException(String problem, String name, List<String> valid) {
        super(problem + "; valid: " + String.join(", ", valid));
        this.name = name;
        this.valid = List.copyOf(valid);
    }

    /** The word that names no target. */
    public String name() {
        return name;
    }

    /** The words that would, for a suggestion of the nearest. */
    public List<String> valid() {
        return valid;
    }
}
