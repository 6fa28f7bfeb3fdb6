package io.ringdown.harness.cli;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.LoggerContext;
import ch.qos.logback.classic.spi.Configurator;
import ch.qos.logback.classic.spi.ConfiguratorRank;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.classic.spi.IThrowableProxy;
import ch.qos.logback.classic.spi.StackTraceElementProxy;
import ch.qos.logback.core.ConsoleAppender;
import ch.qos.logback.core.LayoutBase;
import ch.qos.logback.core.encoder.LayoutWrappingEncoder;
import ch.qos.logback.core.spi.ContextAwareBase;

/**
 * What is logged: warnings, a line each on standard error; more or less with {@code -Dringdown.log=LEVEL}. Found by Logback, and not written
 * in its XML since reading that takes a third of a second at each start.
 */
@ConfiguratorRank(ConfiguratorRank.CUSTOM_HIGH_PRIORITY)
public final class Warnings extends ContextAwareBase implements Configurator {
    @Override
    public ExecutionStatus configure(LoggerContext context) {
        var line = new LayoutWrappingEncoder<ILoggingEvent>();
        line.setContext(context);
        line.setLayout(new Line());
        line.start();
        var console = new ConsoleAppender<ILoggingEvent>();
        console.setContext(context);
        console.setName("standard error");
        console.setTarget("System.err");
        console.setEncoder(line);
        console.start();
        String wanted = System.getProperty("ringdown.log");
        Logger root = context.getLogger(Logger.ROOT_LOGGER_NAME);
        root.setLevel(Level.toLevel(wanted, Level.WARN));
        root.addAppender(console);
        // What it logs as an error is thrown as well, and told in one line.
        context.getLogger("com.github.dockerjava").setLevel(Level.toLevel(wanted, Level.OFF));
        return ExecutionStatus.DO_NOT_INVOKE_NEXT_IF_ANY;
    }

    /** What was said, and where what was thrown comes from. Not a pattern: to set those up takes a fifth of a second as well. */
    private static final class Line extends LayoutBase<ILoggingEvent> {
        @Override
        public String doLayout(ILoggingEvent event) {
            String said = "ringdown: " + event.getFormattedMessage() + "\n";
            IThrowableProxy thrown = event.getThrowableProxy();
            if (thrown == null) {
                return said;
            }
            StackTraceElementProxy[] from = thrown.getStackTraceElementProxyArray();
            return said + thrown.getClassName() + ": " + thrown.getMessage() + "\n"
                    + (from.length == 0 ? "" : "\t" + from[0] + "\n");
        }
    }
}
