package io.ringdown.cluster.config;

/** A configuration that cannot be used; the message is one line for people. */
public final class InvalidConfigurationException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public InvalidConfigurationException(String message) {
        super(message);
    }
}
