package io.ringdown.workloads.calls;

import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.MessageText;
import java.util.function.BiConsumer;

/**
 * What takes an attempt's place without its user's doing: the same request on a new connection or to another address, or what its answer asks for.
 */
final class Successors {
    private static final int SERVICE_UNAVAILABLE = 503;
    private static final int SESSION_INTERVAL_TOO_SMALL = 422;

    private final GeneratorSettings settings;
    private final Authentication authentication;
    private final Redirections redirections;
    private final BiConsumer<Attempt, String> inVain;
    /** The user's header lines, each with its end. */
    private final String lines;
    /** Whether no request has any of its own. */
    private final boolean plain;

    /** @param inVain told of an attempt whose final response its user can do nothing with, and why */
    Successors(GeneratorSettings settings, BiConsumer<Attempt, String> inVain) {
        this.settings = settings;
        this.inVain = inVain;
        redirections = new Redirections(settings, inVain);
        authentication = new Authentication(settings.credentials());
        var joined = new StringBuilder();
        settings.workload()
                .caller()
                .headers()
                .forEach(line -> joined.append(line).append("\r\n"));
        lines = MessageText.latin(joined.toString());
        plain = lines.isEmpty() && settings.credentials() == null;
    }

    /**
     * The request that follows one that was not answered, or whose connection was lost.
     *
     * @param attempt has its status
     * @return null if its user is to be told
     */
    Attempt ofUnanswered(Attempt attempt, long now) {
        if (!attempt.retransmits) {
            return null;
        }
        if (fails(attempt) && mayMove(attempt)) {
            return elsewhere(attempt, now);
        }
        if (attempt.status == Operation.CONNECTION_LOST && !attempt.resent) {
            return attempt.onNewConnection(now);
        }
        return redirections.next(attempt, now);
    }

    /**
     * RFC 3263 section 4.3: the transport failed, or Timer B or F has ended, and nothing has come at all. What was answered provisionally is in somebody's
     * hands: under another branch it would be a second request to them.
     */
    private static boolean fails(Attempt attempt) {
        return !attempt.answeredProvisionally();
    }

    /** A CANCEL goes where its INVITE went, and what was redirected to the next target only: no other service address stands for that one. */
    private boolean mayMove(Attempt attempt) {
        return settings.workload().caller().failOver()
                && attempt.target == null
                && settings.services().contains(attempt.dialog.service)
                && attempt.moves
                && attempt.retransmits
                && !attempt.givenUp
                && attempt.intent != Intent.CANCEL
                && attempt.addresses < settings.services().size();
    }

    private Attempt elsewhere(Attempt attempt, long now) {
        attempt.dialog.service = settings.serviceAfter(attempt.dialog.service);
        return attempt.elsewhere(now);
    }

    /**
     * The request that follows a final response.
     *
     * @param attempt has its status
     * @return null if its user is to be told
     */
    Attempt ofAnswered(Attempt attempt, Message response, long now) {
        if (attempt.givenUp || attempt.intent == Intent.CANCEL) {
            return null;
        }
        if (Redirections.redirects(attempt.status)) {
            return redirections.followed(attempt, response, now);
        }
        if (!attempt.retransmits) {
            return null;
        }
        boolean again = switch (attempt.status) {
            case 401, 407 -> authentication.challenged(response, attempt.answeredChallenge(attempt.status));
            case SESSION_INTERVAL_TOO_SMALL ->
                attempt.dialog.session != null && attempt.dialog.session.tooSmall(response);
            default -> attempt.dialog.binding != null && attempt.dialog.binding.tooBrief(response);
        };
        if (again) {
            return attempt.followUp(now);
        }
        if (attempt.status == SERVICE_UNAVAILABLE && mayMove(attempt)) {
            return elsewhere(attempt, now);
        }
        return redirections.next(attempt, now);
    }

    /** What a 2xx tells of the dialog's timer, or of a binding. */
    void accepted(Attempt attempt, Message response) {
        Dialog dialog = attempt.dialog;
        if (dialog.binding != null) {
            String why = dialog.binding.accepted(response);
            if (!why.isEmpty()) {
                attempt.inVain = true;
                inVain.accept(attempt, why);
            }
        } else if (dialog.session != null && timed(attempt)) {
            dialog.session.accepted(response);
        }
    }

    /** Gives a request the header lines that not every one has. */
    void equip(Attempt attempt) {
        if (attempt.intent == Intent.CANCEL || plain && attempt.dialog.session == null) {
            return;
        }
        attempt.credentials = authentication.headers(attempt.method(), attempt.uri);
        String session = attempt.dialog.session != null && timed(attempt) ? attempt.dialog.session.headers() : "";
        attempt.headers = lines + session + attempt.credentials;
    }

    private static boolean timed(Attempt attempt) {
        return attempt.invite() || attempt.intent == Intent.UPDATE;
    }
}
