package io.ringdown.cluster.engine;

import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;

/**
 * A request that is passed on from one side of a call to the other, and its responses, which are passed back: a server transaction and the
 * client transaction that it led to (RFC 3261 sections 17.1 and 17.2). Without the former, a request of the engine's own.
 */
final class Exchange extends Committing {
    final boolean fromCaller;
    final String method;
    final int cseq;
    /** Branch of the request as it came. */
    final String branch;
    /** All Via values of the request as it came last, topmost first, a line each; empty if it is the engine's own. */
    String vias;

    /** The request as it is passed on, its branch and where it goes. Its text is empty once it has its final response. */
    String passedBranch;

    String request = "";
    InetSocketAddress destination;
    /** Whether its sender has cancelled it. */
    boolean cancelled;

    /** Last status that was passed back; 0: none yet. */
    int status;
    /** The response that was passed back last, without its Vias and the name of the engine. */
    String response = "";
    /** Whether a final response to INVITE still lacks its ACK. */
    boolean awaitsAck;
    /** The ACK that the other side got, to be sent again when it sends its response again; empty before. */
    String ack = "";

    InetSocketAddress ackDestination;
    /** When to give up waiting for a response, for an ACK, and at last for repetitions. */
    long expires;

    // Not stored: a new owner starts over.
    /** Whether the other side has answered provisionally. */
    boolean heard;

    long nextRequest = Transaction.NEVER;
    long nextResponse = Transaction.NEVER;
    long interval;

    Exchange(boolean fromCaller, String method, int cseq, String branch, String vias) {
        this.fromCaller = fromCaller;
        this.method = method;
        this.cseq = cseq;
        this.branch = branch;
        this.vias = vias;
    }

    boolean own() {
        return vias.isEmpty();
    }

    boolean invite() {
        return method.equals("INVITE");
    }

    boolean open() {
        return status < 200;
    }

    boolean accepted() {
        return status >= 200 && status < 300;
    }

    /** Whether somebody must act without being asked. */
    boolean pending() {
        return open() || awaitsAck;
    }

    /** Says where its responses go. */
    Via topVia() {
        int end = vias.indexOf('\n');
        return Via.parse(end < 0 ? vias : vias.substring(0, end));
    }
}
