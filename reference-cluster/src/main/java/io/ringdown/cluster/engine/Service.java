package io.ringdown.cluster.engine;

import io.ringdown.cluster.session.StoredSession;
import io.ringdown.cluster.sip.SipMessage;
import java.net.InetSocketAddress;
import java.util.List;

/**
 * What an app processor does with its calls (paper section 4.2): the rules of its dialogs and transactions.
 *
 * @param <C> what it keeps of a call
 */
interface Service<C extends Call> {
    /** A request came that belongs to a call. */
    void within(C call, SipMessage request, InetSocketAddress from);

    /** A response came to what was sent of this call. */
    void response(C call, SipMessage response);

    /** A request came whose call is not known. */
    void without(SipMessage request, InetSocketAddress from);

    /** The call as bytes, as deeply as the settings say. */
    StoredSession encode(C call);

    /** The call as bytes, with everything: for who goes on with it while this engine is still there to tell everything. */
    StoredSession whole(C call);

    /** Least depth at which a call that has come so far is stored. */
    Depth depth(C call);

    /** What of the call is stored before anybody hears of it. */
    List<? extends Committing> parts(C call);

    /** What {@link #encode} wrote, with its retransmissions begun anew. */
    C decode(StoredSession stored);

    /** Says again what a former owner may have said last, as far as that is stored. */
    void resume(C call);

    /** Ends the call, and whatever is open in it with 500. */
    void refuse(C call);

    /** When something of the call is due next; {@link Transaction#NEVER} if nothing is. */
    long due(C call);

    /** Does what is due. */
    void act(C call, long now);
}
