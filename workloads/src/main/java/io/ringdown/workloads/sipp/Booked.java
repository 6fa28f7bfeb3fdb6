package io.ringdown.workloads.sipp;

import io.ringdown.record.Operation;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/** One of SIPp's calls: its dialogs, one after the other. */
final class Booked {
    final int number;
    final List<Leg> legs = new ArrayList<>();

    Booked(int number) {
        this.number = number;
    }

    Leg first() {
        return legs.get(0);
    }

    Leg last() {
        return legs.get(legs.size() - 1);
    }

    /**
     * The dialog whose far side hangs up: SIPp tells nobody which. One that was accepted when its user had dialled anew is ended by its server, whom no
     * ACK reached.
     */
    Leg unwanted() {
        return legs.stream()
                .filter(leg -> leg.exchanges.values().stream().anyMatch(exchange -> exchange.tooLate))
                .findFirst()
                .orElse(last());
    }

    /** One dialog. */
    static final class Leg {
        /** Number of its record. */
        final int call;

        final Map<String, Exchange> exchanges = new LinkedHashMap<>();
        int intents;
        String toTag = "";
        boolean established;
        boolean endedRemotely;
        /** When its user could do the next thing. */
        long free = Operation.NONE;

        Leg(int call) {
            this.call = call;
        }

        void leave(long at) {
            exchanges
                    .values()
                    .forEach(exchange -> exchange.left = exchange.left == Operation.NONE ? at : exchange.left);
        }

        Exchange exchange(String method, int cseq) {
            return exchanges.get(key(method, cseq));
        }

        static String key(String method, int cseq) {
            return cseq + method;
        }
    }
}
