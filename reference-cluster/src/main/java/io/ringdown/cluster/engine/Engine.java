package io.ringdown.cluster.engine;

import io.ringdown.cluster.engine.EngineSettings.Serving.Kind;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.session.SessionReplicator;
import io.ringdown.cluster.session.StoredSession;
import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.Via;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;

/**
 * An app processor (paper section 4.2). Keeps its calls by the rules of its service, stores them as deeply as its settings say, and goes on
 * with those of an engine that died. All methods run on one thread.
 */
public final class Engine implements SessionReplicator.Processor {
    /** Longest Call-ID, and longest key in the stores, which one datagram could make as long as itself. */
    private static final int LONGEST_CALL_ID = 1_000;

    /** What the engine needs of the world. */
    public interface Surroundings {
        /** Microseconds since 1970. */
        long epochMicros();

        /** Runs a task at an instant. */
        void at(long epochMicros, Runnable task);

        /** Runs a task soon, from any thread. */
        void execute(Runnable task);

        /** Sends a datagram. */
        void send(byte[] datagram, int length, InetSocketAddress to);

        /** Sends a response where its topmost Via says. */
        default void respond(byte[] response, int length, Via via) {
            send(response, length, via.destination());
        }

        /** Sends a request of the engine's own, from the service address. */
        void request(byte[] datagram, int length, InetSocketAddress to);

        /** Whether to go on with what takes long; to be asked again and again within it. */
        default boolean steady() {
            return true;
        }

        /** Kills the process, as a bug would. */
        void halt();

        /** Something worth telling happened. */
        void event(String name, Map<String, Object> detail);
    }

    private final Surroundings world;
    private final EngineCounters counters = new EngineCounters();
    private final Admission admission;
    private final Calls<Call> calls;
    private final CallDetailRecords records;

    /**
     * Makes an engine that stores nothing until {@link #replicateBy}.
     *
     * @param name the element's name, told in every response
     */
    public Engine(String name, EngineSettings settings, Surroundings world) {
        this.world = world;
        var answers = new Answers(name, settings);
        Path folder = settings.serving().records();
        records = new CallDetailRecords(folder == null ? null : folder.resolve(name + ".cdrs"));
        admission = new Admission(world, answers, counters);
        calls = new Calls<>(settings, world, counters, admission, its -> {
            var registrar = new Registrar(name, settings, world, admission, its);
            return settings.serving().kind() == Kind.ANSWER
                    ? new BesideRegistrar(new AnswerService(name, settings, world, answers, admission, its), registrar)
                    : new BesideRegistrar(
                            new Relay(name, settings, world, answers, admission, records, its), registrar);
        });
    }

    /** Gives the engine its session replicator. Before the first message. */
    public void replicateBy(SessionReplicator replicator) {
        calls.replicateBy(replicator);
    }

    /** Tells the engine how to know that it is behind with its work, and has to refuse new calls. Before the first message. */
    public void refuseNewWhile(BooleanSupplier behind) {
        admission.refuseNewWhile(behind);
    }

    /** Figures for the admin port. */
    public EngineCounters counters() {
        return counters;
    }

    /** Call-IDs of the sessions that this engine owns now. On the engine's thread. */
    public List<String> owned() {
        return calls.owned();
    }

    /** The call-detail records that this engine wrote, a JSON line each, oldest first. From any thread. */
    public String records() {
        return records.lines();
    }

    /** A datagram came. What is no SIP message is dropped. */
    public void received(byte[] data, int length, InetSocketAddress from) {
        try {
            SipMessage message = SipMessage.parse(data, length);
            if (message.isRequest()) {
                counters.request(message.method());
                handle(message, from);
            } else if (message.callId().length() <= LONGEST_CALL_ID) {
                calls.received(message, from);
            }
        } catch (MalformedMessageException e) {
            counters.malformed.increment();
        }
    }

    /** A batch of messages and timers is done: what they stored may leave together. */
    public void turnEnded() {
        calls.turnEnded();
    }

    private void handle(SipMessage request, InetSocketAddress from) {
        if (request.callId().length() > LONGEST_CALL_ID || CallKey.of(request).length() > LONGEST_CALL_ID) {
            if (!request.method().equals("ACK")) {
                admission.reply(request, from, 400);
            }
        } else if (request.toTag().isEmpty() && request.method().equals("OPTIONS")) {
            if (admission.admitted(request, from) && admission.understood(request, from)) {
                admission.reply(request, from, 200);
            }
        } else {
            calls.received(request, from);
        }
    }

    @Override
    public void execute(Runnable task) {
        world.execute(task);
    }

    @Override
    public void takeOver(List<StoredSession> stored) {
        calls.takeOver(stored);
    }

    @Override
    public void moved(List<StoredSession> moved, Consumer<List<String>> stored) {
        calls.moved(moved, stored);
    }

    @Override
    public void given() {
        calls.given();
    }

    @Override
    public void ownershipChanged() {
        calls.ownershipChanged();
    }

    @Override
    public void fenced(String callId, long version) {
        calls.fenced(callId, version);
    }

    @Override
    public void storesSilent(Map<String, Object> detail) {
        world.event("stores-silent", detail);
    }
}
