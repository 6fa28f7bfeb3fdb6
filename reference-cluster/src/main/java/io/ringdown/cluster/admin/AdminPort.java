package io.ringdown.cluster.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.function.Supplier;

/** An element's admin port: small HTTP pages about its state, on the element's own address. */
public final class AdminPort implements AutoCloseable {
    private final HttpServer server;

    /**
     * Binds the port.
     *
     * @param pages what each path answers
     * @param deeds what a POST to each path does; a text tells why it does not (status 409)
     */
    public AdminPort(
            InetSocketAddress address, Map<String, Supplier<String>> pages, Map<String, Supplier<String>> deeds)
            throws IOException {
        server = HttpServer.create(address, 16);
        pages.forEach((path, page) -> server.createContext(path, exchange -> answer(exchange, 200, page)));
        deeds.forEach((path, deed) -> server.createContext(path, exchange -> {
            if (exchange.getRequestMethod().equals("POST")) {
                answer(exchange, 409, deed);
            } else {
                answer(exchange, 405, () -> "expected a POST\n");
            }
        }));
        server.start();
    }

    /** {@code status}: that of an answer which is not empty. */
    private static void answer(HttpExchange exchange, int status, Supplier<String> page) throws IOException {
        try (exchange) {
            byte[] body;
            try {
                body = page.get().getBytes(UTF_8);
            } catch (RuntimeException e) {
                exchange.sendResponseHeaders(503, -1);
                return;
            }
            exchange.sendResponseHeaders(body.length == 0 ? 200 : status, body.length == 0 ? -1 : body.length);
            exchange.getResponseBody().write(body);
        }
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
