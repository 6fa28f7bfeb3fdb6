package io.ringdown.cluster.engine;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.cluster.session.CallKey;
import io.ringdown.cluster.session.StoredSession;
import java.net.InetSocketAddress;
import java.util.List;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** RFC 3261 section 10.3, and what becomes of bindings whose engine dies. */
class RegistrarTest extends TwoEngines {
    private static final String HOME = "<sip:alice@10.0.0.1:5070>";
    private static final String WORK = "<sip:alice@10.0.0.2>";
    private static final String USER = "\"Al <1>\" <sip:alice@Example.org;user=ip>";
    private int branches;

    @BeforeEach
    void start() {
        start(Depth.TRANSACTIONS, Mutant.NONE);
    }

    private static String text(String branch, String to, String callId, int cseq, String more) {
        return "REGISTER sip:example.org SIP/2.0\r\nVia: SIP/2.0/UDP 127.0.0.1:5070;branch=z9hG4bK" + branch
                + "\r\nFrom: " + to + ";tag=f\r\nTo: " + to + "\r\nCall-ID: " + callId + "\r\nCSeq: " + cseq
                + " REGISTER\r\n" + more.replace("|", "\r\n") + (more.isEmpty() ? "" : "\r\n")
                + "Content-Length: 0\r\n\r\n";
    }

    private void send(Engine engine, String text) {
        byte[] bytes = text.getBytes(ISO_8859_1);
        engine.received(bytes, bytes.length, CALLER);
        engine.turnEnded();
    }

    /** The answer to a REGISTER: its status, and what is bound. */
    private String register(Engine engine, String to, String callId, int cseq, String more) {
        sent.clear();
        send(engine, text("b" + branches++, to, callId, cseq, more));
        return last();
    }

    private String register(String callId, int cseq, String more) {
        return register(first, USER, callId, cseq, more);
    }

    private String last() {
        if (sent.isEmpty()) {
            return "nothing";
        }
        String answer = sent.get(sent.size() - 1);
        List<String> bound = answer.lines()
                .filter(line -> line.startsWith("Contact: "))
                .map(line -> line.substring(9))
                .toList();
        return answer.substring(8, 11) + (bound.isEmpty() ? "" : " " + String.join(" ", bound));
    }

    private String asked(Engine engine) {
        return register(engine, USER, "asking", 1, "");
    }

    @Test
    void bindsAndTellsForHowLongStill() {
        assertThat(register("a", 1, "Contact: " + HOME + ";q=0.7|Expires: 60"))
                .isEqualTo("200 " + HOME + ";q=0.7;expires=60");
        assertThat(sent.get(0)).contains("\r\nTo: " + USER + ";tag=");
        pass(10_500);
        assertThat(asked(first)).isEqualTo("200 " + HOME + ";q=0.7;expires=50");
    }

