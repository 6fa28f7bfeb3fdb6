package io.ringdown.cluster.engine;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.session.StoredSession;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.EnumSource.Mode;

/** The first engine is taken out of service while it lives, and the second goes on with what that one knows. */
class EngineDrainTest extends TwoEngines {
    private final List<List<String>> confirmed = new ArrayList<>();

    /** Stores hand over what they have, too, and later. */
    private void drainFirst() {
        List<StoredSession> stored =
                store.values().stream().filter(StoredSession::pending).toList();
        drained = "first";
        epoch++;
        sent.clear();
        second.ownershipChanged();
        first.ownershipChanged();
        second.moved(given, confirmed::add);
        second.takeOver(stored);
    }

    @ParameterizedTest
    @EnumSource(Depth.class)
    void aCallInAnyStageGoesOnWhateverIsReplicated(Depth depth) {
        start(depth, Mutant.NONE);
        callId = "ringing";
        receive(first, "INVITE", 1, "r", "", now + 5_000_000);
        callId = "trying";
        receive(first, "INVITE", 1, "t", "", "18x=" + (now / 1_000 + 2_000) + ";final=" + (now / 1_000 + 5_000));
        callId = "accepted";
        receive(first, "INVITE", 1, "a", "", 0);
        String tag = tag();
        callId = "asking";
        String other = establish();
        receive(first, "INFO", 2, "b", other, now + 5_000_000);

        drainFirst();
        assertThat(confirmed).containsExactly(List.of());
        pass(6_000);
        receive(first, "INFO", 2, "b", other, 0);

        assertThat(answers())
                .contains("180 INVITE second", "200 INVITE second", "200 INFO second")
                .allMatch(answer -> answer.endsWith(" second"));
        assertThat(sent.stream()
                        .filter(text -> text.startsWith("SIP/2.0 200"))
                        .map(text -> header(text, "Call-ID"))
                        .distinct())
                .containsExactlyInAnyOrder("ringing", "trying", "accepted", "asking");
        callId = "accepted";
        receive(second, "ACK", 1, "k", tag, 0);
        receive(second, "BYE", 2, "l", tag, 0);
        assertThat(answers()).last().isEqualTo("200 BYE second");
    }

    private void firstGivesThousandsAway(int mayAsk) {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        for (int i = 0; i < 2_000; i++) {
            callId = "call-" + i;
            receive(first, "INVITE", 1, "r" + i, "", now + 5_000_000);
        }
        drained = "first";
        patience = mayAsk;
        first.ownershipChanged();
    }

    /** It takes longer than others may be missing, and is no reason to forget them. */
    @Test
    void whoGivesThousandsOfCallsAwayLooksUpInBetween() {
        firstGivesThousandsAway(100);
        assertThat(patience).isLessThanOrEqualTo(96);
        assertThat(given)
                .extracting(StoredSession::callId)
                .doesNotHaveDuplicates()
                .hasSize(2_000);
    }

    @Test
    void whoIsCutOffMeanwhileGivesNothingMore() {
        firstGivesThousandsAway(1);
        assertThat(given).hasSizeLessThan(1_000);
    }

    @Test
    void whereNothingIsReplicatedIdleCallsAreGivenAwayToo() {
        start(Depth.NONE, Mutant.NONE);
        String tag = establish();
        receive(first, "INFO", 2, "b", tag, 0);
        drainFirst();
        receive(first, "INFO", 3, "c", tag, 0);
        assertThat(sent).as("whose call it is no more").isEmpty();
        receive(second, "INFO", 3, "c", tag, 0);
        assertThat(answers()).containsExactly("200 INFO second");
        assertThat(header(sent.get(0), "X-Ringdown-Counter")).isEqualTo("2");
    }

