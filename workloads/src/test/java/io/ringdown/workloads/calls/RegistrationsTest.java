package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.ringdown.record.CallRecorder;
import io.ringdown.record.CallRole;
import io.ringdown.record.Intent;
import io.ringdown.record.Operation;
import io.ringdown.record.Outcome;
import io.ringdown.record.ResolvedPlan.CallType;
import io.ringdown.record.ResolvedPlan.Capacity;
import io.ringdown.record.ResolvedPlan.Workload;
import io.ringdown.record.RunClock;
import io.ringdown.record.TrialOrder;
import io.ringdown.workloads.calls.AnsweringCallee.Request;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** Registrations of a trial, against a peer that grants them, over real sockets. */
@Execution(ExecutionMode.CONCURRENT)
class RegistrationsTest {
    private static final int FIRST = 700;
    private static final int USERS = 20;

    @TempDir
    Path folder;

    private final RunClock clock = RunClock.startingNow();
    private AnsweringCallee registrar;
    private int left;

    @BeforeEach
    void answer() throws IOException {
        registrar = new AnsweringCallee(50);
    }

    @AfterEach
    void hangUp() {
        registrar.close();
    }

    private RecordedCalls register(boolean renewed) throws IOException {
        var workload =
                new Workload(Duration.ofMillis(50), List.of(), 1, 1, 100, 0, Duration.ofMillis(100), Duration.ZERO);
        var run = new RecordedCalls(folder.resolve("run"), clock, workload);
        var settings = new GeneratorSettings(
                registrar.address(), new InetSocketAddress("127.0.0.1", 0), workload, "X-Ringdown-Node");
        try (var generator = new Generator(settings, run.recorder(), clock)) {
            generator.offer(order(renewed));
            await().atMost(Duration.ofSeconds(20)).until(generator::offeredAll);
            assertThat(generator.endedSessions()).isEqualTo(USERS);
            left = generator.leftBehind();
            run.close();
            run.read();
            assertThat(run.operations).allSatisfy(op -> {
                assertThat(op.intent()).isEqualTo(Intent.REGISTER);
                assertThat(op.intended()).isGreaterThanOrEqualTo(generator.offeredFrom());
            });
        }
        return run;
    }

    private static TrialOrder order(boolean renewed) {
        CallType type = renewed ? CallType.RE_REGISTER : CallType.REGISTER;
        var capacity = new Capacity(
                type, USERS, 200, Duration.ZERO, Duration.ofSeconds(2), Duration.ZERO, Duration.ZERO, null);
        return new TrialOrder(3, capacity, 200, USERS, FIRST, 400);
    }

    /** None is refreshed before all are registered, whoever made them ready sooner, and none removed before all are refreshed. */
    @Test
    void twoRefreshTogetherWhatOneWould() throws IOException {
        var workload =
                new Workload(Duration.ofMillis(50), List.of(), 1, 1, 100, 0, Duration.ofMillis(100), Duration.ZERO);
        var run = new RecordedCalls(folder.resolve("run"), clock, workload);
        try (var even = share(workload, run, 0);
                var odd = share(workload, run, 1)) {
            long begin = clock.nanos() + 100_000_000;
            even.offer(order(true), begin);
            odd.offer(order(true), begin);
            await().atMost(Duration.ofSeconds(20)).until(() -> even.stepsDone() == 1 && odd.stepsDone() == 1);
            assertThat(came("3600")).hasSize(USERS);
            assertThat(even.offeredFrom()).as("of itself it does not go on").isEqualTo(Operation.NONE);

            long offered = clock.nanos() + 100_000_000;
            even.proceed(offered);
            odd.proceed(offered);
            await().atMost(Duration.ofSeconds(20)).until(() -> even.stepsDone() == 2 && odd.stepsDone() == 2);
            assertThat(even.endedSessions() + odd.endedSessions()).isEqualTo(USERS);
            assertThat(came("0")).isEmpty();

            even.proceed(clock.nanos());
            odd.proceed(clock.nanos());
            await().atMost(Duration.ofSeconds(20)).until(() -> even.offeredAll() && odd.offeredAll());
            assertThat(came("0")).hasSize(USERS);
            assertThat(even.leftBehind() + odd.leftBehind()).isZero();
            run.close();
            run.read();
            assertThat(run.operations)
                    .hasSize(USERS)
                    .allSatisfy(op -> assertThat(op.intended()).isEqualTo(offered + (op.call() - FIRST) * 5_000_000L));
        }
    }

    private Generator share(Workload workload, RecordedCalls run, int index) throws IOException {
        var settings = new GeneratorSettings(
                List.of(registrar.address()),
                List.of(new InetSocketAddress("127.0.0.1", 0)),
                workload,
                "X-Ringdown-Node",
                null,
                new Share(index, 2));
        return new Generator(settings, run.recorder(), clock);
    }

    private List<Request> came(String expires) {
        return registrar.received("REGISTER").stream()
                .filter(request -> request.header("Expires").equals(expires))
                .toList();
    }

