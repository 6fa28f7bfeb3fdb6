package io.ringdown.cluster.engine;

import io.ringdown.cluster.engine.AddressOfRecord.Answered;
import io.ringdown.cluster.engine.AddressOfRecord.Binding;
import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.session.StoredSession;
import io.ringdown.cluster.sip.MalformedMessageException;
import io.ringdown.cluster.sip.SipMessage;
import io.ringdown.cluster.sip.SipUri;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/**
 * Keeps where users are found (RFC 3261 section 10.3), for any user of the domain that the request names. A request is granted as a whole or
 * changes nothing.
 */
final class Registrar implements Service<AddressOfRecord> {
    /** Least time for which an address is bound, in seconds. */
    static final int SHORTEST = 10;
    /** Most bindings of a user: all of them stand in one response. */
    static final int MOST = 10;

    private static final long SECOND = 1_000_000;

    private final EngineSettings settings;
    private final Engine.Surroundings world;
    private final Admission admission;
    private final BindingsCodec codec;
    private final BindingsCodec whole;
    private final Calls<? super AddressOfRecord> calls;

    /** @param name the element's name */
    Registrar(
            String name,
            EngineSettings settings,
            Engine.Surroundings world,
            Admission admission,
            Calls<? super AddressOfRecord> calls) {
        this.settings = settings;
        this.world = world;
        this.admission = admission;
        this.calls = calls;
        codec = new BindingsCodec(settings.depth(), name);
        whole = new BindingsCodec(Depth.TRANSACTIONS, name);
    }

    @Override
    public void without(SipMessage request, InetSocketAddress from) {
        if (calls.mayBegin(request, from)) {
            register(new AddressOfRecord(CallKey.of(request)), true, request, from);
        }
    }

    @Override
    public void within(AddressOfRecord user, SipMessage request, InetSocketAddress from) {
        if (user.hasAnswered(transaction(request))) {
            calls.counters().retransmissions.increment();
            tell(user, request, from);
        } else {
            register(user, false, request, from);
        }
    }

    /** Clients of one user know nothing of each other's branches. */
    private static String transaction(SipMessage request) {
        return Transaction.branch(request) + ' ' + request.callId();
    }

    private void register(AddressOfRecord user, boolean unknown, SipMessage request, InetSocketAddress from) {
        if (!admission.understood(request, from)) {
            return;
        }
        List<Contact> contacts;
        try {
            contacts = Contact.of(request);
            if (!isOfItsDomain(request)) {
                admission.reply(request, from, 404);
                return;
            }
        } catch (MalformedMessageException e) {
            admission.reply(request, from, 400);
            return;
        }
        user.expire(world.epochMicros());
        if (contacts.stream().anyMatch(contact -> contact.seconds() > 0 && contact.seconds() < SHORTEST)) {
            admission.reply(request, from, 423, "Min-Expires: " + SHORTEST + "\r\n");
        } else if (contacts.stream().anyMatch(contact -> isLate(user, contact, request))) {
            admission.reply(request, from, 500);
        } else if (contacts.isEmpty()) {
            tell(user, request, from);
        } else {
            change(user, unknown, contacts, request, from);
        }
    }

    /** Whether the user is one of the domain that the request is for. */
    private static boolean isOfItsDomain(SipMessage request) {
        String to = request.header("To");
        if (!SipUri.canonical(to).startsWith("sip:")) {
            return false;
        }
        return SipUri.of(SipUri.canonical(to))
                .host()
                .equalsIgnoreCase(SipUri.of(request.requestUri()).host());
    }

    /** Whether the same client has said something later of that address already. */
    private static boolean isLate(AddressOfRecord user, Contact contact, SipMessage request) {
        return user.bindings.stream()
                .anyMatch(binding -> contact.is(binding.uri())
                        && binding.callId().equals(request.callId())
                        && binding.cseq() >= request.cseq());
    }

    private void change(
            AddressOfRecord user, boolean unknown, List<Contact> contacts, SipMessage request, InetSocketAddress from) {
        var bindings = new ArrayList<>(user.bindings);
        for (Contact contact : contacts) {
            bind(bindings, contact, request);
        }
        if (bindings.size() > MOST) {
            admission.reply(request, from, 403);
        } else if (unknown && bindings.isEmpty()) {
            // There was nothing to remove.
            admission.reply(request, from, 200);
        } else {
            if (unknown) {
                calls.add(user, request);
                // That kills by its set-up, which this is not.
                user.poison = false;
            }
            user.bindings = List.copyOf(bindings);
            var answered = new Answered(transaction(request), world.epochMicros() + settings.timeoutMicros());
            user.answer(answered);
            // Not what comes meanwhile: that is not stored yet.
            String bound = told(user);
            calls.commit(user, answered, Depth.CONFIRMED, () -> {
                admission.reply(request, from, 200, bound);
                calls.arm(user);
            });
        }
    }

    private void bind(List<Binding> bindings, Contact contact, SipMessage request) {
        int place = 0;
        while (place < bindings.size() && !contact.is(bindings.get(place).uri())) {
            place++;
        }
        bindings.removeIf(binding -> contact.is(binding.uri()));
        if (contact.seconds() > 0) {
            long expires = world.epochMicros() + contact.seconds() * SECOND;
            var binding = new Binding(contact.uri(), contact.parameters(), request.callId(), request.cseq(), expires);
            bindings.add(Math.min(place, bindings.size()), binding);
        }
    }

    /** Answers with what is bound, once that is stored. */
    private void tell(AddressOfRecord user, SipMessage request, InetSocketAddress from) {
        Storing.onceStored(user, () -> admission.reply(request, from, 200, told(user)));
    }

    private String told(AddressOfRecord user) {
        long now = world.epochMicros();
        var text = new StringBuilder();
        for (Binding binding : user.bindings) {
            long left = -Math.floorDiv(now - binding.expires(), SECOND);
            if (left > 0) {
                text.append("Contact: <")
                        .append(binding.uri())
                        .append('>')
                        .append(binding.parameters())
                        .append(";expires=")
                        .append(left)
                        .append("\r\n");
            }
        }
        return text.toString();
    }

    @Override
    public void response(AddressOfRecord user, SipMessage response) {
        // it sends no requests
    }

    @Override
    public StoredSession encode(AddressOfRecord user) {
        return codec.encode(user);
    }

    @Override
    public StoredSession whole(AddressOfRecord user) {
        return whole.encode(user);
    }

    /** A binding stands for long, as a confirmed dialog does. */
    @Override
    public Depth depth(AddressOfRecord user) {
        return Depth.CONFIRMED;
    }

    @Override
    public List<Answered> parts(AddressOfRecord user) {
        return user.answered;
    }

    @Override
    public AddressOfRecord decode(StoredSession stored) {
        return codec.decode(stored);
    }

    @Override
    public void resume(AddressOfRecord user) {
        // whose client has no answer asks again
    }

    @Override
    public void refuse(AddressOfRecord user) {
        // nothing is open in it
    }

    @Override
    public long due(AddressOfRecord user) {
        return user.due();
    }

    @Override
    public void act(AddressOfRecord user, long now) {
        user.expire(now);
    }
}
