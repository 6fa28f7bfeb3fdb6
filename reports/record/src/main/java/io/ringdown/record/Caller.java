package io.ringdown.record;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.time.Duration;
import java.util.List;

/**
 * How the generator speaks, beside what its scripts say. Nothing in here is secret: a password is only referred to.
 *
 * @param transport what carries the calls; levels hold for one transport
 * @param sources how many addresses it sends from, if none are named; the calls are dealt over them
 * @param sourceAddresses the addresses, each {@code address} or {@code address:port}; empty: loopback addresses beside the service address
 * @param failOver whether a request goes on to the next service address as RFC 3263 section 4.3 says
 * @param credentials answers to 401 and 407, or null
 * @param registrations bindings that are kept registered, or null
 * @param sessionTimer RFC 4028's session timer, or null
 * @param keepAlive OPTIONS sent at an interval, or null
 * @param headers header lines of the user's, in every request but ACK and CANCEL
 * @param sdp the offer, with CRLF line ends; null: the generator's own
 * @param loadHosts processes that the calls are dealt over
 * @param loadHostsAt which hosts of an inventory they are, in order; empty, and left out: they are on this machine, and a single one is the harness itself
 * @param realTime whether its threads, and the callee's, go before those of usual scheduling on their machine; left out: no
 */
public record Caller(
        Transport transport,
        int sources,
        List<String> sourceAddresses,
        boolean failOver,
        Credentials credentials,
        Registrations registrations,
        SessionTimer sessionTimer,
        KeepAlive keepAlive,
        List<String> headers,
        String sdp,
        int loadHosts,
        @JsonInclude(JsonInclude.Include.NON_EMPTY) List<String> loadHostsAt,
        @JsonInclude(JsonInclude.Include.NON_DEFAULT) boolean realTime) {
    /** UDP from one address, and nothing else. */
    public static final Caller PLAIN =
            new Caller(Transport.UDP, 1, List.of(), false, null, null, null, null, List.of(), null);

    /** The harness itself calls. */
    public Caller(
            Transport transport,
            int sources,
            List<String> sourceAddresses,
            boolean failOver,
            Credentials credentials,
            Registrations registrations,
            SessionTimer sessionTimer,
            KeepAlive keepAlive,
            List<String> headers,
            String sdp) {
        this(
                transport,
                sources,
                sourceAddresses,
                failOver,
                credentials,
                registrations,
                sessionTimer,
                keepAlive,
                headers,
                sdp,
                1,
                List.of(),
                false);
    }

    public Caller {
        loadHostsAt = loadHostsAt == null ? List.of() : List.copyOf(loadHostsAt);
        sourceAddresses = List.copyOf(sourceAddresses);
        headers = List.copyOf(headers);
    }

    /** Whether the harness itself calls, rather than load hosts. */
    public boolean alone() {
        return loadHosts == 1 && loadHostsAt.isEmpty();
    }

    /** What carries the calls (RFC 3261 section 18). */
    public enum Transport {
        UDP,
        TCP
    }

    /**
     * Where the answers to challenges come from.
     *
     * @param passwordVariable name of the environment variable that holds the password, or null
     * @param passwordFile path of the file whose first line is the password, or null
     */
    public record Credentials(String user, String passwordVariable, String passwordFile) {}

    /**
     * Bindings, each of a user of its own.
     *
     * @param bindings how many
     * @param expires what is asked for; each is refreshed before what was granted is over
     */
    public record Registrations(int bindings, Duration expires) {}

    /**
     * RFC 4028's session timer, in every call of the population.
     *
     * @param expires the Session-Expires asked for; half of what is granted lies between two refreshes
     * @param minimum the Min-SE offered, or null
     * @param update whether to refresh by UPDATE where the peer allows it, rather than by re-INVITE
     */
    public record SessionTimer(Duration expires, Duration minimum, boolean update) {}

    /**
     * OPTIONS at an interval.
     *
     * @param inDialog whether in every dialog of the population, rather than to every service address outside of any
     */
    public record KeepAlive(Duration interval, boolean inDialog) {}
}
