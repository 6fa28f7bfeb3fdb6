package io.ringdown.workloads.calls;

import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.record.Outcome;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.Wire;

/** What a caller does about final responses to an INVITE that has ended: for 64 T1 they may come again, or after all. */
final class LateAnswers {
    private final UserAgent agent;
    private final FarSide farSide;
    private final Wire wire;

    LateAnswers(UserAgent agent, FarSide farSide) {
        this.agent = agent;
        this.farSide = farSide;
        wire = agent.wire;
    }

    /** A final response after the first one: its ACK was lost, it was forked, or it came after all. */
    void again(Attempt attempt, Message response) {
        if (!attempt.invite() || response.status() < 200) {
            return;
        }
        if (response.status() >= 300) {
            if (attempt.outcome != Outcome.OK) {
                wire.send(agent.requests.ackOfRefusal(attempt, response.toTag()), attempt.destination);
            }
        } else if (attempt.replaced) {
            afterAll(attempt, response);
        } else if (attempt.outcome != Outcome.OK) {
            tooLate(attempt, response);
        } else if (!response.toTag().equals(attempt.dialog.toTag)) {
            forked(attempt, response);
        } else {
            countSetUps(attempt, response);
            if (attempt.ackBranch != null) {
                agent.sendAck(attempt, attempt.dialog.toTag, attempt.ackBranch);
            } else {
                attempt.answersAgain++;
                attempt.lastAnswer = wire.nanos();
            }
        }
    }

    /** The same tag does not say that it is the same acceptance: whoever took the call over may have accepted it anew. */
    private void countSetUps(Attempt invite, Message response) {
        if (response.setups() > Math.max(1, invite.setups)) {
            invite.setups = response.setups();
            if (!invite.recorded) {
                twice(invite, response, "2xx that tells of " + response.setups() + " set-ups");
            }
        }
    }

    /** Accepted after it was given up: acknowledged, then ended (RFC 3261 section 9.1). */
    private void tooLate(Attempt invite, Message response) {
        boolean first = invite.ackBranch == null;
        if (first) {
            agent.establish(invite, response);
            invite.ackBranch = agent.newBranch();
            if (refused(invite)) {
                twice(invite, response, "2xx after a " + invite.status);
            }
        } else if (!response.toTag().equals(invite.dialog.toTag)) {
            forked(invite, response);
            return;
        }
        agent.sendAck(invite, response.toTag(), invite.ackBranch);
        if (first && invite.intent == Intent.SETUP) {
            release(invite.dialog);
        }
    }

    /** Whether a set-up was refused: who accepts it then has it live twice, as its user went on without it. */
    private static boolean refused(Attempt invite) {
        return invite.intent == Intent.SETUP && invite.status >= 300;
    }

    /** The address that was left has accepted: a second answer if another one has accepted as well, or it had refused itself. */
    private void afterAll(Attempt invite, Message response) {
        String tag = response.toTag();
        if (tag.equals(invite.dialog.toTag)) {
            agent.sendAck(invite, tag, agent.newBranch());
            if (refused(invite) && anotherTookItsPlace(invite) && !invite.forkedTags.contains(tag + ",")) {
                invite.forkedTags += tag + ",";
                twice(invite, response, "2xx after a " + invite.status);
            }
        } else if (!invite.dialog.toTag.isEmpty()
                || !invite.dialog.leftTag.isEmpty() && !invite.dialog.leftTag.equals(tag)) {
            forked(invite, response);
        } else {
            invite.dialog.leftTag = tag;
            if (letGo(invite, response) && refused(invite)) {
                twice(invite, response, "2xx after a " + invite.status);
            }
        }
    }

    /** Whether what was accepted is another request, rather than the same one by another address: that has the same CSeq. */
    private static boolean anotherTookItsPlace(Attempt invite) {
        Attempt last = invite.dialog.setUp;
        return last != null && last.cseq != invite.cseq;
    }

    /** A second callee accepted (RFC 3261 section 13.2.2.4): it is acknowledged and let go, off the record but for the incident. */
    private void forked(Attempt invite, Message response) {
        if (letGo(invite, response)) {
            twice(invite, response, "2xx with another To-tag");
        }
    }

    private void twice(Attempt invite, Message response, String what) {
        farSide.incident(invite.dialog, Incident.Kind.FORKED_ANSWER, what + UserAgent.by(response));
    }

    /**
     * Acknowledges a 2xx that nobody wants, and ends its dialog, which has a target and a route of its own.
     *
     * @return whether it came for the first time
     */
    private boolean letGo(Attempt invite, Message response) {
        String tag = response.toTag();
        var fork = new Dialog(invite.dialog.call, invite.dialog.callId, invite.dialog.fromTag, invite.destination);
        fork.cseq = invite.dialog.cseq;
        fork.toTag = tag;
        fork.remoteTarget = response.contact().isEmpty() ? invite.uri : response.contact();
        fork.routes = UserAgent.routes(response);
        Attempt accepted = Attempt.over(fork, invite.cseq, response.status(), invite.branch, null);
        accepted.credentials = invite.credentials;
        agent.sendAck(accepted, tag, agent.newBranch());
        if (invite.forkedTags.contains(tag + ",")) {
            return false;
        }
        invite.forkedTags += tag + ",";
        Attempt bye = Attempt.first(fork, Intent.RELEASE, wire.nanos());
        bye.recorded = false;
        agent.send(bye);
        return true;
    }

    /** Ends a dialog that nobody wants. */
    void release(Dialog dialog) {
        Attempt bye = Attempt.first(dialog, Intent.RELEASE, wire.nanos());
        bye.ended = over -> agent.forget(dialog);
        agent.send(bye);
    }
}
