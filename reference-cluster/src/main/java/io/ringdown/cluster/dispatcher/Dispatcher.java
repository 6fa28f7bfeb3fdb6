package io.ringdown.cluster.dispatcher;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.ServerMark;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Supplier;
import java.util.regex.Pattern;

/**
 * A message dispatcher (paper section 4.1): a stateless, SIP-aware proxy (RFC 3261 section 16.11). Requests go to the engine that owns
 * the Call-ID; responses come back by the Via that the dispatcher put on top, whose sent-by is the service address, so that whoever
 * holds that address by then passes them on, and responses to an engine's own requests go to the owner of the call. Reads no more of a message than it needs. Where an engine is known to be gone and its calls
 * have no other owner yet, their requests wait for the change of members that names one. For one thread, except its figures.
 */
public final class Dispatcher {
    private static final String BRANCH = ";branch=z9hG4bK-d";
    private static final int MOST_DIGITS = 9;
    private static final int MOST_FORWARDS = 255;
    private static final Pattern FOLD = Pattern.compile("[ \t]*\r\n[ \t]+");
    private static final String OF_ENGINE = ";branch=" + ServerMark.BRANCH;
    private static final char NO_COMPACT_FORM = 0;

    /** Some 100 ms of what a dispatcher can pass on. */
    private static final int MOST_HELD = 2_000;

    /** Finds the app processor that a request belongs to. */
    public interface Routing {
        /**
         * The owner, or null if there is none.
         *
         * @param callId the call's key, {@link CallKey}
         * @param mark what the message has of the processor that set the call up: a tag or the like that ends with a hyphen and its name;
         *     empty if it has nothing
         */
        ElementConfig ownerOf(Members members, String callId, String mark);

        /** Where any processor may own any call. */
        static Routing byCallId() {
            return (members, callId, mark) -> members.ownerOf(callId);
        }
    }

    /** Sends requests on, and responses back. */
    public interface Sender {
        /** Sends a message to an app processor. */
        void send(byte[] message, int length, InetSocketAddress to);

        /** What carries messages to app processors, as a Via says it. */
        default String transport() {
            return "UDP";
        }

        /** For how long an app processor has taken too little, in microseconds. */
        default long behind(InetSocketAddress processor) {
            return 0;
        }

        /** Sends a response where its topmost Via says. */
        default void respond(byte[] response, int length, Via via) {
            send(response, length, via.destination());
        }

        /** Runs a task after a time; where there is no clock, never. */
        default void later(long micros, Runnable task) {
            // nothing is sent again there
        }
    }

    private final String ownVia;
    private final Routing routing;
    private final Supplier<Members> members;
    private final Sender sender;
    private final DispatcherCounters counters;
    private final Resends resends;
    private final Refusals refusals;
    private final long overloadMicros;
    private final Set<ElementConfig> gone = new HashSet<>();
    private final List<Held> waiting = new ArrayList<>();

    private record Held(String text, InetSocketAddress from, ElementConfig engine) {}

    /**
     * A dispatcher yet to receive.
     *
     * @param returning the address that responses are to come back to
     * @param counters may be those of other addresses, too
     * @param t1Micros RFC 3261's T1
     * @param overloadMicros for how long an app processor may take too little before its new calls are refused; 0: they never are
     */
    public Dispatcher(
            InetSocketAddress returning,
            Routing routing,
            Supplier<Members> members,
            Sender sender,
            DispatcherCounters counters,
            long t1Micros,
            long overloadMicros) {
        ownVia = "Via: SIP/2.0/" + sender.transport() + " "
                + returning.getAddress().getHostAddress() + ":" + returning.getPort() + BRANCH;
        this.routing = routing;
        this.members = members;
        this.sender = sender;
        this.counters = counters;
        this.overloadMicros = overloadMicros;
        resends = new Resends(sender, t1Micros, this::forth);
        refusals = new Refusals(counters);
    }

    /** Tells the dispatcher how to know that it is behind with its work, and has to refuse new calls. Before the first message. */
    public void refuseNewWhile(BooleanSupplier behind) {
        refusals.refuseNewWhile(behind);
    }

    /** A datagram came. What is no SIP message is dropped. */
    public void received(byte[] data, int length, InetSocketAddress from) {
        String text = plain(new String(data, 0, length, ISO_8859_1));
        try {
            pass(text, from);
        } catch (MalformedMessageException e) {
            counters.malformed.increment();
        }
    }

