package io.ringdown.cluster;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.TimeUnit;

/** SIPp's standard caller: INVITE, ACK, a pause, BYE. It shares no code with the cluster. */
final class Sipp {
    private Sipp() {}

    /** Skips the test where SIPp is missing, or fails it where it is required. */
    static void need() {
        RealParts.need("sipp", "sip-tester");
    }

    /** Makes calls, all of which must succeed. */
    static void call(Path folder, String service, String from, int calls, String... options) throws Exception {
        Path figures = folder.resolve("figures.csv");
        Path log = folder.resolve("sipp.log");
        Files.deleteIfExists(figures);
        var command =
                new ArrayList<>(List.of("sipp", service, "-sn", "uac", "-i", from, "-nostdin", "-timeout", "20s"));
        command.addAll(List.of("-m", String.valueOf(calls), "-trace_stat", "-stf", figures.toString()));
        command.addAll(List.of(options));
        Process sipp = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectErrorStream(true)
                .redirectOutput(log.toFile())
                .start();
        try {
            assertThat(sipp.waitFor(30, TimeUnit.SECONDS)).isTrue();
        } finally {
            sipp.destroyForcibly();
        }
        assertThat(figures).as(() -> text(log)).exists();
        List<String> lines = Files.readAllLines(figures);
        assertThat(figure(lines, "SuccessfulCall(C)")).as(() -> text(log)).isEqualTo(calls);
        assertThat(figure(lines, "FailedCall(C)")).isZero();
        assertThat(sipp.exitValue()).as(() -> text(log)).isZero();
    }

    private static int figure(List<String> lines, String name) {
        int column = Arrays.asList(lines.get(0).split(";")).indexOf(name);
        return Integer.parseInt(lines.get(lines.size() - 1).split(";")[column]);
    }

    private static String text(Path file) {
        try {
            return Files.readString(file);
        } catch (IOException e) {
            return e.toString();
        }
    }
}
