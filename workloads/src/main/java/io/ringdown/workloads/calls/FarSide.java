package io.ringdown.workloads.calls;

import io.ringdown.record.CallRecorder;
import io.ringdown.record.Incident;
import io.ringdown.workloads.sip.Message;
import io.ringdown.workloads.sip.Wire;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.Map;

/** What the far side does unasked: answers its requests, and notes whatever befalls a dialog that no script wants. */
final class FarSide {
    private final Wire wire;
    private final CallRecorder recorder;
    private final long forgetAfter;
    private final Map<String, Dialog> dialogs = new HashMap<>();
    private volatile long malformed;

    /** @param t1 timer T1 in nanoseconds */
    FarSide(Wire wire, CallRecorder recorder, long t1) {
        this.wire = wire;
        this.recorder = recorder;
        forgetAfter = 64 * t1;
    }

    /** A dialog in which the far side may speak from now on. */
    void expect(Dialog dialog) {
        dialogs.put(dialog.callId, dialog);
    }

    /** The dialog is over; its far side's last words may still come for a while. */
    void forget(Dialog dialog) {
        wire.after(wire.nanos(), forgetAfter, () -> dialogs.remove(dialog.callId, dialog));
    }

    void requested(Message request, InetSocketAddress from) {
        if (request.method().equals("ACK")) {
            return;
        }
        Dialog dialog = dialogs.get(request.callId());
        boolean within = dialog != null && dialog.fromTag.equals(request.toTag());
        String status = within ? "200 OK" : "481 Call/Transaction Does Not Exist";
        if (request.method().equals("INVITE")) {
            status = within ? "488 Not Acceptable Here" : "404 Not Found";
        } else if (request.toTag().isEmpty() && request.method().equals("OPTIONS")) {
            // Somebody asks whether this address lives.
            status = "200 OK";
        }
        wire.send(Responses.plain(request, from, status, ""), Responses.destination(request, from));
        if (!within) {
            return;
        }
        if (!request.method().equals("BYE")) {
            stray(request, "unscripted " + request.method());
        } else if (!dialog.endedRemotely) {
            dialog.endedRemotely = true;
            incident(dialog, Incident.Kind.UNSCRIPTED_BYE, "BYE from the far side");
        }
    }

    /** A message that belongs to nothing; of a call that is known, it is an incident. */
    void stray(Message message, String detail) {
        Dialog dialog = dialogs.get(message.callId());
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
