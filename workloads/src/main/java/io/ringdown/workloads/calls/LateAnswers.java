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
                wire.send(agent.requests.ack(attempt, response.toTag(), attempt.branch), attempt.destination);
            }
        } else if (attempt.replaced) {
            afterAll(attempt, response);
        } else if (attempt.outcome != Outcome.OK) {
            tooLate(attempt, response);
        } else if (!response.toTag().equals(attempt.dialog.toTag)) {
            forked(attempt, response);
        } else if (attempt.ackBranch != null) {
            agent.sendAck(attempt, attempt.dialog.toTag, attempt.ackBranch);
        } else {
            attempt.answersAgain++;
            attempt.lastAnswer = wire.nanos();
        }
    }

    /** Accepted after it was given up: acknowledged, then ended (RFC 3261 section 9.1). */
    private void tooLate(Attempt invite, Message response) {
        boolean first = invite.ackBranch == null;
        if (first) {
            agent.establish(invite, response);
            invite.ackBranch = agent.newBranch();
        }
        agent.sendAck(invite, response.toTag(), invite.ackBranch);
        if (first && invite.intent == Intent.SETUP) {
            release(invite.dialog);
        }
    }

    /** The address that was left has accepted: a second answer if the other one has accepted as well. */
    private void afterAll(Attempt invite, Message response) {
        String tag = response.toTag();
        if (tag.equals(invite.dialog.toTag)) {
            agent.sendAck(invite, tag, agent.newBranch());
        } else if (!invite.dialog.toTag.isEmpty()) {
            forked(invite, response);
        } else {
            invite.dialog.leftTag = tag;
            letGo(invite, tag);
        }
    }

    /** A second callee accepted (RFC 3261 section 13.2.2.4): it is acknowledged and let go, off the record but for the incident. */
    private void forked(Attempt invite, Message response) {
        if (letGo(invite, response.toTag())) {
            farSide.incident(
                    invite.dialog, Incident.Kind.FORKED_ANSWER, "2xx with another To-tag" + UserAgent.by(response));
        }
    }

    /**
     * Acknowledges a 2xx that nobody wants, and ends its dialog.
     *
     * @return whether it came for the first time
     */
    private boolean letGo(Attempt invite, String tag) {
        agent.sendAck(invite, tag, agent.newBranch());
        if (invite.forkedTags.contains(tag + ",")) {
            return false;
        }
        invite.forkedTags += tag + ",";
        var fork = new Dialog(invite.dialog.call, invite.dialog.callId, invite.dialog.fromTag, invite.dialog.service);
        fork.cseq = invite.dialog.cseq;
        fork.toTag = tag;
        fork.remoteTarget = invite.dialog.remoteTarget;
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
