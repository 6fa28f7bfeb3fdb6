package io.ringdown.cluster.dispatcher;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;

/**
 * How a SIP proxy finds a call's container (paper section 5.2): the replication domain of a known session is read from its mark, the To tag for one, which
 * names the container that set the call up; a new call goes to one of the domains that live. Within the domain, whoever owns the call now gets it.
 */
public final class DomainAffinity implements Dispatcher.Routing {
    private final ClusterConfig config;

    public DomainAffinity(ClusterConfig config) {
        this.config = config;
    }

    @Override
    public ElementConfig ownerOf(Members members, String callId, String mark) {
        int domain = domainOf(mark);
        return domain < 0 ? members.ownerOf(callId) : members.ownerOf(callId, domain);
    }

    /** Whether a mark names a container, and so the domain of a known session. */
    boolean knows(String mark) {
        return domainOf(mark) >= 0;
    }

    private int domainOf(String mark) {
        return config.element(mark.substring(mark.indexOf('-') + 1))
                .map(ElementConfig::domain)
                .orElse(-1);
    }
}