    /** Each under a Call-ID of its own: a user's devices know nothing of each other. */
    @Test
    void keepsTheDevicesOfAUserTogether() {
        register("a", 1, "Contact: " + HOME + ";expires=60");
        assertThat(register("b", 7, "m: sip:alice@10.0.0.2;expires=90"))
                .isEqualTo("200 " + HOME + ";expires=60 " + WORK + ";expires=90");
        assertThat(register("b", 8, "Contact: " + HOME + ";expires=0")).isEqualTo("200 " + WORK + ";expires=90");
        assertThat(register("c", 1, "Contact: " + HOME + ", " + WORK + ";expires=20|Expires: 30"))
                .isEqualTo("200 " + WORK + ";expires=20 " + HOME + ";expires=30");
        assertThat(register("d", 1, "Contact: *|Expires: 0")).isEqualTo("200");
        assertThat(asked(first)).isEqualTo("200");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            <sip:%61lice@EXAMPLE.org>           ! true
            sip:alice@example.org;tag=mine      ! true
            <SIP:alice@example.org?Subject=x>   ! true
            <sip:Alice@example.org>             ! false
            <sip:bob@example.org>               ! false
            <sip:alice@example.org:5080>        ! false
            """)
    void knowsAUserHoweverWritten(String to, boolean same) {
        register("a", 1, "Contact: " + HOME);
        assertThat(register(first, to, "b", 1, "").contains(HOME)).isEqualTo(same);
    }

    @Test
    void knowsAnAddressHoweverWritten() {
        register("a", 1, "Contact: <sip:alice@Phone.example;transport=tcp>");
        assertThat(register("a", 2, "Contact: <SIP:%61lice@phone.EXAMPLE;transport=TCP>;expires=20"))
                .isEqualTo("200 <SIP:%61lice@phone.EXAMPLE;transport=TCP>;expires=20");
        assertThat(register("a", 3, "Contact: <sip:alice@phone.example>;expires=30"))
                .contains("expires=20", "expires=30");
    }

    @Test
    void whatAClientSaidEarlierUndoesNothing() {
        register("a", 5, "Contact: " + HOME + ";expires=60");
        for (int cseq : new int[] {4, 5}) {
            assertThat(register("a", cseq, "Contact: " + WORK + ", " + HOME + ";expires=0"))
                    .isEqualTo("500");
            assertThat(register("a", cseq, "Contact: *|Expires: 0")).isEqualTo("500");
        }
        assertThat(asked(first)).isEqualTo("200 " + HOME + ";expires=60");
        assertThat(register("other", 1, "Contact: " + HOME + ";expires=70")).isEqualTo("200 " + HOME + ";expires=70");
        assertThat(register("a", 1, "Contact: " + HOME + ";expires=80")).isEqualTo("200 " + HOME + ";expires=80");
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            Contact: <sip:a@h>;expires=9                    ! 423
            Contact: <sip:a@h>|Expires: 1                   ! 423
            Contact: <sip:a@h>;expires=10                   ! 200 <sip:a@h>;expires=10
            Contact: <sip:a@h>                              ! 200 <sip:a@h>;expires=3600
            Contact: <sip:a@h>|Expires: 99999999999         ! 200 <sip:a@h>;expires=3600
            Contact: <sip:a@h>;expires=soon|Expires: 60     ! 200 <sip:a@h>;expires=3600
            Contact: <sip:a@h>;EXPIRES = 20;x="a;b,c"       ! 200 <sip:a@h>;x="a;b,c";expires=20
            Contact: "a <b>, c" <sip:a@h>;expires=20        ! 200 <sip:a@h>;expires=20
            Contact: <tel:+1-555>;expires=20                ! 200 <tel:+1-555>;expires=20
            Contact: <sip:a@h>;expires=0                    ! 200
            Contact: *|Expires: 0                           ! 200
            Contact: *|Expires: 60                          ! 400
            Contact: *                                      ! 400
            Contact: *, <sip:a@h>|Expires: 0                ! 400
            Contact: <sip:a@h                               ! 400
            Contact: <sip:a b@h>                            ! 400
            Contact: nonsense                               ! 400
            Contact:                                        ! 400
            Contact: <sip:a@h>,                             ! 400
            Contact: <sip:a@h>;x="open                      ! 400
            Contact: sip:a@h?Route=%3Csip:b%3E              ! 400
            Contact: <sip:a@h>|Require: path                ! 420
            """)
    void grantsWhatMakesSense(String more, String answer) {
        assertThat(register("a", 1, more)).isEqualTo(answer);
        if (answer.equals("423")) {
            assertThat(sent.get(0))
                    .startsWith("SIP/2.0 423 Interval Too Brief\r\n")
                    .contains("\r\nMin-Expires: 10\r\n");
        }
        if (!answer.contains("expires")) {
            assertThat(store).isEmpty();
            assertThat(first.counters().prometheus()).contains("ringdown_owned 0\n");
        }
    }

    @ParameterizedTest
    @CsvSource(delimiter = '!', textBlock = """
            <sip:alice@elsewhere.example>   ! 404
            <sips:alice@example.org>        ! 404
            <tel:+1-555>                    ! 404
            isbn:2983792873                 ! 404
            <sip:>                          ! 400
            <sip:alice@example.org:x>       ! 400
            """)
    void registersUsersOfTheDomainOnly(String to, String answer) {
        assertThat(register(first, to, "a", 1, "Contact: " + HOME)).isEqualTo(answer);
        assertThat(store).isEmpty();
    }

    @Test
    void hasRoomForTenBindingsOfAUserAndForNoLongOnes() {
        for (int i = 0; i < Registrar.MOST; i++) {
            assertThat(register("a", i + 1, "Contact: <sip:a" + i + "@h>")).startsWith("200");
        }
        assertThat(register("a", 20, "Contact: <sip:a10@h>")).isEqualTo("403");
        assertThat(register("a", 21, "Contact: <sip:a10@h>, <sip:a0@h>;expires=0"))
                .startsWith("200");
        assertThat(asked(first).split(";expires=3600")).hasSize(Registrar.MOST);
        assertThat(register("a", 22, "Contact: <sip:" + "a".repeat(600) + "@h>"))
                .isEqualTo("400");
        assertThat(register("a", 23, "Contact: <sip:a1@h>;x=" + "a".repeat(600)))
                .isEqualTo("400");
        String longUser = "<sip:" + "a".repeat(2_000) + "@example.org>";
        assertThat(register(first, longUser, "a", 1, "Contact: " + HOME)).isEqualTo("400");
    }