    private void pass(String text, InetSocketAddress from) {
        if (text.startsWith("SIP/2.0 ")) {
            back(text, from);
        } else {
            forth(text, from);
        }
    }

    /** The message without empty lines in front (RFC 3261 section 7.5), and its folded header lines joined (section 7.3.1). */
    private static String plain(String received) {
        int start = 0;
        while (received.startsWith("\r\n", start)) {
            start += 2;
        }
        String text = received.substring(start);
        int end = text.indexOf("\r\n\r\n");
        String headers = end < 0 ? text : text.substring(0, end);
        if (!headers.contains("\r\n ") && !headers.contains("\r\n\t")) {
            return text;
        }
        return FOLD.matcher(headers).replaceAll(" ") + text.substring(headers.length());
    }

    /** Holds an engine's requests until the members change, or until they are released. */
    public void hold(ElementConfig engine) {
        if (members.get().contains(engine)) {
            gone.add(engine);
        }
    }

    /** Ends a hold: what waited for it goes on, to whoever owns it now. */
    public void release(ElementConfig engine) {
        if (gone.remove(engine)) {
            List<Held> due = waiting.stream()
                    .filter(message -> message.engine().equals(engine))
                    .toList();
            waiting.removeAll(due);
            due.forEach(message -> pass(message.text(), message.from()));
        }
    }

    /** Ends the holds of those that are members no more. */
    public void membersChanged() {
        Members now = members.get();
        List.copyOf(gone).stream().filter(engine -> !now.contains(engine)).forEach(this::release);
        List<InetSocketAddress> serving =
                now.routable().stream().map(ElementConfig::sip).toList();
        resends.againThoseOf(processor -> !serving.contains(processor));
    }

    private void forth(String received, InetSocketAddress from) {
        String text = forwarded(received);
        Header callId = Header.find(text, "Call-ID", 'i');
        Header via = Header.find(text, "Via", 'v');
        if (callId == null || via == null || callId.value(text).isEmpty() || !text.contains("\r\n\r\n")) {
            counters.malformed.increment();
            return;
        }
        String key = key(text, callId.value(text));
        if (Refusals.acknowledges(text, callId.value(text))) {
            return;
        }
        String top = Header.firstValue(via.value(text));
        Via filled = Via.parse(top).receivedFrom(from);
        ElementConfig engine = routing.ownerOf(members.get(), key, mark(text));
        if (engine == null) {
            counters.unroutable.increment();
            if (!text.startsWith("ACK ")) {
                respond(Refusals.unroutable(received, callId.value(text), filled), filled);
            }
            return;
        }
        if (refusals.due(text, key, filled.branch(), behind(engine))) {
            respond(refusals.overloaded(received, callId.value(text), filled), filled);
            return;
        }
        if (waits(received, from, engine)) {
            return;
        }
        // The same for each retransmission, and for CANCEL and ACK as for their INVITE (RFC 3261 section 16.11); the
        // client's own branch as a whole, since two whose hashes are alike would be one transaction to the engine.
        String branch = (filled.unique() ? filled.branch() : withoutBranch(text, top))
                + '-'
                + Integer.toHexString(callId.value(text).hashCode());
        var out = new StringBuilder(text.length() + 160);
        int line = text.indexOf("\r\n") + 2;
        out.append(text, 0, line).append(ownVia).append(branch).append("\r\n");
        int valueAt = text.indexOf(top, via.valueStart());
        out.append(text, line, valueAt).append(filled.text());
        out.append(text, valueAt + top.length(), text.length());
        counters.dispatched(engine.name());
        refusals.passedOn(text, key);
        send(out.toString(), engine.sip());
        if (filled.tcp()) {
            resends.passed(received, from, branch, engine.sip());
        }
    }

    private static String key(String text, String callId) {
        Header to = registers(text) ? Header.find(text, "To", 't') : null;
        return to == null ? CallKey.of(callId) : CallKey.ofBindings(to.value(text));
    }

    private static boolean registers(String text) {
        return text.startsWith("REGISTER ");
    }

    private boolean behind(ElementConfig engine) {
        return overloadMicros > 0 && sender.behind(engine.sip()) >= overloadMicros;
    }

    /** The connection to an app processor broke: what it has not answered goes out once more, if nobody else would send it again. */
    public void broken(InetSocketAddress processor) {
        resends.againThoseOf(processor::equals);
    }

