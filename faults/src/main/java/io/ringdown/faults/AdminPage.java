package io.ringdown.faults;

import java.io.IOException;
import java.io.InputStream;
import java.net.HttpURLConnection;
import java.net.Proxy;
import java.net.URI;
import java.nio.charset.StandardCharsets;

/**
 * What a page of an element's admin port answers.
 *
 * @param status of HTTP
 * @param date what it has for the time, in whole seconds, as milliseconds since 1970; 0: it does not say
 */
public record AdminPage(int status, String body, long date) {
    /** How long a connection, and each part of an answer, may take. */
    public static final int PATIENCE_MILLIS = 2_000;

    /**
     * Reads a page.
     *
     * @param admin {@code host:port}
     * @param path from {@code /} on
     * @throws java.net.ConnectException if nobody is there
     * @throws IOException if it does not answer
     */
    public static AdminPage get(String admin, String path) throws IOException {
        return asked("GET", admin, path);
    }

    /** Has the element do what a page is for; as {@link #get}. */
    public static AdminPage post(String admin, String path) throws IOException {
        return asked("POST", admin, path);
    }

    // By the elder of the JDK's two clients: the younger one takes half a second of processor time before its first
    // question.
    private static AdminPage asked(String method, String admin, String path) throws IOException {
        var page =
                (HttpURLConnection) URI.create("http://" + admin + path).toURL().openConnection(Proxy.NO_PROXY);
        page.setConnectTimeout(PATIENCE_MILLIS);
        page.setReadTimeout(PATIENCE_MILLIS);
        page.setRequestMethod(method);
        // An element that was killed and started again knows nothing of a connection that was kept, and would be asked
        // twice.
        page.setRequestProperty("Connection", "close");
        int status = page.getResponseCode();
        try (InputStream body = status < 400 ? page.getInputStream() : page.getErrorStream()) {
            String text = body == null ? "" : new String(body.readAllBytes(), StandardCharsets.UTF_8);
            return new AdminPage(status, text, page.getDate());
        }
    }
}
