package io.ringdown.judge;

import io.ringdown.record.RecordedRun;
import io.ringdown.record.Topology.Element;
import io.ringdown.record.Topology.Machine;
import java.util.List;
import java.util.function.Predicate;

/**
 * Where owners are unknown, f of n machines hit are taken to expose f/n of the calls: T0 needs 299 n/f of them (criteria, section 1). A machine that was
 * hit in a part of its app processors or stores counts by that part.
 */
final class BlackBox {
    private BlackBox() {}

    /**
     * The share of the calls that a strike exposed: f/n of the machines that carry app processors or stores.
     *
     * <p>Dispatchers run on machines of their own, which n does not count. If nothing but dispatchers was hit, f is 0, and a call was exposed if its
     * dispatcher was hit. All calls pass the active one: where the cluster told which that was, all were exposed or none. Else each call passed one of
     * the k dispatchers, nobody knows which, and h of them hit are taken to expose h/k; an idle standby among them makes that too few calls or too many,
     * as an idle machine does. What is not in the topology exposes nobody.
     */
    static double share(RecordedRun run, Strike strike) {
        List<Machine> carrying = run.topology().machines().stream()
                .filter(machine -> machine.elements().stream().anyMatch(element -> !element.dispatches()))
                .toList();
        double machines = carrying.stream()
                .mapToDouble(machine ->
                        Math.max(part(strike, machine, Element::processes), part(strike, machine, Element::stores)))
                .sum();
        return machines > 0 ? machines / carrying.size() : byDispatcher(run, strike);
    }

    /** Of a machine's elements of a kind, the part that was hit. */
    private static double part(Strike strike, Machine machine, Predicate<Element> kind) {
        List<Element> all = machine.elements().stream().filter(kind).toList();
        long hit = all.stream().filter(element -> hit(strike, element)).count();
        return hit == 0 ? 0 : hit / (double) all.size();
    }

    private static double byDispatcher(RecordedRun run, Strike strike) {
        List<Element> dispatchers =
                run.topology().elements().stream().filter(Element::dispatches).toList();
        long hit = dispatchers.stream().filter(element -> hit(strike, element)).count();
        if (hit == 0) {
            return 0;
        }
        List<String> addresses = run.topology().serviceAddresses();
        return addresses.stream()
                .mapToDouble(address -> Ownership.toldHolder(run, address, strike.from())
                        .map(active -> strike.elements().contains(active) ? 1.0 : 0.0)
                        .orElse(hit / (double) dispatchers.size()))
                .average()
                .orElseThrow();
    }

    private static boolean hit(Strike strike, Element element) {
        return strike.elements().contains(element.name());
    }
}
