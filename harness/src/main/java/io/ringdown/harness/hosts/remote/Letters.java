package io.ringdown.harness.hosts.remote;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jsr310.JavaTimeModule;
import java.io.IOException;
import java.io.UncheckedIOException;

/** What goes between a harness and an agent: JSON lines. The agent begins with a {@link Hello}; then questions have numbers, and answers repeat them. */
final class Letters {
    private static final ObjectMapper JSON =
            JsonMapper.builder().addModule(new JavaTimeModule()).build();

    private Letters() {}

    /**
     * A question.
     *
     * @param session of the one who asks; another harness is another session
     * @param number within it; asked again by the same one, it is not done again
     */
    record Question(String session, long number, Ask<?> ask) {}

    /**
     * An answer.
     *
     * @param trouble why it was not done, one line; empty: it was
     * @param refused whether it is a fault outside the blast radius
     */
    record Answer(String session, long number, JsonNode result, String trouble, boolean refused) {}

    /** Whether a line is one; a JVM may have warnings to print, at its beginning or later. */
    static boolean isLetter(String line) {
        return line.startsWith("{");
    }

    /** In one line, without its end. */
    static String line(Object letter) {
        try {
            return JSON.writeValueAsString(letter);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static <T> T read(String line, Class<T> type) throws IOException {
        return JSON.readValue(line, type);
    }

    static JsonNode tree(Object result) {
        return JSON.valueToTree(result);
    }

    static <T> T result(JsonNode tree, Class<T> type) throws IOException {
        return tree == null || tree.isNull() ? null : JSON.treeToValue(tree, type);
    }
}
