package io.ringdown.workloads.calls;

import io.ringdown.record.AttemptKind;
import io.ringdown.record.Caller.Transport;
import io.ringdown.record.Intent;
import io.ringdown.workloads.calls.TargetSet.Target;
import io.ringdown.workloads.sip.Contact;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.SipUri;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.function.BiConsumer;

/**
 * What a caller does about redirections (RFC 3261 section 8.1.3.4): it tries their Contacts one after the other, as long as they lead to the cluster. They
 * may lead nowhere else, since nobody but the plan says who is sent anything.
 */
final class Redirections {
    /** What it offers is told in its body, in no form that a caller could act on (section 21.3.5). */
    private static final int ALTERNATIVE_SERVICE = 380;

    private static final int REQUEST_PENDING = 491;
    private static final int LONGEST_QUOTE = 120;

    private final GeneratorSettings settings;
    private final BiConsumer<Attempt, String> notFollowed;

    /** @param notFollowed told of a redirected attempt that has no further target, and why */
    Redirections(GeneratorSettings settings, BiConsumer<Attempt, String> notFollowed) {
        this.settings = settings;
        this.notFollowed = notFollowed;
    }

    static boolean redirects(int status) {
        return status >= 300 && status < 400;
    }

    /**
     * What follows a redirected attempt.
     *
     * @param attempt has its status
     * @return null if there is nowhere to go
     */
    Attempt followed(Attempt attempt, Message response, long now) {
        String why = attempt.status == ALTERNATIVE_SERVICE
                ? "it offers another service"
                : attempt.mayFollowUp() ? added(attempt, response.contacts()) : "too many answers asked for more";
        Target target = why.isEmpty() ? attempt.targets.next() : null;
        if (target == null) {
            notFollowed.accept(attempt, attempt.status + " to " + attempt.method() + " not followed: " + why);
            return null;
        }
        return attempt.to(target, AttemptKind.FOLLOW_UP, now);
    }

    /** @return why there is none to go to; empty: there is one */
    private String added(Attempt attempt, List<Contact> contacts) {
        if (attempt.targets == null) {
            attempt.targets = new TargetSet();
            // Where its dialog's requests go by the cluster, its own target has not been tried yet.
            SipUri.of(attempt.uri)
                    .filter(uri -> !attempt.dialog.routes.isEmpty() || attempt.destination.equals(uri.address()))
                    .ifPresent(attempt.targets::tried);
        }
        String why = "it names no Contact";
        boolean none = true;
        for (Contact contact : contacts) {
            Optional<SipUri> uri = SipUri.of(contact.uri()).map(SipUri::ofRequest);
            String refused = refused(attempt.targets, uri);
            if (refused.isEmpty()) {
                attempt.targets.add(uri.get(), contact.q());
            } else if (none) {
                why = quoted(contact.uri()) + " " + refused;
                none = false;
            }
        }
        return attempt.targets.exhausted() ? why : "";
    }

    /** Why a Contact is no target; empty: it is one. */
    private String refused(TargetSet targets, Optional<SipUri> uri) {
        InetSocketAddress address = uri.map(SipUri::address).orElse(null);
        if (address == null) {
            return "is no SIP address";
        }
        if (!settings.ofCluster(address)) {
            return "is no address of the cluster's";
        }
        Transport spoken = settings.workload().caller().transport();
        String transport = uri.get().parameter("transport");
        if (transport != null && !transport.equals(spoken.name().toLowerCase(Locale.ROOT))) {
            return "wants another transport than " + spoken;
        }
        if (targets.has(uri.get())) {
            return "has been tried";
        }
        return targets.full() ? "is one too many" : "";
    }

    private static String quoted(String uri) {
        String plain = uri.replaceAll("[^ -~]", "?");
        return plain.length() <= LONGEST_QUOTE ? plain : plain.substring(0, LONGEST_QUOTE) + "...";
    }

    /**
     * What follows an attempt that failed where a redirection had led it. That is a repeat: another request was needed. Whose dialog is gone hangs up
     * instead (section 12.2.1.2), a 6xx speaks for all targets (section 21.6), and a 491 is no failure: its user waits (section 14.1).
     *
     * @param attempt has its status
     * @return null if no target is left, or none is to be tried
     */
    Attempt next(Attempt attempt, long now) {
        boolean gone = attempt.status == 481 || attempt.status == 408 || attempt.status == 0;
        boolean within = !attempt.toTag.isEmpty();
        boolean over = attempt.targets == null
                || attempt.givenUp
                || attempt.intent == Intent.CANCEL
                || attempt.status >= 600
                || attempt.status == REQUEST_PENDING
                || within && gone;
        Target target = over ? null : attempt.targets.next();
        return target == null ? null : attempt.to(target, AttemptKind.REPEAT, now);
    }
}
