package io.ringdown.workloads.calls;

import io.ringdown.record.Caller;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;

/** What goes on outside of the calls: bindings that are kept registered, and OPTIONS that keep a way open. */
final class Upkeep {
    private final List<UserAgent> agents;
    private final List<Binding> bindings = new ArrayList<>();
    private final List<KeepAlives> keepAlives = new ArrayList<>();
    private final long fill;

    Upkeep(GeneratorSettings settings, List<UserAgent> agents) {
        this.agents = List.copyOf(agents);
        fill = Math.max(1, settings.workload().baseline().toNanos());
        Caller caller = settings.workload().caller();
        if (caller.registrations() != null) {
            long expires = caller.registrations().expires().toSeconds();
            for (int i = 0; i < caller.registrations().bindings(); i++) {
                if (settings.share().has(i)) {
                    int turn = i / settings.share().of();
                    bindings.add(new Binding(agents.get(turn % agents.size()), "user" + i, expires));
                }
            }
        }
        if (caller.keepAlive() != null && !caller.keepAlive().inDialog()) {
            for (UserAgent agent : agents) {
                for (InetSocketAddress service : settings.services()) {
                    keepAlives.add(new KeepAlives(
                            agent, service, caller.keepAlive().interval().toNanos()));
                }
            }
        }
    }

    /** Registers the bindings over the time of the baseline. Before the wires start. */
    void begin(long now) {
        for (int i = 0; i < bindings.size(); i++) {
            Binding binding = bindings.get(i);
            long at = now + fill / bindings.size() * i;
            agents.get(0).wire.at(at, () -> binding.begin(at));
        }
        for (KeepAlives each : keepAlives) {
            agents.get(0).wire.at(now, () -> each.begin(now));
        }
    }

    void stop() {
        bindings.forEach(Binding::stop);
        keepAlives.forEach(KeepAlives::stop);
    }

    int open() {
        return (int) (bindings.stream().filter(Binding::open).count()
                + keepAlives.stream().filter(KeepAlives::open).count());
    }
}