    /**
     * What names the app processor of a request's call: a route that it put there, or the tag that it gave to its side. Bindings belong to their
     * user, and to nobody by name.
     */
    private static String mark(String text) {
        if (registers(text)) {
            return "";
        }
        Header route = Header.find(text, "Route", NO_COMPACT_FORM);
        String server = route == null ? "" : ServerMark.in(Header.firstValue(route.value(text)));
        if (!server.isEmpty()) {
            return "-" + server;
        }
        Header to = Header.find(text, "To", 't');
        return to == null ? "" : SipMessage.tag(to.value(text));
    }

    private boolean waits(String text, InetSocketAddress from, ElementConfig engine) {
        if (!gone.contains(engine) || waiting.size() >= MOST_HELD) {
            return false;
        }
        counters.held.increment();
        waiting.add(new Held(text, from, engine));
        return true;
    }

    /** A response to what an engine sent of its own goes to whoever owns the call by now. */
    private void toOwner(String text, String via, InetSocketAddress from) {
        Header callId = Header.find(text, "Call-ID", 'i');
        if (callId == null || callId.value(text).isEmpty()) {
            counters.malformed.increment();
            return;
        }
        ElementConfig engine = routing.ownerOf(members.get(), CallKey.of(callId.value(text)), "-" + ServerMark.in(via));
        if (engine == null) {
            counters.unroutable.increment();
        } else if (!waits(text, from, engine)) {
            send(text, engine.sip());
        }
    }

    /** What tells transactions apart where a client of RFC 2543 does not (RFC 3261 section 16.11), as far as it is not in the Call-ID. */
    private static String withoutBranch(String text, String topVia) {
        Header cseq = Header.find(text, "CSeq", NO_COMPACT_FORM);
        String number = cseq == null ? "" : cseq.value(text).split("\\s", 2)[0];
        Header from = Header.find(text, "From", 'f');
        String tag = from == null ? "" : SipMessage.tag(from.value(text));
        return "2543" + Long.toHexString((topVia + ' ' + number + ' ' + tag).hashCode() & 0xFFFF_FFFFL);
    }

    /**
     * The message with its Max-Forwards counted down.
     *
     * @throws MalformedMessageException if that is no number, or the message has come too far
     */
    private static String forwarded(String text) {
        Header header = Header.find(text, "Max-Forwards", NO_COMPACT_FORM);
        if (header == null) {
            return text;
        }
        String value = header.value(text);
        if (value.isEmpty()
                || value.length() > MOST_DIGITS
                || !value.chars().allMatch(digit -> digit >= '0' && digit <= '9')
                || Integer.parseInt(value) == 0
                || Integer.parseInt(value) > MOST_FORWARDS) {
            throw new MalformedMessageException("Max-Forwards: " + value);
        }
        return text.substring(0, header.valueStart()) + " " + (Integer.parseInt(value) - 1)
                + text.substring(header.lineEnd());
    }

    private void back(String text, InetSocketAddress from) {
        Header via = Header.find(text, "Via", 'v');
        if (via != null && Header.firstValue(via.value(text)).contains(OF_ENGINE)) {
            toOwner(text, Header.firstValue(via.value(text)), from);
            return;
        }
        if (via == null || !via.value(text).contains(BRANCH)) {
            counters.malformed.increment();
            return;
        }
        String value = via.value(text);
        String stripped;
        int comma = value.indexOf(',');
        if (comma < 0) {
            stripped = text.substring(0, via.lineStart()) + text.substring(via.lineEnd() + 2);
        } else {
            int valueAt = text.indexOf(value, via.valueStart());
            stripped = text.substring(0, valueAt)
                    + text.substring(valueAt + comma + 1).stripLeading();
        }
        Header next = Header.find(stripped, "Via", 'v');
        if (next == null) {
            counters.malformed.increment();
            return;
        }
        answered(text, Header.firstValue(value));
        respond(stripped, Via.parse(Header.firstValue(next.value(stripped))));
    }

    private void answered(String response, String via) {
        Header cseq = Header.find(response, "CSeq", NO_COMPACT_FORM);
        boolean provisional = response.startsWith("SIP/2.0 1");
        if (cseq != null && resends.open() > 0) {
            String branch = via.substring(via.indexOf(BRANCH) + BRANCH.length()).split(";", 2)[0];
            resends.answered(branch, cseq.value(response), !provisional);
        }
    }

    private void send(String text, InetSocketAddress to) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        sender.send(bytes, bytes.length, to);
    }

    private void respond(String text, Via via) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        sender.respond(bytes, bytes.length, via);
    }
}
