package io.ringdown.cluster.admin;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import java.util.concurrent.atomic.AtomicLong;
import org.junit.jupiter.api.Test;

class EventJournalTest {
    @Test
    void aWallClockThatJumpsPutsNoEventElsewhere() {
        var wall = new AtomicLong(1_000_000);
        var nanos = new AtomicLong(500);
        var journal = new EventJournal(wall::get, nanos::get);
        journal.add("first", Map.of());
        nanos.addAndGet(2_000_000);
        wall.addAndGet(3_600_000_000L);

        journal.add("second", Map.of("epoch", 7));

        assertThat(journal.lines()).isEqualTo("""
                        {"epochMicros":1000000,"event":"first","detail":{}}
                        {"epochMicros":1002000,"event":"second","detail":{"epoch":7}}
                        """);
    }
}
