package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.FaultOrder.Direction;
import io.ringdown.record.FaultOrder.Kind;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class RuleChainTest {
    private static final String CHAIN = "RINGDOWN-1234abcd";
    private static final String RULES = "[7:420] -A " + CHAIN + " -s 192.0.2.1/32 -m comment --comment " + CHAIN
            + "-out -j NFQUEUE --queue-num 65535\n[9:540] -A " + CHAIN + " -d 192.0.2.1/32 -m comment --comment "
            + CHAIN + "-in -j DROP\n";
    /** Of another program: one chain gives back all that it does not drop, the others do not. */
    private static final String OTHERS = """
            :INPUT ACCEPT [0:0]
            :manager - [0:0]
            :outer - [0:0]
            :quiet - [0:0]
            [0:0] -A manager -s 198.51.100.7/32 -j ACCEPT
            [0:0] -A outer -j manager
            [0:0] -A quiet -s 198.51.100.7/32 -j DROP
            [0:0] -A quiet -j RETURN
            """;

    private static final String IN = hook("INPUT", CHAIN);
    private static final String OUT = hook("OUTPUT", CHAIN);

    @Test
    void whatItsRulesHaveCountedIsTold() {
        assertThat(RuleChain.dropped(IN + OUT + RULES, CHAIN, "out")).isEqualTo(7);
        assertThat(RuleChain.dropped(IN + OUT + RULES, CHAIN, "in")).isEqualTo(9);
        assertThat(RuleChain.dropped(IN + OUT, CHAIN, "in")).as("no such rule").isEqualTo(-1);
    }

    /** Whoever flushes the firewall, or loads it anew, leaves a chain that has counted and that no packet comes to. */
    @Test
    void oneThatNothingLeadsToIsNotReached() {
        Disturbance here = cut("127.1.1.1");
        Disturbance onItsOwnHost = cut("192.0.2.1");

        assertThat(RuleChain.isReached(IN + OUT + RULES, CHAIN, onItsOwnHost)).isTrue();
        assertThat(RuleChain.isReached(IN + RULES, CHAIN, here)).isTrue();
        assertThat(RuleChain.isReached(IN + RULES, CHAIN, onItsOwnHost)).isFalse();
        assertThat(RuleChain.isReached(RULES, CHAIN, here)).isFalse();
        assertThat(RuleChain.isReached(hook("INPUT", "RINGDOWN-9999") + RULES, CHAIN, here))
                .as("another fault's")
                .isFalse();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-A INPUT -j ACCEPT",
                "-A INPUT -j RETURN",
                "-A INPUT -s 198.51.100.7/32 -j REJECT --reject-with icmp-port-unreachable",
                "-A INPUT -j NFQUEUE --queue-num 1",
                "-A INPUT -g quiet",
                "-A INPUT -j manager",
                "-A INPUT -j outer",
                "-A INPUT -m comment --comment \"never -j DROP\" -j ACCEPT",
            })
    void whoeverStandsBeforeItMayLetThrough(String rule) {
        assertThat(overtaking(rule)).contains(rule);
        assertThat(RuleChain.overtaking(IN + "[0:0] " + rule + "\n" + OTHERS + RULES, CHAIN, cut("127.1.1.1")))
                .as("after it")
                .isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "-A INPUT -j DROP",
                "-A INPUT -s 198.51.100.7/32",
                "-A INPUT -j LOG --log-prefix \"x -j ACCEPT\"",
                "-A INPUT -j quiet",
                "-A INPUT -m comment --comment RINGDOWN-9999 -j RINGDOWN-9999",
                "-A OUTPUT -j ACCEPT",
            })
    void whoeverLetsNothingThroughMayStandBeforeIt(String rule) {
        assertThat(overtaking(rule)).isEmpty();
    }

    private static Optional<String> overtaking(String rule) {
        return RuleChain.overtaking(OTHERS + "[3:180] " + rule + "\n" + IN + RULES, CHAIN, cut("127.1.1.1"));
    }

    private static String hook(String of, String chain) {
        return "[20:1200] -A " + of + " -m comment --comment " + chain + " -j " + chain + "\n";
    }

    private static Disturbance cut(String address) {
        return new Disturbance(
                "r1m1", Kind.ISOLATE, List.of(address), List.of(), "127.0.0.1", List.of(), Direction.BOTH, 0);
    }
}
