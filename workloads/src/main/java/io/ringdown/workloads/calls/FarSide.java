package io.ringdown.workloads.calls;

import io.ringdown.record.CallRecorder;
import io.ringdown.record.Incident;
import io.ringdown.record.Intent;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.Wire;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;
import java.util.function.Function;

/** What the far side does: answers its requests, and notes whatever befalls a dialog that no script of the caller's wants. */
final class FarSide {
    private static final String OK = "200 OK";
    private static final String GONE = "481 Call/Transaction Does Not Exist";

    private final Wire wire;
    private final CallRecorder recorder;
    private final long forgetAfter;
    private final Map<String, Dialog> dialogs = new HashMap<>();
    private final Function<String, Dialog> finished;
    private final ServerTransactions transactions;
    private final boolean expectsRequests;
    private final String offer;
    private volatile long malformed;

    /**
     * Nobody has called yet.
     *
     * @param forgetAfter nanoseconds for which a dialog that is over is known
     * @param finished makes a dialog known again that has been kept elsewhere, or returns null
     * @param expectsRequests whether a callee may send requests of its own inside a dialog
     * @param offer what a re-INVITE is answered by: further header lines, and the body
     * @param t1 timer T1 in nanoseconds
     */
    FarSide(
            Wire wire,
            CallRecorder recorder,
            long forgetAfter,
            Function<String, Dialog> finished,
            boolean expectsRequests,
            String offer,
            long t1) {
        this.expectsRequests = expectsRequests;
        this.offer = offer;
        transactions = new ServerTransactions(wire, t1);
        this.wire = wire;
        this.recorder = recorder;
        this.forgetAfter = forgetAfter;
        this.finished = finished;
    }

    /** A dialog in which the far side may speak from now on. */
    void expect(Dialog dialog) {
        dialogs.put(dialog.callId, dialog);
    }

    /** The dialog is over; its far side's last words may still come for a while. */
    void forget(Dialog dialog) {
        wire.after(wire.nanos(), forgetAfter, () -> dialogs.remove(dialog.callId, dialog));
    }

    /** The dialog is kept elsewhere from now on. */
    void remove(Dialog dialog) {
        dialogs.remove(dialog.callId, dialog);
    }

    private Dialog dialog(String callId) {
        Dialog known = dialogs.get(callId);
        return known != null ? known : finished.apply(callId);
    }

    void requested(Message request, InetSocketAddress from) {
        if (request.method().equals("ACK")) {
            acknowledged(dialogs.get(request.callId()), request);
        } else if (!transactions.again(request, from)) {
            requested(dialog(request.callId()), request, from);
        }
    }

    private void requested(Dialog dialog, Message request, InetSocketAddress from) {
        boolean ofCall = dialog != null && dialog.fromTag.equals(request.toTag());
        boolean within = ofCall && (dialog.toTag.isEmpty() || dialog.toTag.equals(request.fromTag()));
        boolean invite = request.method().equals("INVITE");
        Intent intent = invite ? Intent.MODIFY : Intent.INFO;
        ServerTransaction transaction = transactions.begin(intent, request, from);
        if (!within) {
            // Outside of any, somebody may ask whether this address lives.
            boolean asks = request.toTag().isEmpty() && request.method().equals("OPTIONS");
            boolean calls = request.toTag().isEmpty() && invite;
            answer(transaction, asks ? OK : calls ? "404 Not Found" : GONE, Responses.NO_BODY);
            if (ofCall) {
                besides(dialog, request);
            } else if (calls || !request.toTag().isEmpty()) {
                stray(request, request.method() + " of no dialog");
            }
        } else if (expectsRequests && request.cseq() < dialog.remoteCseq) {
            // Section 12.2.2: whoever took the dialog over does not know how far it was.
            heard(dialog, request);
            answer(transaction, "500 Server Internal Error", "Retry-After: 1\r\n" + Responses.NO_BODY);
        } else {
            dialog.remoteCseq = request.cseq();
            within(dialog, request, transaction);
        }
    }

    private void within(Dialog dialog, Message request, ServerTransaction transaction) {
        boolean invite = transaction.invite();
        if (request.method().equals("BYE")) {
            answer(transaction, OK, Responses.NO_BODY);
            if (!dialog.endedRemotely) {
                dialog.endedRemotely = true;
                incident(dialog, Incident.Kind.UNSCRIPTED_BYE, "BYE from the far side");
            } else if (expectsRequests) {
                heard(dialog, request);
            }
        } else if (!expectsRequests) {
            answer(transaction, invite ? "488 Not Acceptable Here" : OK, Responses.NO_BODY);
            stray(request, "unscripted " + request.method());
        } else if (invite && dialog.modifying) {
            answer(transaction, "491 Request Pending", Responses.NO_BODY);
        } else {
            heard(dialog, request);
            if (invite || request.method().equals("UPDATE")) {
                dialog.target(request.contact());
            }
            answer(transaction, OK, invite ? offer : Responses.NO_BODY);
            dialog.unacknowledged = invite ? transaction : dialog.unacknowledged;
        }
    }

    /** There is a second dialog of the call, which the caller has not; one that it has let go for another address's may have crossed its BYE. */
    private void besides(Dialog dialog, Message request) {
        if (!request.fromTag().equals(dialog.leftTag)) {
            incident(dialog, Incident.Kind.CHANGED_TAG, request.method() + " with another From-tag");
        }
    }

    private void heard(Dialog dialog, Message request) {
        incident(dialog, Incident.Kind.FAR_SIDE_REQUEST, request.method() + " (CSeq " + request.cseq() + ")");
    }

    private void answer(ServerTransaction transaction, String status, String rest) {
        byte[] response = Responses.of(transaction.request, transaction.from, status, "", false, rest);
        transactions.answer(transaction, Integer.parseInt(status, 0, 3, 10), response, () -> {});
    }

    private void acknowledged(Dialog dialog, Message ack) {
        ServerTransaction refused = transactions.invite(ack);
        if (refused != null && refused.status >= 300) {
            transactions.acknowledged(refused);
        } else if (dialog != null && dialog.unacknowledged != null && dialog.unacknowledged.cseq == ack.cseq()) {
            transactions.acknowledged(dialog.unacknowledged);
            dialog.unacknowledged = null;
        }
    }

    /** A message that belongs to nothing; of a call that is known, it is an incident. */
    void stray(Message message, String detail) {
        Dialog dialog = dialog(message.callId());
        if (dialog == null) {
            malformed++;
        } else {
            incident(dialog, Incident.Kind.STRAY, detail);
        }
    }

    void unreadable() {
        malformed++;
    }

    void incident(Dialog dialog, Incident.Kind kind, String detail) {
        recorder.incident(new Incident(dialog.call, wire.nanos(), kind, detail));
    }

    /** Datagrams that were no SIP message, or belonged to no call. */
    long malformed() {
        return malformed;
    }
}
