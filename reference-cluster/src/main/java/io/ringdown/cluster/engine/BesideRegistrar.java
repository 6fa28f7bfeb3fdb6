package io.ringdown.cluster.engine;

import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.session.StoredSession;
import io.ringdown.cluster.sip.SipMessage;
import java.net.InetSocketAddress;
import java.util.List;

/** A service for calls, and the registrar beside it. The key of what is kept tells whose it is. */
final class BesideRegistrar implements Service<Call> {
    private final Service<Call> calls;
    private final Service<Call> registrar;

    BesideRegistrar(Service<?> calls, Registrar registrar) {
        this.calls = untyped(calls);
        this.registrar = untyped(registrar);
    }

    /** What has the key of one of them comes from nobody else. */
    @SuppressWarnings("unchecked")
    private static Service<Call> untyped(Service<?> service) {
        return (Service<Call>) service;
    }

    private Service<Call> of(String key) {
        return CallKey.isOfBindings(key) ? registrar : calls;
    }

    private Service<Call> of(Call call) {
        return of(call.callId);
    }

    @Override
    public void within(Call call, SipMessage request, InetSocketAddress from) {
        of(call).within(call, request, from);
    }

    @Override
    public void response(Call call, SipMessage response) {
        of(call).response(call, response);
    }

    @Override
    public void without(SipMessage request, InetSocketAddress from) {
        of(CallKey.of(request)).without(request, from);
    }

    @Override
    public StoredSession encode(Call call) {
        return of(call).encode(call);
    }

    @Override
    public StoredSession whole(Call call) {
        return of(call).whole(call);
    }

    @Override
    public Depth depth(Call call) {
        return of(call).depth(call);
    }

    @Override
    public List<? extends Committing> parts(Call call) {
        return of(call).parts(call);
    }

    @Override
    public Call decode(StoredSession stored) {
        return of(stored.callId()).decode(stored);
    }

    @Override
    public void resume(Call call) {
        of(call).resume(call);
    }

    @Override
    public void refuse(Call call) {
        of(call).refuse(call);
    }

    @Override
    public long due(Call call) {
        return of(call).due(call);
    }

    @Override
    public void act(Call call, long now) {
        of(call).act(call, now);
    }
}
