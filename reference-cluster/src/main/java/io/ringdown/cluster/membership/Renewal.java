package io.ringdown.cluster.membership;

import java.util.ArrayList;
import java.util.List;
import org.jgroups.Address;
import org.jgroups.BytesMessage;
import org.jgroups.JChannel;
import org.jgroups.Message;
import org.jgroups.protocols.UNICAST3;
import org.jgroups.util.Table;

/**
 * Begins the connection between two members anew. Twice in hundreds of runs, one member's messages to one other went unanswered for good
 * while each heard the other's heartbeats, which travel by another queue and another protocol: no failure that membership knows of, and
 * yet every call that needs both is lost. Its cause is not known; both sides tell what they knew of each other.
 */
final class Renewal {
    /** No other message between elements is this. */
    private static final byte MARK = 126;

    private final JChannel channel;
    private final UNICAST3 unicast;
    private final RenewableBundler bundler;

    Renewal(JChannel channel) {
        this.channel = channel;
        unicast = channel.getProtocolStack().findProtocol(UNICAST3.class);
        bundler = (RenewableBundler) channel.getProtocolStack().getTransport().getBundler();
    }

    /** Whether a message asks for {@link #renew}. */
    static boolean isWish(byte[] content) {
        return content.length == 1 && content[0] == MARK;
    }

    /** Begins it anew here, and asks the other side to do the same, by a way that depends on nothing that might be stuck. */
    void begin(Address peer) {
        renew(peer);
        try {
            var wish = new BytesMessage(peer, new byte[] {MARK});
            channel.send(wish.setFlag(Message.Flag.OOB, Message.Flag.NO_RELIABILITY));
        } catch (Exception e) {
            System.err.println("wish for a new connection not sent: " + e);
        }
    }

    /** Begins it anew on this side. What the other has not confirmed is sent again; perhaps it has it already. */
    void renew(Address peer) {
        System.err.println("connection to " + peer + " begins anew; so far:" + unicast.printConnections()
                + "waits to be sent: " + bundler.waiting(peer));
        List<Message> unconfirmed = unconfirmed(peer);
        bundler.renew(peer);
        unicast.removeSendConnection(peer);
        unicast.removeReceiveConnection(peer);
        unconfirmed.forEach(unicast::down);
    }

    private List<Message> unconfirmed(Address peer) {
        var messages = new ArrayList<Message>();
        Table<Message> window = unicast.getSendWindow(peer);
        if (window != null) {
            for (long number = window.getHighestDelivered() + 1; number <= window.getHighestReceived(); number++) {
                Message message = window.get(number);
                if (message != null) {
                    messages.add(message);
                }
            }
        }
        return messages;
    }
}