    @Test
    void whatComesAgainIsAnsweredAndChangesNothing() {
        String bind = text("same", USER, "a", 1, "Contact: " + HOME + ";expires=60");
        send(first, bind);
        register("a", 2, "Contact: " + HOME + ";expires=0");
        long version = store.get(CallKey.ofBindings(USER)).version();
        send(first, bind);
        assertThat(last()).isEqualTo("200");
        assertThat(store.get(CallKey.ofBindings(USER)).version()).isEqualTo(version);
        // After Timer J it is no repetition any more.
        pass(33_000);
        send(first, bind);
        assertThat(last()).isEqualTo("200 " + HOME + ";expires=60");
    }

    @ParameterizedTest
    @EnumSource(Depth.class)
    void forgetsWhatIsOver(Depth depth) {
        start(depth, Mutant.NONE);
        register("a", 1, "Contact: " + HOME + ";expires=20, " + WORK + ";expires=60");
        assertThat(store).hasSize(depth == Depth.NONE ? 0 : 1);
        pass(21_000);
        assertThat(asked(first)).isEqualTo("200 " + WORK + ";expires=39");
        pass(40_000);
        first.turnEnded();
        assertThat(asked(first)).isEqualTo("200");
        assertThat(store).isEmpty();
        assertThat(timers).isEmpty();
        assertThat(first.counters().prometheus()).contains("ringdown_owned 0\n");
    }

