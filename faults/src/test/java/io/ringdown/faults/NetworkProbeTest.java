package io.ringdown.faults;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.record.FaultOrder.Direction;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;

class NetworkProbeTest {
    private static final Duration DELAY = Duration.ofMillis(700);

    /** A delay may be longer than all that a probe has to say takes. */
    @Test
    void whatIsToComeLaterIsWaitedForAsLong() throws Exception {
        try (var probe = new NetworkProbe("127.65.6.1", "127.65.6.2", Late::new)) {
            NetworkProbe.Fate late = probe.send(Direction.OUT, 20, DELAY);

            assertThat(late.arrived).as("%s", late).isEqualTo(20);
            assertThat(late.seconds()).isGreaterThan(0.6);
            assertThat(probe.send(Direction.OUT, 5, Duration.ZERO).arrived).isZero();
        }
    }

    /** What it sends leaves later. */
    private static final class Late extends DatagramSocket {
        Late(InetAddress address) throws IOException {
            super(0, address);
        }

        @Override
        public void send(DatagramPacket packet) {
            var kept = new DatagramPacket(packet.getData().clone(), packet.getLength(), packet.getSocketAddress());
            CompletableFuture.runAsync(
                    () -> {
                        try {
                            super.send(kept);
                        } catch (IOException e) {
                            // its probe is over
                        }
                    },
                    CompletableFuture.delayedExecutor(DELAY.toMillis(), TimeUnit.MILLISECONDS));
        }
    }
}
