package io.ringdown.record;

/**
 * A call-detail record that the cluster wrote.
 *
 * @param element that wrote it
 * @param callId the call's
 */
public record CallDetail(String element, String callId) {}