    @ParameterizedTest
    @EnumSource(value = Depth.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aSurvivorKnowsTheBindingsOfTheDeadAndEndsThem(Depth depth) {
        start(depth, Mutant.NONE);
        register("a", 1, "Contact: " + HOME + ";q=1;expires=60");
        pass(10_000);
        firstDies();
        assertThat(asked(second)).isEqualTo("200 " + HOME + ";q=1;expires=50");
        assertThat(register(second, USER, "a", 1, "Contact: " + HOME)).isEqualTo("500");
        assertThat(register(second, USER, "a", 2, "Contact: " + HOME + ";expires=70"))
                .isEqualTo("200 " + HOME + ";expires=70");
        pass(71_000);
        assertThat(store).isEmpty();
    }

    @Test
    void aSurvivorKnowsForARepetitionWhatTheDeadGranted() {
        String bind = text("same", USER, "a", 1, "Contact: " + HOME + ";expires=60");
        send(first, bind);
        pass(1_000);
        firstDies();
        send(second, bind);
        assertThat(last()).isEqualTo("200 " + HOME + ";expires=59");
    }

    @ParameterizedTest
    @EnumSource(value = Depth.class, names = "NONE", mode = EnumSource.Mode.EXCLUDE)
    void aSurvivorForgetsAUserWhomTheDeadHadLetGo(Depth depth) {
        start(depth, Mutant.NONE);
        register("a", 1, "Contact: " + HOME);
        register("a", 2, "Contact: *|Expires: 0");
        firstDies();
        assertThat(asked(second)).isEqualTo("200");
        pass(33_000);
        assertThat(store).isEmpty();
        assertThat(second.owned()).isEmpty();
    }

    @Test
    void nothingIsToldBeforeItIsStored() {
        slow = true;
        assertThat(register("a", 1, "Contact: " + HOME + ";expires=60")).isEqualTo("nothing");
        assertThat(asked(first)).isEqualTo("nothing");
        confirm();
        assertThat(sent).hasSize(2).allSatisfy(answer -> assertThat(answer).contains("Contact: " + HOME));
    }

    @Test
    void aDrainedEngineGivesItsBindingsAway() {
        register("a", 1, "Contact: " + HOME + ";expires=60");
        drained = "first";
        epoch++;
        first.ownershipChanged();
        assertThat(given).extracting(StoredSession::callId).containsExactly(CallKey.ofBindings(USER));
        second.ownershipChanged();
        second.moved(given, refused -> assertThat(refused).isEmpty());
        assertThat(asked(second)).isEqualTo("200 " + HOME + ";expires=60");
    }

    /** @param stores what they have by then; null: all */
    private void drainFirst(StoredSession stores) {
        if (stores != null) {
            store.put(stores.callId(), stores);
        }
        drained = "first";
        epoch++;
        giving = true;
        second.ownershipChanged();
        // The first one has yet to hear of it.
        first.ownershipChanged();
    }

    private void handOver() {
        second.moved(given, refused -> assertThat(refused).isEmpty());
        giving = false;
        second.given();
    }

    private List<String> told() {
        return sent.stream()
                .map(answer -> answer.substring(8, 11) + " " + header(answer, "CSeq") + " "
                        + answer.split("\r\nContact: ", -1).length)
                .toList();
    }

    @Test
    void whatOvertakesTheBindingsOfAnEngineThatIsDrainedWaitsForThemWhereNothingIsStored() {
        start(Depth.NONE, Mutant.NONE);
        register("a", 5, "Contact: " + HOME + ";expires=60");
        drainFirst(null);
        overtaken();
    }

    /** The stores had not taken the last change, of which its client was told. */
    @Test
    void whatOvertakesTheBindingsOfAnEngineThatIsDrainedWaitsForThemWhereAnswersAreFirst() {
        beforeSend = false;
        start(Depth.TRANSACTIONS, Mutant.NONE);
        register("a", 4, "Contact: " + HOME + ";expires=30");
        StoredSession stored = store.get(CallKey.ofBindings(USER));
        slow = true;
        register("a", 5, "Contact: " + HOME + ";expires=60");
        drainFirst(stored);
        overtaken();
    }

    /** Of HOME, bound with CSeq 5. */
    private void overtaken() {
        assertThat(register(second, USER, "b", 1, "Contact: " + WORK + ";expires=70"))
                .isEqualTo("nothing");
        // Its CSeq is not turned back either.
        send(second, text("late", USER, "a", 5, "Contact: " + HOME + ";expires=0"));
        assertThat(sent).isEmpty();
        handOver();
        confirm();

        assertThat(told()).containsExactly("200 1 REGISTER 3", "500 5 REGISTER 1");
        assertThat(asked(second)).isEqualTo("200 " + HOME + ";expires=60 " + WORK + ";expires=70");
    }

    @Test
    void whatOvertakesNothingIsAnsweredOnceNothingMoreComes() {
        start(Depth.NONE, Mutant.NONE);
        drainFirst(null);
        assertThat(asked(second)).isEqualTo("nothing");
        giving = false;
        second.given();
        assertThat(last()).isEqualTo("200");
        // Nor does a former owner that stands still keep anybody waiting.
        epoch++;
        giving = true;
        second.ownershipChanged();
        assertThat(register(second, USER, "c", 1, "Contact: " + WORK + ";expires=60"))
                .isEqualTo("nothing");
        pass(4_000);
        assertThat(last()).isEqualTo("200 " + WORK + ";expires=60");
    }

    @Test
    void whereTheStoresHaveEverythingNobodyWaits() {
        register("a", 5, "Contact: " + HOME + ";expires=60");
        drainFirst(null);
        assertThat(asked(second)).isEqualTo("200 " + HOME + ";expires=60");
    }

    @Test
    void whatWaitedHereWaitsForItsNextOwner() {
        start(Depth.NONE, Mutant.NONE);
        drainFirst(null);
        assertThat(asked(second)).isEqualTo("nothing");
        drained = "second";
        second.ownershipChanged();
        second.given();
        drained = "first";
        giving = false;
        second.ownershipChanged();
        assertThat(last()).isEqualTo("200");
    }

    @Test
    void bindingsAreNoCalls() {
        register("a", 1, "Contact: " + HOME);
        assertThat(first.owned()).isEmpty();
        callId = "a";
        sent.clear();
        receive(first, "BYE", 2, "x", "t", 0);
        assertThat(statuses()).containsExactly("481 first");
    }

    @ParameterizedTest
    @EnumSource(value = EngineSettings.Serving.Kind.class)
    void standsBesideAnyService(EngineSettings.Serving.Kind kind) {
        serving = new EngineSettings.Serving(kind, new InetSocketAddress("127.0.0.9", 5060), null, true, true);
        start(Depth.TRANSACTIONS, Mutant.NONE);
        String poison = "<sip:poison@example.org>";
        assertThat(register(first, poison, "a", 1, "Contact: " + HOME + ";expires=60"))
                .isEqualTo("200 " + HOME + ";expires=60");
        firstDies();
        assertThat(register(second, poison, "b", 1, "")).isEqualTo("200 " + HOME + ";expires=60");
        assertThat(halted).isEmpty();
    }

    @Test
    void refusesNewUsersWhileItIsBehind() {
        register("a", 1, "Contact: " + HOME + ";expires=60");
        first.refuseNewWhile(() -> true);
        assertThat(register("a", 2, "Contact: " + HOME + ";expires=60")).startsWith("200");
        assertThat(register(first, "<sip:bob@example.org>", "b", 1, "Contact: " + HOME))
                .isEqualTo("503");
    }
}
