package io.ringdown.cluster.sip;

/** The bytes are no SIP message that this parser accepts. Carries no stack trace: peers can cause it at any rate. */
public final class MalformedMessageException extends RuntimeException {
    private static final long serialVersionUID = 1L;

    public MalformedMessageException(String what) {
        super(what, null, false, false);
    }
}
