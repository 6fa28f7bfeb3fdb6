package io.ringdown.cluster.membership;

import java.util.Collection;
import org.jgroups.Address;
import org.jgroups.PhysicalAddress;
import org.jgroups.protocols.TCP;

/**
 * TCP between members. At each view JGroups forgets its connections to whoever is no member, and may leave open one that has just been
 * accepted, or whose other end has just been found to be a member's. Of two members, the one with the greater address refuses any further
 * connection as long as it has one: all that the forgetful one sends to it is lost from then on, while it is heard itself. So what is forgotten
 * here is closed.
 */
final class MemberConnections extends TCP {
    @Override
    public void retainAll(Collection<Address> members) {
        srv.forAllConnections((peer, connection) -> {
            if (!members.contains(peer) && !is_member.test((PhysicalAddress) peer)) {
                srv.closeConnection(connection, false);
            }
        });
    }
}
