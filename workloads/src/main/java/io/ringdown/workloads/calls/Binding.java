package io.ringdown.workloads.calls;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Call;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Outcome;
import io.ringdown.record.Phase;
import io.ringdown.workloads.sip.Contact;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.SipUri;
import java.util.List;
import java.util.function.Consumer;

/**
 * A user's address that is kept registered (RFC 3261 section 10.2): under one Call-ID, refreshed when nine tenths of what was granted are over, and
 * asked for again, later and later, when it was refused.
 */
final class Binding {
    private static final double REFRESHED_AFTER = 0.9;
    private static final double FIRST_RETRY_SECONDS = 1;
    private static final double LONGEST_RETRY_SECONDS = 30;
    private static final int INTERVAL_TOO_BRIEF = 423;

    private final UserAgent agent;
    private final Dialog dialog;
    private final String user;
    private final SipUri contact;
    private long expires;
    private boolean removing;
    private double retry = FIRST_RETRY_SECONDS;
    private volatile boolean stopped;
    private volatile boolean open;
    /** Why the last answer to it has not made it; empty: it has, or there was none. */
    private volatile String refused = "";

    /**
     * A binding that nobody knows of yet.
     *
     * @param user the user part of its address-of-record
     * @param expires seconds asked for
     */
    Binding(UserAgent agent, String user, long expires) {
        this(agent, agent.newDialog(), user, expires, CallRole.REGISTRATION);
    }

    private Binding(UserAgent agent, Dialog dialog, String user, long expires, CallRole role) {
        this.agent = agent;
        this.user = user;
        contact = SipUri.of(agent.contact(user)).orElseThrow();
        this.expires = expires;
        this.dialog = dialog;
        dialog.remoteTarget = "sip:" + UserAgent.text(dialog.service);
        dialog.binding = this;
        agent.record(new Call(dialog.call, dialog.callId, role, Phase.NONE, false, -1));
    }

    /** One of a user who has no other: by the number of its call. */
    static Binding offered(UserAgent agent, long expires) {
        Dialog dialog = agent.newDialog();
        return new Binding(agent, dialog, "user" + dialog.call, expires, CallRole.SESSION);
    }

    /**
     * Registers it, or refreshes it, and does nothing else about that.
     *
     * @param recorded whether it is a part of the load, rather than that it makes ready or clears up
     */
    void once(long intended, boolean recorded, Consumer<Attempt> then) {
        Attempt register = Attempt.first(dialog, Intent.REGISTER, intended);
        register.paced = recorded;
        register.recorded = recorded;
        register.ended = then;
        agent.send(register);
    }

    /** Removes it; no more than that can be done with it. */
    void remove(long intended, Consumer<Attempt> then) {
        removing = true;
        expires = 0;
        once(intended, false, then);
    }

    /** Registers it, and goes on doing so. */
    void begin(long intended) {
        if (!stopped) {
            Attempt register = Attempt.first(dialog, Intent.REGISTER, intended);
            register.paced = true;
            send(register);
        }
    }

    private void send(Attempt register) {
        open = true;
        register.ended = this::ended;
        agent.send(register);
    }

    private void ended(Attempt register) {
        open = false;
        long now = agent.wire.nanos();
        if (register.status >= 300) {
            refused = "the registrar answered " + register.status;
        }
        if (register.outcome == Outcome.OK) {
            retry = FIRST_RETRY_SECONDS;
            long next = now + Math.round(REFRESHED_AFTER * expires * 1e9);
            agent.wire.at(next, () -> begin(next));
        } else if (!stopped) {
            long next = now + agent.settings.scaled(retry);
            retry = Math.min(LONGEST_RETRY_SECONDS, 2 * retry);
            agent.wire.at(next, () -> {
                if (!stopped) {
                    send(register.again(AttemptKind.REPEAT, next));
                }
            });
        }
    }

    /**
     * A 2xx came, which lists the bindings that there are now (section 10.3, step 8), each with what it is granted: by its own parameter, else by the
     * message (section 10.2.4).
     *
     * @return why what was asked for has not been done; empty: it has
     */
    String accepted(Message response) {
        refused = unmade(response);
        return refused;
    }

    private String unmade(Message response) {
        List<Contact> listed = response.contacts().stream()
                .filter(each ->
                        SipUri.of(each.uri()).filter(contact::equivalent).isPresent())
                .toList();
        long granted = listed.stream()
                .mapToLong(each -> each.expires() < 0 ? response.number("Expires") : each.expires())
                .max()
                .orElse(0);
        boolean bound = granted != 0;
        if (removing) {
            return bound ? "the registrar's " + response.status() + " still lists " + contact : "";
        }
        if (!bound) {
            return "the registrar's " + response.status()
                    + (listed.isEmpty() ? " does not list " + contact : " lists " + contact + " with expires=0");
        }
        grant(granted);
        return "";
    }

    private void grant(long seconds) {
        expires = seconds > 0 ? seconds : expires;
    }

    /**
     * An answer came that may ask for a longer interval (section 10.2.8).
     *
     * @return whether it does
     */
    boolean tooBrief(Message response) {
        long least = response.status() == INTERVAL_TOO_BRIEF ? response.number("Min-Expires") : -1;
        if (removing || least <= expires) {
            return false;
        }
        expires = least;
        return true;
    }

    /** The REGISTER of an attempt. */
    byte[] request(Attempt register) {
        String address = "<sip:" + user + "@" + UserAgent.text(dialog.service) + ">";
        return ("REGISTER " + register.uri + " SIP/2.0\r\nVia: " + agent.via() + ";branch=" + register.branch
                        + "\r\nMax-Forwards: 70\r\nFrom: " + address + ";tag=" + dialog.fromTag + "\r\nTo: " + address
                        + "\r\nCall-ID: " + dialog.callId + "\r\nCSeq: " + register.cseq + " REGISTER\r\nContact: <"
                        + contact + ">\r\nExpires: " + expires
                        + "\r\n" + register.headers + "Content-Length: 0\r\n\r\n")
                .getBytes(ISO_8859_1);
    }

    void stop() {
        stopped = true;
    }

    /** Why it is not made, as far as anybody has said; or empty. */
    String refused() {
        return refused;
    }

    boolean open() {
        return open;
    }
}
