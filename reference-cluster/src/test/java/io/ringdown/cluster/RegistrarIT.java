package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What is registered with a running cluster, and what is left of it when who keeps it is killed. */
class RegistrarIT extends SmallClusters {
    private static final String SERVICE = "127.182.0.1";
    private static final int BLOCK = 82;
    private static final String CALLER = "127.82.9.1";
    private static final String PHONE = "<sip:user@phone.example>";

    private static String register(RawCaller device, int cseq, String more) {
        return device.request("REGISTER", cseq)
                .replace("REGISTER sip:answer@", "REGISTER sip:")
                .replaceFirst("Contact: [^\r]*\r\n", more)
                .replaceFirst("To: <sip:answer@cluster.example>;tag=[^\r]*", "To: <sip:answer@cluster.example>");
    }

    private static String registered(RawCaller device, int cseq, String more) throws IOException {
        device.send(register(device, cseq, more));
        return device.answer(200, cseq + " REGISTER");
    }

    @ParameterizedTest
    @CsvSource({"occas, udp", "was, tcp", "mss, udp"})
    void bindingsOutliveWhoKeptThem(String arrangement, String transport) throws Exception {
        startWithStandby(arrangement, BLOCK, SERVICE);
        try (RawCaller device = RawCaller.by(transport, "one", CALLER, SERVICE);
                RawCaller other = RawCaller.by(transport, "two", CALLER, SERVICE)) {
            String owner = node(registered(device, 1, "Contact: " + PHONE + "\r\nExpires: 3000\r\n"));
            assertThat(registered(other, 1, "Contact: <sip:user@desk.example>\r\n"))
                    .contains("Contact: " + PHONE + ";expires=", "Contact: <sip:user@desk.example>;expires=3600\r\n")
                    .contains("X-Ringdown-Node: " + owner + "\r\n");
            assertThat(page(owner, "/owned")).isBlank();

            elements.get(owner).destroyForcibly();
            // Sent once by UDP, so only when the others know; by TCP the cluster sends it again by itself.
            elements.get(owner).onExit().join();
            String answer = until200(other, transport);

            assertThat(node(answer)).isNotEqualTo(owner);
            assertThat(answer).contains("Contact: " + PHONE + ";expires=", "Contact: <sip:user@desk.example>;expires=");
            assertThat(registered(device, 2, "Contact: *\r\nExpires: 0\r\n")).doesNotContain("Contact:");
        }
    }

    /** As a client of UDP does, which repeats until it is answered. */
    private static String until200(RawCaller device, String transport) throws IOException {
        if (transport.equals("tcp")) {
            return registered(device, 2, "");
        }
        String query = register(device, 2, "");
        device.patience(500);
        for (int sent = 0; sent < 120; sent++) {
            device.send(query);
            try {
                return device.answer(200, "2 REGISTER");
            } catch (java.net.SocketTimeoutException e) {
                // again
            }
        }
        throw new AssertionError("no answer");
    }

    private static String node(String message) {
        return message.replaceAll("(?s).*\r\nX-Ringdown-Node: ([^\r]*).*", "$1");
    }
}
