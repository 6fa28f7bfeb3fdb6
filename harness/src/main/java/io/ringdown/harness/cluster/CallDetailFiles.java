package io.ringdown.harness.cluster;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.ringdown.record.CallDetail;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** The call-detail records that the elements of a cluster wrote, each into a file of its own that it leaves behind. */
public final class CallDetailFiles {
    private static final String SUFFIX = ".cdrs";
    private static final ObjectMapper JSON = new ObjectMapper();

    private CallDetailFiles() {}

    /**
     * Reads all of them. Lines that an element left unfinished, because it was killed or its disk was full, are passed over: what they told of is missing.
     *
     * @param folder of the files
     */
    public static List<CallDetail> read(Path folder) throws IOException {
        var details = new ArrayList<CallDetail>();
        List<Path> files;
        try (Stream<Path> all = Files.list(folder)) {
            files = all.filter(file -> file.getFileName().toString().endsWith(SUFFIX))
                    .sorted()
                    .toList();
        }
        for (Path file : files) {
            String name = file.getFileName().toString();
            String element = name.substring(0, name.length() - SUFFIX.length());
            String text = Files.readString(file);
            for (int start = 0, end; (end = text.indexOf('\n', start)) >= 0; start = end + 1) {
                callId(text.substring(start, end)).ifPresent(callId -> details.add(new CallDetail(element, callId)));
            }
        }
        return details;
    }

    private static Optional<String> callId(String line) {
        try {
            return Optional.of(JSON.readTree(line).path("callId").asText());
        } catch (JsonProcessingException e) {
            return Optional.empty();
        }
    }
}
