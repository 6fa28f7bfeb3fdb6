package io.ringdown.faults;

import com.sun.net.httpserver.HttpServer;
import java.net.InetSocketAddress;

/** A process that tells by HTTP what its wall clock says. */
final class TimeTeller {
    private TimeTeller() {}

    /** Arguments: address and port. */
    public static void main(String[] arguments) throws Exception {
        var address = new InetSocketAddress(arguments[0], Integer.parseInt(arguments[1]));
        HttpServer server = HttpServer.create(address, 0);
        server.createContext("/", exchange -> {
            exchange.sendResponseHeaders(200, -1);
            exchange.close();
        });
        server.start();
    }
}
