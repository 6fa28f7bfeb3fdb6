package io.ringdown.cluster.admin;

import static java.nio.charset.StandardCharsets.UTF_8;

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
     */
    public AdminPort(InetSocketAddress address, Map<String, Supplier<String>> pages) throws IOException {
        server = HttpServer.create(address, 16);
        pages.forEach((path, page) -> server.createContext(path, exchange -> {
            try (exchange) {
                byte[] body;
                try {
                    body = page.get().getBytes(UTF_8);
                } catch (RuntimeException e) {
                    exchange.sendResponseHeaders(503, -1);
                    return;
                }
                exchange.sendResponseHeaders(200, body.length == 0 ? -1 : body.length);
                exchange.getResponseBody().write(body);
            }
        }));
        server.start();
    }

    @Override
    public void close() {
        server.stop(0);
    }
}