    @Test
    void asManyUsersAsAreAskedForRegisterOnceAndAreLetGo() throws IOException {
        RecordedCalls run = register(false);

        assertThat(run.calls.keySet()).hasSize(USERS).contains(FIRST, FIRST + USERS - 1);
        assertThat(run.calls.values())
                .allSatisfy(call -> assertThat(call.role()).isEqualTo(CallRole.SESSION));
        assertThat(run.operations)
                .hasSize(USERS)
                .allSatisfy(op -> assertThat(op.outcome()).isEqualTo(Outcome.OK));
        // Open loop: the instants are the process's, to the nanosecond.
        List<Long> instants =
                run.operations.stream().map(Operation::intended).sorted().toList();
        for (int i = 1; i < USERS; i++) {
            assertThat(instants.get(i) - instants.get(0)).isEqualTo(i * 5_000_000L);
        }
        assertThat(came("3600"))
                .extracting(request -> request.header("To"))
                .hasSize(USERS)
                .doesNotHaveDuplicates();
        assertThat(came("0"))
                .extracting(request -> request.header("Contact"))
                .containsExactlyInAnyOrderElementsOf(came("3600").stream()
                        .map(request -> request.header("Contact"))
                        .toList());
        assertThat(left).isZero();
    }

    @Test
    void aRefreshIsOfTheSameBindingAndAloneIsRecorded() throws IOException {
        RecordedCalls run = register(true);

        assertThat(run.operations)
                .hasSize(USERS)
                .allSatisfy(op -> assertThat(op.cseq()).isEqualTo(2));
        List<Request> granted = came("3600");
        assertThat(granted).hasSize(2 * USERS);
        for (int i = 0; i < USERS; i++) {
            assertThat(granted.get(i).cseq())
                    .as("registered before any is refreshed")
                    .isEqualTo(1);
        }
        assertThat(granted.stream()
                        .map(request -> request.header("Call-ID") + request.header("Contact"))
                        .distinct())
                .hasSize(USERS);
        assertThat(came("0"))
                .hasSize(USERS)
                .allSatisfy(request -> assertThat(request.cseq()).isEqualTo(3));
        assertThat(left).isZero();
    }

    @Test
    void whatCouldNotBeRegisteredIsNotRefreshed() throws IOException {
        registrar.refuses =
                request -> request.cseq() == 1 && request.header("To").contains("user" + (FIRST + 3) + "@") ? 503 : 0;

        RecordedCalls run = register(true);

        assertThat(run.operations).hasSize(USERS - 1).noneMatch(op -> op.call() == FIRST + 3);
    }

    @Test
    void aRefusalEndsItAndWhatCannotBeRemovedIsTold() throws IOException {
        registrar.refuses = request -> request.header("Expires").equals("0")
                ? 500
                : request.header("To").contains("7") ? 403 : 0;

        RecordedCalls run = register(false);

        assertThat(run.operations)
                .hasSize(USERS)
                .allSatisfy(op -> assertThat(op.status()).isEqualTo(403));
        assertThat(left).isEqualTo(USERS);
    }

    /** Section 10.3 of RFC 3261, step 8: the 200 lists the bindings that there are. */
    @Test
    void aRegistrarThatListsAnotherBindingHasRegisteredNobody() throws IOException {
        registrar.lists = request -> request.header("Expires").equals("0")
                ? "Contact: " + request.header("Contact") + ";expires=3000\r\n"
                : "Contact: <sip:somebody@127.0.0.1:5999>;expires=3600\r\n";

        RecordedCalls run = register(false);

        assertThat(run.operations).hasSize(USERS).allSatisfy(op -> {
            assertThat(op.status()).isEqualTo(200);
            assertThat(op.outcome()).isEqualTo(Outcome.FAILED);
        });
        assertThat(run.incidents)
                .filteredOn(
                        incident -> incident.detail().matches("the registrar's 200 does not list sip:user7\\d\\d@.*"))
                .hasSize(USERS);
        assertThat(run.incidents)
                .filteredOn(incident -> incident.detail().startsWith("the registrar's 200 still lists sip:user7"))
                .hasSize(USERS);
        assertThat(left).isEqualTo(USERS);
    }

    @Test
    void aCalleeThatIsNotRegisteredSaysSo() throws IOException {
        registrar.lists = request -> "";
        Workload workload = new Workload(
                        Duration.ofMillis(50), List.of(), 1, 1, 100, 0, Duration.ofMillis(100), Duration.ZERO)
                .to(new io.ringdown.record.ResolvedPlan.Callee("127.0.0.1:0", 0, Duration.ofSeconds(60)));
        var at = new InetSocketAddress("127.0.0.1", 0);
        try (var callee =
                new Callee(at, List.of(registrar.address()), List.of(), workload, "", CallRecorder.NOBODY, clock)) {
            assertThat(callee.trouble()).isEmpty();
            callee.start();
            await().until(() -> !callee.trouble().isEmpty());
            assertThat(callee.trouble())
                    .isEqualTo("it is not registered: the registrar's 200 does not list sip:callee@127.0.0.1:"
                            + callee.address().getPort());
            registrar.lists = request -> "Contact: " + request.header("Contact") + "\r\n";
            await().until(() -> callee.trouble().isEmpty());
        }
    }

    @Test
    void oneThatNobodyAnswersEndsWithTimerF() throws IOException {
        registrar.drops = request -> true;

        RecordedCalls run = register(false);

        assertThat(run.operations).hasSize(USERS).allSatisfy(op -> {
            assertThat(op.status()).isZero();
            assertThat(op.retransmissions()).isGreaterThan(6);
        });
        assertThat(left).isEqualTo(USERS);
    }
}
