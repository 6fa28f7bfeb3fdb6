package io.ringdown.cluster.dispatcher;

import static io.ringdown.cluster.membership.Elements.container;
import static io.ringdown.cluster.membership.Elements.members;
import static io.ringdown.cluster.membership.Elements.proxy;
import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.membership.Elements;
import io.ringdown.cluster.membership.Members;
import io.ringdown.cluster.session.CallKey;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;

class LeastLoadedTest {
    private static final ElementConfig P4 = proxy(4);
    private static final ElementConfig P5 = proxy(5);
    private static final List<ElementConfig> ALL =
            List.of(container(0, 0), container(1, 0), container(2, 1), container(3, 1), P4, P5);
    private static final Members MEMBERS = members(1, ALL.toArray(ElementConfig[]::new));

    private long now = Long.MAX_VALUE - 1_000;
    private final LeastLoaded routing = routing(P4);

    private LeastLoaded routing(ElementConfig self) {
        return new LeastLoaded(Elements.cluster(ALL, 2), self, () -> now);
    }

    private static List<String> calls(String name, int count) {
        return IntStream.range(0, count).mapToObj(i -> name + i).toList();
    }

    private Map<Integer, Long> domains(Members members, List<String> calls) {
        return calls.stream()
                .map(call -> routing.ownerOf(members, call, "<sip:a@b>").domain())
                .collect(Collectors.groupingBy(Function.identity(), Collectors.counting()));
    }

    private void told(int... sessions) {
        for (int i = 0; i < sessions.length; i++) {
            routing.told(ALL.get(i), sessions[i]);
        }
    }

    @Test
    void aDomainBehindTheOtherGetsTheNewCallsUntilItHasCaughtUp() {
        told(60, 40, 20, 20);
        assertThat(domains(MEMBERS, calls("a", 60))).isEqualTo(Map.of(1, 60L));
        assertThat(domains(MEMBERS, calls("b", 200))).isEqualTo(Map.of(0, 100L, 1, 100L));
    }

    @Test
    void whatWasChosenIsForgottenWhenAContainerTellsItsLoad() {
        told(10, 10, 10, 10);
        domains(MEMBERS, calls("a", 100));
        told(10, 10, 200, 200);
        assertThat(domains(MEMBERS, calls("b", 50))).isEqualTo(Map.of(0, 50L));
    }

    @Test
    void aDomainOfFewerContainersCountsForFewer() {
        Members three = members(2, container(0, 0), container(2, 1), container(3, 1), P4);
        told(30, 0, 20, 20);
        assertThat(domains(three, calls("a", 20))).isEqualTo(Map.of(1, 20L));
        assertThat(domains(three, calls("b", 30))).isEqualTo(Map.of(0, 10L, 1, 20L));
    }

    @Test
    void anInviteSentAgainFollowsTheFirst() {
        told(1_000, 1_000, 0, 0);
        List<String> calls = calls("a", 20);
        domains(MEMBERS, calls);
        told(0, 0, 1_000, 1_000);
        now += 100_000_000_000L;
        assertThat(domains(MEMBERS, calls)).isEqualTo(Map.of(1, 20L));
        now += 150_000_000_000L;
        assertThat(domains(MEMBERS, calls)).as("asked again meanwhile").isEqualTo(Map.of(1, 20L));
        now += 201_000_000_000L;
        assertThat(domains(MEMBERS, calls("b", 1))).isEqualTo(Map.of(0, 1L));
        assertThat(domains(MEMBERS, calls)).as("of long ago").isEqualTo(Map.of(0, 20L));
    }

    @Test
    void aChoiceThatServesNoMoreIsMadeAnew() {
        told(1_000, 1_000, 0, 0);
        List<String> calls = calls("a", 20);
        domains(MEMBERS, calls);
        assertThat(domains(members(2, container(0, 0), P4), calls)).isEqualTo(Map.of(0, 20L));
    }

    @Test
    void aKnownSessionStaysInItsDomain() {
        told(1_000, 1_000, 0, 0);
        assertThat(routing.ownerOf(MEMBERS, "a", "<sip:a@b>;tag=5f-c0").domain())
                .isZero();
    }

    @Test
    void oneProxyChoosesForACallWhicheverItsRequestsComeBy() {
        LeastLoaded other = routing(P5);
        for (String call : calls("a", 100)) {
            boolean here = chooser(routing, "INVITE", call, "").isEmpty();
            assertThat(chooser(other, "INVITE", call, "").isEmpty()).isEqualTo(!here);
            assertThat(chooser(routing, "CANCEL", call, "").isEmpty()).isEqualTo(here);
            assertThat(chooser(routing, "INFO", call, ";tag=5f-c2")).isEmpty();
            assertThat(chooser(other, "INFO", call, ";tag=5f-c2")).isEmpty();
        }
        long here = calls("b", 2_000).stream()
                .filter(call -> chooser(routing, "INVITE", call, "").isEmpty())
                .count();
        assertThat(here).isBetween(900L, 1_100L);
        assertThat(routing.chooser(MEMBERS, "nonsense".getBytes(ISO_8859_1), 8)).isEmpty();
    }

    private static java.util.Optional<ElementConfig> chooser(
            LeastLoaded routing, String method, String callId, String tag) {
        byte[] request = (method + " sip:a@b SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bKx\r\n"
                        + "From: <sip:c@d>;tag=f\r\nTo: <sip:a@b>" + tag + "\r\nCall-ID: " + callId + "\r\nCSeq: 1 "
                        + method + "\r\nContent-Length: 0\r\n\r\n")
                .getBytes(ISO_8859_1);
        return routing.chooser(MEMBERS, request, request.length);
    }

    /** Whatever is told meanwhile, and whichever proxy is asked: it is registered for longer than a choice is remembered. */
    @Test
    void aUserStaysInTheDomainThatFollowsFromTheName() {
        String user = CallKey.ofBindings("<sip:alice@h>");
        ElementConfig owner = MEMBERS.ownerOf(user);
        told(owner.domain() == 0 ? new int[] {90, 90, 0, 0} : new int[] {0, 0, 90, 90});
        assertThat(routing.ownerOf(MEMBERS, user, "")).isEqualTo(owner);
        byte[] register =
                ("REGISTER sip:h SIP/2.0\r\nVia: SIP/2.0/UDP h;branch=z9hG4bKa\r\nFrom: <sip:alice@h>;tag=f\r\n"
                                + "To: <sip:alice@h>\r\nCall-ID: c\r\nCSeq: 1 REGISTER\r\n\r\n")
                        .getBytes(ISO_8859_1);
        for (ElementConfig proxy : List.of(P4, P5)) {
            assertThat(routing(proxy).chooser(MEMBERS, register, register.length))
                    .isEmpty();
        }
    }
}
