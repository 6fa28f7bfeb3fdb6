package io.ringdown.harness.hosts.ssh;

import com.jcraft.jsch.Channel;
import com.jcraft.jsch.JSchException;
import com.jcraft.jsch.Session;

/** Opens channels of a session (RFC 4254 section 5.1). */
final class Channels {
    /** What JSch says of a session that was found broken. */
    static final String DOWN = "session is down";

    private Channels() {}

    /**
     * A channel that is yet to be connected.
     *
     * @param type such as {@code exec}
     * @throws JSchException if the session does not hold; JSch itself makes no channel, and says nothing, where it breaks just then
     */
    static <C extends Channel> C open(Session session, String type, Class<C> its) throws JSchException {
        Channel channel = session.openChannel(type);
        if (channel == null) {
            throw new JSchException(DOWN);
        }
        return its.cast(channel);
    }
}
