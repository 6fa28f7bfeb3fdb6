package io.ringdown.workloads.calls;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.Intent;
import io.ringdown.record.Outcome;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import org.junit.jupiter.api.Test;

class FinishedCallsTest {
    private static final InetSocketAddress SERVICE = new InetSocketAddress("127.0.0.1", 5060);
    private static final long KEPT_FOR = 10_000;

    private final FinishedCalls finished = new FinishedCalls(KEPT_FOR);

    private static Attempt setUp(int call) {
        var dialog = new Dialog(call, call + "-run@host", "from" + call, SERVICE);
        Attempt setUp = Attempt.first(dialog, Intent.SETUP, 0);
        setUp.recorded = false;
        setUp.branch = "branch" + call;
        setUp.ackBranch = "ack" + call;
        setUp.outcome = Outcome.OK;
        setUp.status = 200;
        setUp.destination = SERVICE;
        dialog.toTag = "to" + call;
        dialog.remoteTarget = "sip:" + "x".repeat(call % 50) + "@far";
        dialog.routes = call % 3 == 0 ? List.of() : List.of("<sip:a;lr;n=" + call + ">", "<sip:b;lr>");
        dialog.cseq = call % 7;
        return setUp;
    }

    @Test
    void givesBackWhatItWasGivenOnceAndOnlyInTime() {
        Map<String, Long> model = new HashMap<>();
        var random = new Random(1);
        long now = 0;
        for (int call = 0; call < 50_000; call++) {
            now += random.nextInt(5);
            assertThat(finished.add(setUp(call), now)).isTrue();
            model.put(call + "-run@host", now + KEPT_FOR);
            if (random.nextInt(4) == 0) {
                int wanted = Math.max(0, call - random.nextInt(8_000));
                String callId = wanted + "-run@host";
                Long until = model.remove(callId);
                Attempt found = finished.take(callId, now);
                if (until == null || until <= now) {
                    assertThat(found).isNull();
                } else {
                    assertSame(found, setUp(wanted));
                }
            }
        }
        long end = now;
        assertThat(finished.take("none", now)).isNull();
        assertThat(finished.count()).isEqualTo((int)
                model.values().stream().filter(until -> until > end).count());
        assertThat(finished.take("none", now + KEPT_FOR)).isNull();
        assertThat(finished.count()).isZero();
        assertThat(finished.add(setUp(7), now + 2 * KEPT_FOR)).isTrue();
        assertSame(finished.take("7-run@host", now + 2 * KEPT_FOR), setUp(7));
    }

    private static void assertSame(Attempt found, Attempt given) {
        assertThat(found.branch).isEqualTo(given.branch);
        assertThat(found.ackBranch).isEqualTo(given.ackBranch);
        assertThat(found.outcome).isEqualTo(Outcome.OK);
        assertThat(found.cseq).isEqualTo(given.cseq);
        assertThat(found.over()).isTrue();
        assertThat(found.dialog.call).isEqualTo(given.dialog.call);
        assertThat(found.dialog.fromTag).isEqualTo(given.dialog.fromTag);
        assertThat(found.dialog.toTag).isEqualTo(given.dialog.toTag);
        assertThat(found.dialog.remoteTarget).isEqualTo(given.dialog.remoteTarget);
        assertThat(found.dialog.routes).isEqualTo(given.dialog.routes);
        assertThat(found.dialog.cseq).isEqualTo(given.dialog.cseq);
        assertThat(found.dialog.service).isEqualTo(SERVICE);
    }

    @Test
    void takesNoneThatHasMoreToTell() {
        Attempt forked = setUp(1);
        forked.forkedTags = "other,";
        assertThat(finished.add(forked, 0)).isFalse();
        Attempt large = setUp(2);
        large.dialog.remoteTarget = "sip:" + "x".repeat(5_000);
        assertThat(finished.add(large, 0)).isFalse();
        assertThat(finished.add(setUp(3), 0)).isTrue();
        assertThat(finished.count()).isEqualTo(1);
    }
}
