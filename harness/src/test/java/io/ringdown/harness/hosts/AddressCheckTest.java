package io.ringdown.harness.hosts;

import static org.assertj.core.api.Assertions.assertThat;

import io.ringdown.harness.hosts.AddressCheck.Transport;
import io.ringdown.harness.hosts.AddressCheck.Wanted;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.List;
import org.junit.jupiter.api.Test;

class AddressCheckTest {
    private static final String HOST = "127.61.1.1";
    private final long self = ProcessHandle.current().pid();

    @Test
    void namesWhoHasATcpAddress() throws Exception {
        try (var socket = new ServerSocket(0, 1, InetAddress.getByName(HOST))) {
            String address = HOST + ":" + socket.getLocalPort();
            assertThat(AddressCheck.problems(List.of(new Wanted(Transport.TCP, address))))
                    .singleElement()
                    .asString()
                    .startsWith(address + " (TCP) is in use by pid " + self + " (");
            assertThat(AddressCheck.problems(List.of(new Wanted(Transport.UDP, address))))
                    .isEmpty();
        }
    }

    @Test
    void seesAnOwnerThatWouldShareItsUdpAddress() throws Exception {
        try (var socket = new DatagramSocket(null)) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(HOST, 0));
            String address = HOST + ":" + socket.getLocalPort();
            assertThat(AddressCheck.problems(List.of(new Wanted(Transport.UDP, address))))
                    .singleElement()
                    .asString()
                    .contains("in use by pid " + self);
        }
    }

    @Test
    void seesWhoTookEveryAddress() throws Exception {
        try (var socket = new ServerSocket(0)) {
            String address = HOST + ":" + socket.getLocalPort();
            assertThat(AddressCheck.problems(List.of(new Wanted(Transport.TCP, address))))
                    .singleElement()
                    .asString()
                    .contains("in use by pid " + self);
        }
    }

    @Test
    void aHostThatIsNotOursCannotBeHad() {
        assertThat(AddressCheck.problems(List.of(new Wanted(Transport.TCP, "192.0.2.1:5060"))))
                .singleElement()
                .asString()
                .startsWith("192.0.2.1:5060 (TCP) cannot be had");
    }
}
