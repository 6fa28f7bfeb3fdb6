package io.ringdown.harness.run;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.ringdown.record.SelfChecks;
import io.ringdown.workloads.Answerer;
import io.ringdown.workloads.Driver;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What befalls the last calls while they end is told as well. */
class LastCallsTest {
    private final List<String> course = new ArrayList<>();
    private final List<SelfChecks> recorded = new ArrayList<>();

    private static SelfChecks checks(long drops, long lostLines) {
        return new SelfChecks(0, 0, 0, 0, false, drops, 0, 0, 0, lostLines);
    }

    /** Loses a line when it is closed. */
    private final class Dropping implements Driver {
        private final boolean full;
        private long lost;

        /** @param full whether the disk is */
        Dropping(boolean full) {
            this.full = full;
        }

        @Override
        public long timeToFill() {
            return 0;
        }

        @Override
        public void start(long strike, long seed) {
            // it has begun
        }

        @Override
        public int openCalls() {
            return 0;
        }

        @Override
        public int openProbes() {
            return 0;
        }

        @Override
        public int probeSuccessesInARow() {
            return 0;
        }

        @Override
        public Throwable failure() {
            return null;
        }

        @Override
        public void stopProbing() {
            // it makes none
        }

        @Override
        public SelfChecks selfChecks() {
            return checks(0, lost);
        }

        @Override
        public void close() throws IOException {
            course.add("driver");
            lost++;
            if (full) {
                throw new IOException("the disk is full");
            }
        }
    }

    /** Drops a datagram when it is closed. */
    private final class Deaf implements Answerer {
        private long dropped;

        @Override
        public void start() {
            // it has begun
        }

        @Override
        public Throwable failure() {
            return null;
        }

        @Override
        public SelfChecks selfChecks() {
            return checks(dropped, 0);
        }

        @Override
        public void close() {
            course.add("callee");
            dropped++;
        }
    }

    @Test
    void whatIsLostWhileTheyEndIsInTheSelfChecks() throws IOException {
        LastCalls.end(new Dropping(false), new Deaf(), recorded::add);
        assertThat(recorded).containsExactly(checks(1, 1));
        assertThat(course).containsExactly("driver", "callee");
    }

    @Test
    void theyAreToldThoughTheLastCallsAreNotRecorded() {
        assertThatThrownBy(() -> LastCalls.end(new Dropping(true), new Deaf(), recorded::add))
                .hasMessage("the disk is full");
        assertThat(recorded).containsExactly(checks(1, 1));
        assertThat(course).containsExactly("driver", "callee");
    }

    @Test
    void whereNobodyCalledThereIsNothingToTell() throws IOException {
        LastCalls.end(null, new Deaf(), recorded::add);
        LastCalls.end(null, null, recorded::add);
        assertThat(recorded).isEmpty();
        assertThat(course).containsExactly("callee");
    }
}
