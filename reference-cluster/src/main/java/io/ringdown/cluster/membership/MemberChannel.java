package io.ringdown.cluster.membership;

import java.util.List;
import org.jgroups.JChannel;
import org.jgroups.protocols.TP;
import org.jgroups.stack.Protocol;
import org.jgroups.stack.ProtocolStack;

/**
 * A channel of protocols that have been told everything. JGroups' own ways to make one read the annotations of each field and method of each
 * protocol, to find what it may be told: a fifth of the processor time that an element takes to start.
 */
final class MemberChannel extends JChannel {
    /**
     * @param transport the lowest protocol, which knows its address; like all others used by this channel only
     * @param others upwards
     */
    MemberChannel(TP transport, List<Protocol> others) throws Exception {
        super(false);
        prot_stack = new ProtocolStack().setChannel(this);
        prot_stack.addProtocol(transport);
        others.forEach(prot_stack::addProtocol);
        prot_stack.setDownProtocol(prot_stack.getTopProtocol());
        transport.init();
        transport.getThreadPool().init();
        transport.getDiagnosticsHandler().setEnabled(false);
        for (Protocol each : others) {
            each.init();
        }
    }
}
