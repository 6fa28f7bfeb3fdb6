package io.ringdown.harness.cli;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.util.LogbackMDCAdapter;
import java.io.ByteArrayOutputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class WarningsTest {
    private final LoggerContext found = (LoggerContext) LoggerFactory.getILoggerFactory();

    @Test
    void logbackFindsThem() {
        assertThat(found.getLogger(Logger.ROOT_LOGGER_NAME).getLevel()).isEqualTo(Level.WARN);
        assertThat(found.getLogger("com.github.dockerjava").isErrorEnabled()).isFalse();
    }

    @Test
    void aWarningIsALineOnStandardError() {
        var context = new LoggerContext();
        context.setMDCAdapter(new LogbackMDCAdapter());
        new Warnings().configure(context);
        var shown = new ByteArrayOutputStream();
        PrintStream before = System.err;
        System.setErr(new PrintStream(shown, true));
        try {
            context.getLogger("io.ringdown").info("the address {} is taken over", "127.100.0.1");
            context.getLogger("io.ringdown").warn("no class-data archive: {}", "no room");
            context.getLogger("io.ringdown").error("a defect", new IllegalStateException("no call"));
        } finally {
            System.setErr(before);
        }
        assertThat(shown.toString(StandardCharsets.UTF_8))
                .startsWith("ringdown: no class-data archive: no room\nringdown: a defect\n"
                        + "java.lang.IllegalStateException: no call\n\tat " + WarningsTest.class.getName())
                .hasLineCount(4);
    }
}