    /** Its caller has not seen the answer yet. Begun a second time, it would be told apart from the first by its tag: 481 to all that follows. */
    @ParameterizedTest
    @EnumSource(value = Depth.class, mode = Mode.EXCLUDE, names = "TRANSACTIONS")
    void anInviteThatOvertakesItsCallWaitsForIt(Depth depth) {
        start(depth, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 1_000_000);
        String tag = tag();
        giving = true;
        drained = "first";
        epoch++;
        sent.clear();
        second.ownershipChanged();
        receive(second, "INVITE", 1, "i", "", now + 1_000_000);
        assertThat(sent).isEmpty();
        first.ownershipChanged();
        second.moved(given, confirmed::add);
        giving = false;
        second.given();
        pass(2_000);
        assertThat(answers()).contains("200 INVITE second").allMatch(answer -> answer.endsWith(" second"));
        assertThat(sent).allMatch(answer -> answer.contains(";tag=" + tag + "\r\n"));
        receive(second, "ACK", 1, "a", tag, 0);
        receive(second, "INFO", 2, "b", tag, 0);
        assertThat(answers()).last().isEqualTo("200 INFO second");
    }

    @Test
    void whatAFormerOwnerMayGiveIsAwaitedForT2AtMost() {
        start(Depth.NONE, Mutant.NONE);
        String tag = establish();
        giving = true;
        drained = "first";
        epoch++;
        sent.clear();
        second.ownershipChanged();
        receive(second, "INFO", 2, "b", tag, 0);
        pass(3_999);
        assertThat(sent).isEmpty();
        pass(1);
        assertThat(answers()).containsExactly("481 INFO second");
    }

    /** A store knows of its next owner before the engine itself does, and takes nothing more of it. */
    @Test
    void whatTheStoresRefuseIsKeptForTheNextOwner() {
        start(Depth.CONFIRMED, Mutant.NONE);
        slow = true;
        receive(first, "INVITE", 1, "i", "", now + 1_000_000);
        String tag = tag();
        pass(1_000);
        store.clear();
        first.fenced("call", Long.MAX_VALUE);
        slow = false;
        receive(first, "INVITE", 1, "i", "", now + 1_000_000);
        drainFirst();
        pass(500);
        assertThat(answers()).contains("200 INVITE second");
        assertThat(sent).allMatch(answer -> answer.contains(";tag=" + tag + "\r\n"));
    }

    @ParameterizedTest
    @EnumSource(value = Depth.class, mode = Mode.EXCLUDE, names = "NONE")
    void idleCallsStayInTheStores(Depth depth) {
        start(depth, Mutant.NONE);
        establish();
        drainFirst();
        assertThat(given).isEmpty();
    }

    @Test
    void nothingIsSaidOrConfirmedBeforeTheNewOwnerHasStoredIt() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String tag = establish();
        slow = true;
        receive(first, "INFO", 2, "b", tag, 0);
        drainFirst();
        receive(second, "INFO", 2, "b", tag, 0);
        assertThat(sent).isEmpty();
        assertThat(confirmed).isEmpty();
        slow = false;
        confirm();
        assertThat(confirmed).containsExactly(List.of());
        sent.clear();
        receive(second, "INFO", 2, "b", tag, 0);
        assertThat(answers()).containsExactly("200 INFO second");
        assertThat(header(sent.get(0), "X-Ringdown-Counter")).isEqualTo("1");
    }

    /** What is unconfirmed for long is given again, and may be given up by its former owner once it is confirmed. */
    @Test
    void whatIsGivenAgainIsNotConfirmedBeforeItIsStoredEither() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 5_000_000);
        slow = true;
        drainFirst();
        second.moved(given, confirmed::add);
        assertThat(confirmed).isEmpty();
        confirm();
        assertThat(confirmed).isNotEmpty().containsOnly(List.of());
    }

    @Test
    void whatItDoesNotOwnItRefuses() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
        receive(first, "INVITE", 1, "i", "", now + 5_000_000);
        drained = "first";
        first.ownershipChanged();
        drained = "second";
        second.moved(given, confirmed::add);
        assertThat(confirmed).containsExactly(List.of("call"));
        assertThat(second.owned()).isEmpty();
    }
}
