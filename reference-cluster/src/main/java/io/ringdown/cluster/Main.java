package io.ringdown.cluster;

import io.ringdown.cluster.config.ClusterConfig;
import io.ringdown.cluster.config.ConfigReader;
import io.ringdown.cluster.config.ElementConfig;
import io.ringdown.cluster.config.InvalidConfigurationException;
import io.ringdown.cluster.membership.Membership;
import java.io.IOException;
import java.net.BindException;
import java.util.List;
import java.util.logging.Level;
import java.util.logging.Logger;

/** Runs one element of the cluster as a process. */
public final class Main {
    private static final int USAGE = 64;
    static final int FAILED = 70;

    /** Of JGroups, and of what extends it here. Held, since a logger that nobody holds forgets its level. */
    private static final List<Logger> JGROUPS =
            List.of(Logger.getLogger("org.jgroups"), Logger.getLogger(Membership.class.getPackageName()));

    private Main() {}

    /** An element, by {@link Arguments}; or lives for a short while, for who makes a class-data archive. */
    public static void main(String[] arguments) {
        try {
            run(List.of(arguments));
        } catch (InvalidConfigurationException e) {
            exit(e.getMessage(), USAGE);
        } catch (BindException e) {
            exit("port in use: " + e.getMessage(), FAILED);
        } catch (Exception e) {
            exit("cannot start: " + e, FAILED);
        }
    }

    private static void run(List<String> words) throws Exception {
        if (words.equals(List.of(Arguments.WARM_UP))) {
            quietJgroups();
            endWithStandardInput();
            WarmUp.live();
            // An orderly exit, which is when the JVM writes the archive.
            System.exit(0);
        }
        Arguments arguments = Arguments.of(words);
        ClusterConfig cluster = ConfigReader.read(arguments.config());
        ElementConfig self = cluster.element(arguments.element())
                .orElseThrow(() -> new InvalidConfigurationException(
                        arguments.config() + ": no element '" + arguments.element() + "'; there are "
                                + String.join(
                                        ", ",
                                        cluster.elements().stream()
                                                .map(ElementConfig::name)
                                                .toList())));
        quietJgroups();
        WallClock.forgetNames();
        if (!arguments.detached()) {
            endWithStandardInput();
        }
        endWithAnyThread();
        new Element(cluster, self).start();
    }

    /** An element that lost a thread would still be taken for alive by the others, and answer nobody. */
    private static void endWithAnyThread() {
        Thread.setDefaultUncaughtExceptionHandler((thread, failure) -> {
            System.err.println("thread '" + thread.getName() + "' failed: " + failure);
            Runtime.getRuntime().halt(FAILED);
        });
    }

    /** To JGroups each broken connection is severe. Here that is everyday life, and the journal tells what came of it. */
    private static void quietJgroups() {
        JGROUPS.forEach(logger -> logger.setLevel(Level.OFF));
    }

    /** The lifeline: whoever started this element holds the other end of its standard input. */
    private static void endWithStandardInput() {
        var lifeline = new Thread(
                () -> {
                    try {
                        while (System.in.read() >= 0) {
                            // only its end matters
                        }
                    } catch (IOException e) {
                        // as good as its end
                    }
                    Runtime.getRuntime().halt(0);
                },
                "lifeline");
        lifeline.setDaemon(true);
        lifeline.start();
    }

    private static void exit(String line, int status) {
        System.err.println(line);
        Runtime.getRuntime().halt(status);
    }
}
