package io.ringdown.record;

import java.util.Objects;

/**
 * A call-detail record that the cluster wrote.
 *
 * @param element that wrote it
 * @param callId the call's
 */
public record CallDetail(String element, String callId) {
    public CallDetail {
        Objects.requireNonNull(callId, "callId");
    }
}
