package io.ringdown.cluster;

import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Every kind of call (SETUP, INFO, re-INVITE, RELEASE; CANCEL) by UDP and TCP, in every arrangement, at every replication depth, with either
 * transport between the elements. With {@code -Dringdown.sweep=whole} all of that, else what no other test does.
 */
class SweepIT extends SmallClusters {
    private static final String SERVICE = "127.117.0.1";
    private static final int BLOCK = 66;
    private static final String CALLER = "127.66.9.1";
    private static final boolean WHOLE = "whole".equals(System.getProperty("ringdown.sweep"));
    private static final int CALLS = WHOLE ? 20 : 3;

    static List<Arguments> cells() {
        var cells = new ArrayList<Arguments>();
        if (WHOLE) {
            cells.add(Arguments.of("single", "none", "udp"));
        }
        for (String arrangement : List.of("occas", "was", "mss")) {
            for (String depth : WHOLE ? List.of("none", "confirmed", "early", "transactions") : List.of("early")) {
                Stream.of("udp", "tcp")
                        .filter(between -> WHOLE || between.equals("tcp"))
                        .forEach(between -> cells.add(Arguments.of(arrangement, depth, between)));
            }
        }
        return cells;
    }

    @ParameterizedTest
    @MethodSource("cells")
    void everyKindOfCallSucceeds(String arrangement, String depth, String between) throws Exception {
        configuration.append("depth=" + depth + "\nbetween-elements=" + between + "\n");
        startWithStandby(arrangement, BLOCK, SERVICE);
        for (String transport : List.of("udp", "tcp")) {
            for (int i = 0; i < CALLS; i++) {
                try (var caller = RawCaller.by(transport, "whole-" + transport + i, CALLER, SERVICE)) {
                    caller.everyStep();
                }
                try (var caller = RawCaller.by(transport, "given-up-" + transport + i, CALLER, SERVICE)) {
                    caller.giveUp();
                }
            }
        }
        tell(arrangement + " " + depth + " " + between + ": " + CALLS + " + " + CALLS + " calls by UDP and by TCP\n");
    }

    private static void tell(String line) throws Exception {
        Path table = Path.of("target", "sweep.txt");
        if (WHOLE) {
            Files.writeString(table, line, StandardOpenOption.CREATE, StandardOpenOption.APPEND);
        }
    }
}
